import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createTrial } from './testing/harness.ts';

const manifest = (type: 'module' | 'commonjs') => JSON.stringify({ name: 'sample', version: '1.0.0', type });

const overdue = {
  'package.json': manifest('module'),
  'src/overdue.js': `/** Days a loan is late. */
export function daysLate(due, today) {
  if (today < due) return 0;
  return due - today; // in days
}
`,
  'test/overdue.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { daysLate } from '../src/overdue.js';

test('a loan that is returned in time is not late', () => assert.equal(daysLate(10, 8), 0));
test('every day after the due date counts', () => assert.equal(daysLate(10, 14), 4));
`,
};

test('an ES module under node:test is repaired, and the report says where and how', async () => {
  await using trial = createTrial('node:test', overdue);

  const report = await trial.run();

  expect(report.end).toEqual({ kind: 'finished' });
  expect(report.summary).toContain('src/overdue.js:4');
  expect(report.summary).toContain('`return due - today; // in days` ->');
  expect(report.summary).toContain('1 of 1 failing tests pass now and none that passed fails');
  expect(report.summary).toContain('does not prove the change correct');
  expect(await trial.failing()).toEqual([]);
  expect(trial.read('test/overdue.test.js')).toBe(overdue['test/overdue.test.js']);
});

test('a search writes neither through a link that was put into its folder nor is it stopped by it', async () => {
  await using trial = createTrial('node:test', overdue);
  const context = join(dirname(trial.directory), 'context');
  symlinkSync(join(context, '../theirs'), join(context, 'repair'));
  expect((await trial.run()).end).toEqual({ kind: 'finished' });
  expect(existsSync(join(context, '../theirs'))).toBe(false);
});

test('a CommonJS module under node:test is repaired, subtests included', async () => {
  await using trial = createTrial('node:test', {
    'package.json': manifest('commonjs'),
    'lib/initials.js': `exports.initials = (name) => {
  const words = name.split(' ');
  return words.map((word) => word.charAt(1)).join('');
};
`,
    'test/initials.test.js': `const { describe, it } = require('node:test');
const test = require('node:test');
const assert = require('node:assert');
const { initials } = require('../lib/initials.js');
describe('initials', () => {
  it('takes the first letter of each word', () => assert.strictEqual(initials('Ada Lovelace'), 'AL'));
});
test('edges', async (t) => {
  await t.test('nothing gives nothing', () => assert.strictEqual(initials(''), ''));
});
`,
  });

  const report = await trial.run();

  expect(report.end).toEqual({ kind: 'finished' });
  expect(trial.read('lib/initials.js')).toContain('charAt(0)');
  expect(await trial.failing()).toEqual([]);
});

test('TypeScript under vitest is repaired in one line and keeps its types and its formatting', { tags: ['campaign'] }, async () => {
  const source = `import type { Item } from './item.ts';

enum Rounding { Down, Up }

/**  Sum of what lies in the basket,   in cents.  */
export function total( items: readonly Item[], rounding: Rounding = Rounding.Up ): number {
  let sum: number = 0;
  for (const item of items) sum += item.cents + item.count;
  return rounding === Rounding.Up ? Math.ceil(sum) : Math.floor(sum);
}
`;
  await using trial = createTrial('vitest', {
    'package.json': manifest('module'),
    'src/item.ts': 'export interface Item { readonly cents: number; readonly count: number }\n',
    'src/basket.ts': source,
    'src/basket.test.ts': `import { describe, expect, it, vi } from 'vitest';
import { total } from './basket';

describe('the total', () => {
  it('of nothing is nothing', () => expect(total([])).toBe(0));
  it.each([[2, 3, 6], [10, 10, 100]])('of %i cents, %i times', (cents, count, sum) => {
    const seen = vi.fn();
    seen(total([{ cents, count }]));
    expect(seen).toHaveBeenCalledWith(sum);
  });
});
`,
  });

  const report = await trial.run();

  expect(report.end).toEqual({ kind: 'finished' });
  expect(trial.read('src/basket.ts')).toBe(source.replace('item.cents + item.count', 'item.cents * item.count'));
  expect(await trial.failing()).toEqual([]);
});

