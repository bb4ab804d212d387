import { expect, test } from 'vitest';
import type { ProbePlan } from '../../../domain/examination.ts';
import type { WorldName } from '../../../domain/world.ts';
import { testProject } from '../../testing/project.ts';
import { comparable } from './answers.ts';
import { planProbes } from './plan-probes.ts';
import { runProbes } from './run-probes.ts';

interface Pair {
  readonly what: string;
  readonly path?: string;
  readonly one: string;
  readonly other: string;
  /** A test of the repository's, on which both agree. */
  readonly test?: string;
}

const different: readonly Pair[] = [
  {
    what: 'off by one',
    one: 'export const sum = (all) => { let s = 0; for (let i = 0; i < all.length; i += 1) s += all[i]; return s; };',
    other: 'export const sum = (all) => { let s = 0; for (let i = 1; i < all.length; i += 1) s += all[i]; return s; };',
    test: 'expect(sum([0, 1, 2])).toBe(3);',
  },
  {
    what: 'a wrong comparison at the edge',
    path: 'src/age.ts',
    one: 'export function isAdult(age: number): boolean { return age >= 18; }',
    other: 'export function isAdult(age: number): boolean { return age > 18; }',
  },
  {
    what: 'an empty list',
    path: 'src/mean.ts',
    one: 'export const mean = (values: readonly number[]) => values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;',
    other: 'export const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;',
  },
  {
    what: 'negative numbers',
    one: 'export function largest(all) { let best = all[0]; for (const each of all) if (each > best) best = each; return best; }',
    other: 'export function largest(all) { let best = 0; for (const each of all) if (each > best) best = each; return best; }',
    test: 'assert.equal(largest([1, 3, 2]), 3);',
  },
  {
    what: 'characters beyond the first plane',
    path: 'src/reverse.ts',
    one: "export const reversed = (text: string) => [...text].reverse().join('');",
    other: "export const reversed = (text: string) => text.split('').reverse().join('');",
  },
  {
    what: 'NaN, where somebody speaks of it',
    path: 'src/clean.ts',
    one: 'export const clean = (n: number) => Number.isNaN(n) ? 0 : n;',
    other: 'export const clean = (n: number) => n === Number.NaN ? 0 : n;',
  },
  {
    what: 'the order of equals',
    path: 'src/sort.ts',
    one: 'interface Row { name: string; rank: number }\nexport const ranked = (rows: Row[]) => [...rows].sort((a, b) => a.rank - b.rank);',
    other:
      'interface Row { name: string; rank: number }\nexport const ranked = (rows: Row[]) => [...rows].reverse().sort((a, b) => a.rank - b.rank);',
  },
  {
    what: 'an argument that is changed',
    path: 'src/sorted.ts',
    one: 'export const sorted = (values: number[]) => [...values].sort((a, b) => a - b);',
    other: 'export const sorted = (values: number[]) => values.sort((a, b) => a - b);',
  },
  {
    what: 'numbers sorted as text',
    path: 'src/numbers.ts',
    one: 'export const sorted = (values: number[]) => [...values].sort((a, b) => a - b);',
    other: 'export const sorted = (values: number[]) => [...values].sort();',
  },
  {
    what: 'only the first of several replaced',
    path: 'src/slug.cjs',
    one: "exports.slug = (title) => title.toLowerCase().replace(/ /g, '-');",
    other: "exports.slug = (title) => title.toLowerCase().replace(' ', '-');",
    test: "t.is(slug('Hello World'), 'hello-world');",
  },
  {
    what: 'brackets of two kinds',
    one: `export function balanced(text) { const open = []; const pairs = { ')': '(', ']': '[' };
      for (const c of text) { if (c === '(' || c === '[') open.push(c); else if (pairs[c] !== open.pop()) return false; } return open.length === 0; }`,
    other: `export function balanced(text) { let depth = 0;
      for (const c of text) { depth += c === '(' || c === '[' ? 1 : -1; if (depth < 0) return false; } return depth === 0; }`,
    test: "ok(balanced('([])')); ok(!balanced('(('));",
  },
  {
    what: 'zero taken for absent',
    path: 'src/price.js',
    one: '/** @param {number} price @param {number} [discount] */\nmodule.exports = { total(price, discount = 10) { return price - discount; } };',
    other: '/** @param {number} price */\nmodule.exports = { total(price, discount) { return price - (discount || 10); } };',
    test: 'assert(total(100, 20) === 80);',
  },
  {
    what: 'a helper of the module',
    one: 'const half = (n) => Math.floor(n / 2);\nexport default function middle(values) { return values[half(values.length - 1)]; }',
    other: 'const half = (n) => Math.round(n / 2);\nexport default function middle(values) { return values[half(values.length - 1)]; }',
    test: 'expect(middle([1, 2, 3])).toBe(2);',
  },
  {
    what: 'what is thrown and what is not',
    path: 'src/parse.ts',
    one: "export class Port { static parse(text: string): number { const n = Number(text); if (!Number.isInteger(n)) throw new RangeError('no'); return n; } }",
    other: 'export class Port { static parse(text: string): number { return Number(text); } }',
  },
  {
    what: 'equal keys in a list of objects',
    path: 'src/group.ts',
    one: `export const countBy = (rows: { kind: 'a' | 'b'; n: number }[]) => { const out: Record<string, number> = {};
      for (const row of rows) out[row.kind] = (out[row.kind] ?? 0) + row.n; return out; };`,
    other: `export const countBy = (rows: { kind: 'a' | 'b'; n: number }[]) => { const out: Record<string, number> = {};
      for (const row of rows) out[row.kind] = row.n; return out; };`,
  },
  {
    what: 'a bound that is written in the code',
    path: 'src/band.ts',
    one: 'export const band = (income: number) => income < 12_570 ? 0 : income < 50_270 ? 20 : 40;',
    other: 'export const band = (income: number) => income < 12_570 ? 0 : income <= 50_270 ? 20 : 40;',
  },
  {
    what: 'a loop that does not end',
    path: 'src/digits.ts',
    one: 'export const digits = (n: number) => { let count = 0; for (let left = Math.trunc(Math.abs(n)); left > 0; left = Math.trunc(left / 10)) count += 1; return count; };',
    other:
      'export const digits = (n: number) => { let count = 0; for (let left = n; left !== 0; left = Math.floor(left / 10)) count += 1; return count; };',
  },
  {
    what: 'dates at the end of a month',
    path: 'src/dates.ts',
    one: 'export const nextDay = (day: Date) => new Date(day.getTime() + 86_400_000).getUTCDate();',
    other: 'export const nextDay = (day: Date) => day.getUTCDate() + 1;',
  },
];

