import type { ColdFramework } from '../child/cold/frameworks.ts';

/** A project whose code is JSX, with a test that fails, under a runner of its own. */
export interface ColdSample {
  readonly framework: ColdFramework;
  readonly files: Readonly<Record<string, string>>;
  readonly testFile: string;
  /** Files that may be changed. */
  readonly sources: readonly string[];
}

const element = `exports.h = (type, attributes, ...children) =>
  typeof type === 'function' ? type({ ...attributes, children }) : '<' + type + '>' + children.flat().join('') + '</' + type + '>';
`;

/** What a build of such a project would do with a file. */
const compile = `const { transformSync } = require('rolldown/experimental');
exports.compile = (text, file) => transformSync(file, text, { jsx: { runtime: 'classic', pragma: 'h' }, sourceType: 'commonjs' }).code;
`;

const register = `const { readFileSync } = require('node:fs');
const { compile } = require('./compile.cjs');
require.extensions['.jsx'] = (module, file) => module._compile(compile(readFileSync(file, 'utf8'), file), file);
`;

const cart = (head: string, props: string, foot: string) => `/** @jsxRuntime classic @jsx h */
${head}
function Line({ item }${props}) {
  return <li>{item.name}</li>;
}

${foot.startsWith('export') ? 'export ' : ''}function Cart({ items }${props}) {
  if (items.length === 0) return <p>nothing</p>;
  const sum = items.reduce((all${props}, { cents }${props}) => all - cents, 0);
  return <section>{items.map((item${props}) => <Line item={item} />)}<b>{sum}</b></section>;
}
${foot.startsWith('export') ? '' : foot}`;

const cases = (equal: (actual: string, expected: string) => string) => `describe('cart', () => {
  it('is empty', () => { ${equal('Cart({ items: [] })', "'<p>nothing</p>'")}; });
  it('has lines', () => { ${equal("Cart({ items: [{ name: 'tea', cents: 0 }] })", "'<section><li>tea</li><b>0</b></section>'")}; });
  it('sums up', () => { ${equal("Cart({ items: [{ name: 'tea', cents: 2 }, { name: 'cup', cents: 5 }] })", "'<section><li>tea</li><li>cup</li><b>7</b></section>'")}; });
});
`;

const expectation = (actual: string, expected: string) => `expect(${actual}).toBe(${expected})`;
const assertion = (actual: string, expected: string) => `assert.equal(${actual}, ${expected})`;

/** A program that a test starts, and code that two tests run at the same time. */
const beside = {
  'count.js': `const count = process.argv.length;
console.log(count);
`,
  'wait.js': `exports.first = async (both) => {
  const one = 'first';
  await both();
  return one;
};
exports.second = async (both) => {
  const other = 'second';
  await both();
  return other;
};
`,
};

const startsProgram = `it('starts a program', () => {
  assert.equal(require('node:child_process').execFileSync(process.execPath, ['count.js', 'one'], { encoding: 'utf8' }).trim(), '3');
});
`;

const atOnce = `const { first, second } = require('../wait.js');
let waiting = 0;
const { promise, resolve } = Promise.withResolvers();
const both = () => ((waiting += 1) === 2 ? resolve() : undefined, promise);
test('at once', { concurrency: 2 }, async (t) => {
  await Promise.all([
    t.test('one', async () => assert.equal(await first(both), 'first')),
    t.test('other', async () => assert.equal(await second(both), 'second')),
  ]);
});
`;

const manifest = (more: object = {}) => JSON.stringify({ name: 'sample', version: '1.0.0', ...more });

const required = `const { Cart } = require('../cart.jsx');\nconst assert = require('node:assert');\n`;

export const coldSamples: readonly ColdSample[] = [
  {
    framework: 'vitest',
    testFile: 'test/cart.test.tsx',
    sources: ['cart.tsx'],
    files: {
      'package.json': manifest({ type: 'module' }),
      'h.js': element.replace('exports.h =', 'export const h ='),
      'cart.tsx': cart(`import { h } from './h.js';`, ': any', 'export'),
      'test/cart.test.tsx': `import { describe, expect, it } from 'vitest';\nimport { Cart } from '../cart.tsx';\n${cases(expectation)}`,
    },
  },
  {
    framework: 'jest',
    testFile: 'test/cart.test.tsx',
    sources: ['cart.tsx'],
    files: {
      'package.json': manifest({ jest: { transform: { '[.]tsx$': '<rootDir>/transform.cjs' } } }),
      'compile.cjs': compile,
      'transform.cjs': `const { compile } = require('./compile.cjs');\nexports.process = (text, file) => ({ code: compile(text, file) });\n`,
      'h.js': element,
      'cart.tsx': cart(`const { h } = require('./h.js');`, ': any', 'module.exports = { Cart };\n'),
      'test/cart.test.tsx': `const { Cart } = require('../cart.tsx');\n${cases(expectation)}`,
    },
  },
  {
    framework: 'mocha',
    testFile: 'test/cart.js',
    sources: ['cart.jsx', 'count.js'],
    files: {
      'package.json': manifest(),
      '.mocharc.json': JSON.stringify({ require: ['./register.cjs'] }),
      'compile.cjs': compile,
      'register.cjs': register,
      'h.js': element,
      'cart.jsx': cart(`const { h } = require('./h.js');`, '', 'module.exports = { Cart };\n'),
      ...beside,
      'test/cart.js': `${required}${cases(assertion)}${startsProgram}`,
    },
  },
  {
    framework: 'node:test',
    testFile: 'test/cart.test.js',
    sources: ['cart.jsx', 'count.js', 'wait.js'],
    files: {
      'package.json': manifest(),
      'compile.cjs': compile,
      'register.cjs': register,
      'h.js': element,
      'cart.jsx': cart(`const { h } = require('./h.js');`, '', 'module.exports = { Cart };\n'),
      ...beside,
      'test/cart.test.js': `${required}const { describe, it, test } = require('node:test');\n${cases(assertion)}${startsProgram}${atOnce}`,
    },
  },
];