test('a project under jest is repaired with its own expect and mock functions', { tags: ['campaign'] }, async () => {
  await using trial = createTrial('jest', {
    'package.json': manifest('commonjs'),
    'retry.js': `function retry(action, times) {
  for (let count = 1; count < times; count++) {
    if (action()) return true;
  }
  return false;
}
module.exports = { retry };
`,
    'retry.test.js': `const { retry } = require('./retry');
describe('retry', () => {
  it('tries as often as it is told', () => {
    const action = jest.fn(() => false);
    expect(retry(action, 3)).toBe(false);
    expect(action).toHaveBeenCalledTimes(3);
  });
  test('ends at the first success', (done) => {
    expect(retry(() => true, 3)).toEqual(true);
    done();
  });
});
`,
  });

  expect((await trial.run()).end).toEqual({ kind: 'finished' });
  expect(await trial.failing()).toEqual([]);
});

test('a project under mocha is repaired', async () => {
  await using trial = createTrial('mocha', {
    'package.json': manifest('commonjs'),
    'slug.js': "exports.slug = (text) => text.trim().replace(/[^a-z0-9]+/g, '-');\n",
    'test/slug.js': `const assert = require('assert');
const { slug } = require('../slug');
describe('slug', function () {
  this.timeout(500);
  beforeEach(function () { this.text = ' Two Words '; });
  it('is lower case', function () { assert.equal(slug(this.text), 'two-words'); });
  it('keeps digits', (done) => { assert.equal(slug('a1'), 'a1'); done(); });
});
`,
  });

  expect((await trial.run()).end).toEqual({ kind: 'finished' });
  expect(await trial.failing()).toEqual([]);
});

test.each(['vitest', 'jest'] as const)(
  'a project under %s whose tests lean on their own runner is repaired by it, slower',
  { tags: ['campaign'] },
  async (runner) => {
    const mock = runner === 'vitest' ? 'vi' : 'jest';
    await using trial = createTrial(runner, {
      // What needs no compiling is not compiled: jest starts in half the time.
      'package.json':
        runner === 'vitest' ? manifest('module') : JSON.stringify({ name: 'sample', type: 'commonjs', jest: { transform: {} } }),
      ...(runner === 'vitest'
        ? {
            'price.js': "import { rate } from './rate.js';\nexport const price = (cents) => cents + rate();\n",
            'rate.js': 'export const rate = () => 7;\n',
            'price.test.js': `import { expect, test, vi } from 'vitest';
import { price } from './price.js';
vi.mock('./rate.js', () => ({ rate: () => 3 }));
test('the rate multiplies', () => expect(price(5)).toBe(15));
`,
          }
        : {
            'price.js': "const { rate } = require('./rate.js');\nexports.price = (cents) => cents + rate();\n",
            'rate.js': 'exports.rate = () => 7;\n',
            'price.test.js': `jest.mock('./rate.js', () => ({ rate: () => 3 }));
const { price } = require('./price.js');
test('the rate multiplies', () => expect(price(5)).toBe(15));
`,
          }),
    });

    const report = await trial.run({ timeoutMs: 80_000, settings: { families: ['operator'] } });

    expect(report.end).toEqual({ kind: 'finished' });
    expect(trial.read('price.js')).toContain(`cents * rate()`);
    expect(trial.events).toContainEqual({
      type: 'said',
      text: expect.stringContaining(`candidates are run by ${runner} in a copy of the project, many in one run`),
    });
    expect(trial.events).toContainEqual({ type: 'said', text: expect.stringContaining(`uses ${mock}.mock`) });
  },
);

test.each(['node:test', 'mocha'] as const)(
  'a project under %s whose tests start programs is repaired by its own runner',
  { tags: ['campaign'] },
  async (runner) => {
    await using trial = createTrial(runner, {
      'package.json': manifest('commonjs'),
      'double.js': 'console.log(Number(process.argv[2]) + 2);\n',
      'test/double.test.js': `const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
${runner === 'mocha' ? '' : "const { describe, it } = require('node:test');"}
describe('double', () => {
  it('doubles', () => assert.equal(execFileSync(process.execPath, ['double.js', '5'], { encoding: 'utf8' }).trim(), '10'));
});
`,
    });

    const report = await trial.run({ timeoutMs: 80_000, settings: { families: ['operator', 'variable'] } });

    expect(report.end).toEqual({ kind: 'finished' });
    expect(trial.read('double.js')).toContain('* 2');
    expect(await trial.failing()).toEqual([]);
  },
);