const alike: readonly Pair[] = [
  {
    what: 'a loop and reduce',
    path: 'src/total.ts',
    one: 'export const total = (values: number[]) => { let sum = 0; for (const each of values) sum += each; return sum; };',
    other: 'export const total = (values: number[]) => values.reduce((a, b) => a + b, 0);',
  },
  {
    what: 'a sum from the other end',
    path: 'src/backwards.ts',
    one: 'export const total = (values: number[]) => values.reduce((a, b) => a + b, 0);',
    other: 'export const total = (values: number[]) => values.reduceRight((a, b) => b + a, 0);',
  },
  {
    what: 'keys in another order',
    path: 'src/keys.ts',
    one: 'export const span = (from: number, to: number) => ({ from, to });',
    other:
      'export const span = (from: number, to: number) => { const all: Record<string, number> = { to }; all.from = from; return all; };',
  },
  {
    what: 'another message',
    path: 'src/root.ts',
    one: "export const root = (n: number) => { if (n < 0) throw new RangeError('must not be negative'); return Math.sqrt(n); };",
    other: 'export const root = (n: number) => { if (0 > n) throw new RangeError(`${n} is below zero`); return n ** 0.5; };',
  },
  {
    what: 'recursion',
    test: 'assert.equal(gcd(12, 18), 6);',
    one: 'export function gcd(a, b) { a = Math.abs(a); b = Math.abs(b); while (b !== 0) [a, b] = [b, a % b]; return a; }',
    other: 'export function gcd(a, b) { return b === 0 ? Math.abs(a) : gcd(b, a % b); }',
  },
  {
    what: 'a conditional and Math.max',
    path: 'src/larger.ts',
    one: 'export const larger = (a: number, b: number) => a > b ? a : b;',
    other: 'export const larger = (a: number, b: number) => Math.max(a, b);',
  },
  {
    what: 'the sign of zero',
    path: 'src/negate.ts',
    one: 'export const negate = (n: number) => -n;',
    other: 'export const negate = (n: number) => 0 - n;',
  },
  {
    what: 'a set and a filter',
    path: 'src/unique.ts',
    one: 'export const unique = (words: string[]) => [...new Set(words)];',
    other: 'export const unique = (words: string[]) => words.filter((word, index) => words.indexOf(word) === index);',
  },
  {
    what: 'async and not',
    path: 'src/later.ts',
    one: 'export async function twice(text: string) { return text + text; }',
    other: 'export const twice = (text: string) => text.repeat(2);',
  },
  {
    what: 'text made of parts',
    test: "assert.equal(title('the end'), 'The End');",
    one: "export const title = (text) => text.split(' ').map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join(' ');",
    other: "export const title = (text) => text.split(' ').map((w) => w === '' ? w : w[0].toUpperCase() + w.substring(1)).join(' ');",
  },
];

const pairs = [...different, ...alike].map((pair, index) => {
  const [folder, name = ''] = (pair.path ?? 'src/module.js').split('/');
  const ending = name.slice(name.indexOf('.'));
  return { ...pair, path: `${folder}/${index}-${name.replace(ending, '')}${ending}` };
});

function planned({ path, one, other, test: text }: (typeof pairs)[number]): ProbePlan | undefined {
  const worlds = new Map<WorldName, string>([
    ['alpha', one],
    ['beta', other],
  ]);
  const tests = text === undefined ? [] : [{ path: 'test/all.test.js', text }];
  return planProbes({ files: [{ path, base: one, worlds }], tests, words: [], count: 300, seed: 7 })[0];
}

async function answersOf(version: 'one' | 'other', plans: readonly ProbePlan[]) {
  await using project = await testProject({ 'package.json': {}, ...Object.fromEntries(pairs.map((pair) => [pair.path, pair[version]])) });
  const { environment, process } = await project.setting();
  const { directory } = project;
  return await runProbes({ plans, directory, nodeBinary: globalThis.process.execPath, process, environment, callMs: 200, totalMs: 60_000 });
}

test('two versions with a typical defect are told apart by made-up inputs, and equal ones are not', async () => {
  const plans = pairs.map(planned);
  expect(pairs.filter((_, index) => plans[index] === undefined).map(({ what }) => what)).toEqual([]);
  const known = plans.flatMap((plan) => plan ?? []);
  expect(Math.max(...known.map(({ inputs }) => inputs.length))).toBeLessThanOrEqual(300);
  const [one, other] = await Promise.all([answersOf('one', known), answersOf('other', known)]);
  const told = known.map(({ inputs }, index) =>
    inputs.some((_, place) => {
      const [first, second] = [one[index]?.answers[place], other[index]?.answers[place]];
      if (first === undefined || second === undefined) return false;
      const both = [comparable(first), comparable(second)];
      return !both.includes(undefined) && both[0] !== both[1];
    }),
  );
  const problems = one.map(({ problem }) => problem).filter((problem) => problem !== undefined);
  expect(problems).toEqual([]);
  expect(pairs.filter((_, index) => told[index] === true).map(({ what }) => what)).toEqual(different.map(({ what }) => what));
});