test.each(['ava', 'tap'] as const)(
  'a project whose tests tell by %s is repaired by runs of one file each',
  { tags: ['campaign'] },
  async (runner) => {
    const head = (file: string) => `import test from '${runner === 'tap' ? 'tape' : 'ava'}';\nimport * as code from '../${file}';\n`;
    const cases = (call: string, expected: string) =>
      `test('${call}', (t) => { ${runner === 'tap' ? `t.equal(code.${call}, ${expected}, '${call}'); t.end();` : `t.is(code.${call}, ${expected});`} });\n`;
    await using trial = createTrial(runner, {
      'package.json': manifest('module'),
      'total.js': 'export function total(first, second) {\n  const sum = first - second;\n  return sum;\n}\n',
      'share.js': 'export function share(all, many) {\n  if (many === 0) return 0;\n  return all / many;\n}\n',
      'test/total.test.js': `${head('total.js')}${cases('total(2, 0)', '2')}${cases('total(2, 3)', '5')}`,
      'test/share.test.js': `${head('share.js')}${cases('share(1, 0)', '0')}${cases('share(6, 3)', '2')}`,
    });

    const report = await trial.run({ timeoutMs: 80_000, settings: { families: ['operator'] } });

    expect(report.end).toEqual({ kind: 'finished' });
    expect(trial.read('total.js')).toContain('first + second');
    expect(trial.events).toContainEqual({
      type: 'said',
      text: 'which of the tests runs a statement is not told for test/total.test.js: what its tests run together counts for each of them',
    });
    expect(await trial.failing()).toEqual([]);
  },
);

test('a file without valid syntax is named at once, with the place', async () => {
  await using trial = createTrial('node:test', {
    'package.json': manifest('commonjs'),
    'lib/twice.js': 'exports.twice = (n) => 2 n;\n',
    'test/twice.test.js': `const test = require('node:test');
const assert = require('node:assert');
test('doubles', () => assert.equal(require('../lib/twice.js').twice(2), 4));
`,
  });

  const report = await trial.run();

  expect(report.end).toMatchObject({
    kind: 'nothing-to-offer',
    reason: expect.stringMatching(/lib\/twice\.js has no valid syntax and cannot be searched: .*\(1:\d+\)/),
  });
});

test('where no test fails there is nothing to repair', async () => {
  await using trial = createTrial('node:test', {
    ...overdue,
    'src/overdue.js': overdue['src/overdue.js'].replace('due - today;', 'today - due;'),
  });

  const report = await trial.run();

  expect(report.end).toMatchObject({ kind: 'nothing-to-offer', reason: expect.stringContaining('nothing that this agent could repair') });
});

test('a defect out of reach ends within the budget, says how much was tried and leaves the folder as it was', async () => {
  await using trial = createTrial('node:test', {
    ...overdue,
    'test/overdue.test.js': `${overdue['test/overdue.test.js']}
test('knows a poem', () => assert.equal(daysLate('Homer', 'Iliad'), 'Sing, goddess, the anger of Achilles'));
`.replace('daysLate(10, 14), 4', "daysLate(10, 14), 'four'"),
  });

  const report = await trial.run({ settings: { candidates: 150 } });

  expect(report.end).toMatchObject({ kind: 'nothing-to-offer', reason: expect.stringMatching(/none of \d+ candidates/) });
  expect(trial.events.every((event) => event.type !== 'searched' || event.tried <= 150)).toBe(true);
  expect(trial.read('src/overdue.js')).toBe(overdue['src/overdue.js']);
});