const plansOf = (base: string | undefined, texts: readonly (string | undefined)[], tests = '', path = 'src/a.ts') =>
  planProbes({
    files: [{ path, base, worlds: new Map(texts.map((text, index) => [(['alpha', 'beta', 'gamma'] as const)[index] ?? 'delta', text])) }],
    tests: [{ path: 'a.test.js', text: tests }],
    words: [],
    seed: 1,
  });

const plain = 'export const f = (n: number) => n;';

test('a function is tried only where all worlds have it, with as many parameters, and not all alike', () => {
  const other = 'export const f = (n: number) => n + 1;';
  expect(plansOf(plain, [plain, other])).toHaveLength(1);
  expect(plansOf(undefined, [plain, other])).toHaveLength(1);
  expect(plansOf(plain, [plain, plain, 'export const f = (n: number) =>\n  n; // the same'])).toEqual([]);
  expect(plansOf(plain, [plain, undefined])).toEqual([]);
  expect(plansOf(plain, [plain, 'export const f = (n: number, m: number) => n + m;'])).toEqual([]);
  expect(plansOf(plain, [plain, 'this is no program'])).toEqual([]);
  expect(plansOf(undefined, ['export const f = (it) => it;', 'export const f = (it) => [it];'])).toEqual([]);
});

test.each([
  ['import { readFileSync } from "node:fs"; export const f = (n: number) => readFileSync(String(n));'],
  ['const os = require("os"); exports.f = (n: number) => os.cpus().length + n;'],
  ['export const f = (n: number) => n + Date.now();'],
  ['export const f = (n: number) => new Date().getTime() + n;'],
  ['const dice = () => Math.random(); export const f = (n: number) => n * dice();'],
  ['export const f = async (n: number) => (await fetch(`/${n}`)).status;'],
  ['export function f(this: { k: number }, n: number) { return this.k + n; }'],
  ['export const f = (n: number) => process.argv[n];'],
])('what can be seen to do more than to compute is not tried: %s', (text) => {
  expect(plansOf(plain, [plain, text])).toEqual([]);
});

test('what nobody would write is not read, however deep or long it is', () => {
  const other = 'export const f = (n: number) => n + 1;';
  const deep = `export const f = (n: number) => ${'['.repeat(2_000)}n${']'.repeat(2_000)};`;
  const calls = `expect(f(${'['.repeat(3_000)}${']'.repeat(3_000)})); ${'f('.repeat(2_000)}`;
  expect(plansOf(plain, [plain, deep])).toEqual([]);
  expect(plansOf(plain, [plain, `${other}//${'x'.repeat(500_000)}`])).toEqual([]);
  expect(planProbes({ ...hostileWords(other), tests: [{ path: 'a.test.js', text: calls }] })).toHaveLength(1);
});

const hostileWords = (other: string) => ({
  files: [
    {
      path: 'src/a.ts',
      base: plain,
      worlds: new Map<WorldName, string>([
        ['alpha', plain],
        ['beta', other],
      ]),
    },
  ],
  words: ['f('.repeat(200_000), `f(${'1,'.repeat(100_000)}`],
  seed: 1,
});

test('inputs are the same for the same seed, simplest first, and like those that tests call with', () => {
  const texts = ['exports.find = (tree, path) => tree;', 'exports.find = (tree, path) => path;'];
  const calls = "const tree = { a: { b: 1 } }; expect(find(tree, 'a.b')).toBe(1); expect(find({ a: 2 }, 'c', extra())).toBe(undefined);";
  const [plan] = plansOf(undefined, texts, calls, 'src/a.cjs');
  expect(plansOf(undefined, texts, calls, 'src/a.cjs')[0]).toEqual(plan);
  expect(plan?.inputs).toContain('[{"a":{"b":1}},"a.b"]');
  expect(plan?.inputs).toContain('[{"a":{"b":1}},".ab"]');
  expect(plan?.inputs.length).toBeGreaterThan(200);
  expect(plan?.inputs.map(({ length }) => length)).toEqual(plan?.inputs.map(({ length }) => length).toSorted((a, b) => a - b));
});