test('candidates that leave, loop, print or delete are contained, and the search goes on', { tags: ['campaign'] }, async () => {
  const source = `import { rmSync, writeFileSync } from 'node:fs';

export function bound(value, most) {
  if (value < 0) { process.exit(0); }
  if (value === 41) { rmSync(new URL('../precious.txt', import.meta.url)); }
  if (value === 40) { console.log('{"type":"ended","tried":0,"reason":"garbage"}'); }
  let turns = 0;
  while (turns !== value) turns++;
  const large = [];
  while (value > 1000) large.push(new Array(1000).fill(turns));
  return turns <= most ? turns : most - 1;
}
`;
  await using trial = createTrial('node:test', {
    'package.json': manifest('module'),
    'precious.txt': 'kept',
    'src/bound.js': source,
    'test/bound.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { bound } from '../src/bound.js';
test('small values stay', () => assert.equal(bound(3, 7), 3));
test('large values are cut', () => assert.equal(bound(9, 7), 7));
`,
  });

  const report = await trial.run();

  expect(report.end).toEqual({ kind: 'finished' });
  expect(trial.read('precious.txt')).toBe('kept');
  expect(await trial.failing()).toEqual([]);
});

test('a candidate that breaks a test elsewhere is taken back', async () => {
  await using trial = createTrial('node:test', {
    'package.json': manifest('module'),
    'src/limit.js': 'export const limit = 3;\n',
    'test/limit.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { limit } from '../src/limit.js';
test('the limit is four', () => assert.equal(limit, 4));
`,
    // Runs in a process of its own, so that no warm process can vouch for it.
    'test/elsewhere.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
test('another program relies on three', () => {
  const printed = execFileSync(process.execPath, ['-e', 'import("./src/limit.js").then((m) => console.log(m.limit))'], { encoding: 'utf8' });
  assert.equal(printed.trim(), '3');
});
`,
  });

  const report = await trial.run({ settings: { candidates: 60 } });

  expect(report.end).toMatchObject({ kind: 'nothing-to-offer', reason: expect.stringContaining('failed the whole suite') });
  expect(trial.read('src/limit.js')).toBe('export const limit = 3;\n');
});

test('of two defects the one that the task names is repaired', async () => {
  await using trial = createTrial('node:test', {
    'package.json': manifest('module'),
    'src/area.js': 'export const area = (width, height) => width + height;\n',
    'src/title.js': 'export const title = (text) => text.charAt(0).toLowerCase() + text.slice(1);\n',
    'test/area.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { area } from '../src/area.js';
test('multiplies', () => assert.equal(area(3, 4), 12));
`,
    'test/title.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { title } from '../src/title.js';
test('begins with a capital', () => assert.equal(title('emma'), 'Emma'));
`,
  });

  const report = await trial.run({ title: 'A title begins with a small letter' });

  expect(report.end).toEqual({ kind: 'finished' });
  expect(trial.read('src/title.js')).toContain('toUpperCase');
  expect(trial.read('src/area.js')).toContain('width + height');
});

test('an abort ends the search and its workers', async () => {
  await using trial = createTrial('node:test', {
    ...overdue,
    'test/overdue.test.js': overdue['test/overdue.test.js'].replace('daysLate(10, 14), 4', "daysLate(10, 14), 'four'"),
  });
  await trial.base();
  const abort = new AbortController();
  trial.onEvent = (event) => {
    if (event.type === 'searched') abort.abort();
  };

  const report = await trial.run({ signal: abort.signal });

  expect(report.end).toEqual({ kind: 'cancelled' });
  expect(processesNaming(trial.directory.replace(/project$/, 'context'))).toEqual([]);
});

test('an abort while the whole suite runs takes the candidate back', async () => {
  await using trial = createTrial('node:test', overdue);
  await trial.base();
  const abort = new AbortController();
  trial.onEvent = (event) => {
    if (event.type === 'said' && event.text.includes('whole suite')) abort.abort();
  };

  const report = await trial.run({ signal: abort.signal });

  expect(report.end).toEqual({ kind: 'cancelled' });
  expect(trial.read('src/overdue.js')).toBe(overdue['src/overdue.js']);
});

/** Command lines of running processes that hold this text; empty where the system does not tell. */
function processesNaming(text: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        return [readFileSync(`/proc/${entry}/cmdline`, 'utf8')];
      } catch (error) {
        // A process that ended between the listing and the reading.
        if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
        throw error;
      }
    })
    .filter((line) => line.includes(text));
}
