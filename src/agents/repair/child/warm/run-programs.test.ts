import { expect, test } from 'vitest';
import { operatorFamilies } from '../../../../domain/world.ts';
import { applyWithInsertions, tickInsertions } from '../edits/instrument.ts';
import { parseSource } from '../edits/parse.ts';
import { proposeCandidates } from '../edits/propose.ts';
import { survey } from '../edits/survey.ts';
import type { WorkerRun } from './messages.ts';
import { createProgramRunner } from './run-programs.ts';

const corpus: readonly (readonly [program: string, assertions: string])[] = [
  ['const adult = (age) => age > 18;', 'console.assert(adult(18)); console.assert(!adult(17));'],
  ['function mean(list) { let sum = 0; for (const one of list) sum += one; return sum / list.length; }', 'console.assert(mean([]) === 0);'],
  ['function steps(n) { let i = 0; while (i !== n) i += 2; return i; }', 'console.assert(steps(4) === 4); console.assert(steps(3) === 4);'],
  ['let calls = 0;\nfunction next() { calls += 1; return calls; }', 'console.assert(next() === 1); console.assert(next() === 3);'],
  [
    'Array.prototype.last = function () { return this[this.length]; };',
    'console.assert([1, 2].last() === 2); console.assert([].last() === undefined);',
  ],
  ['const seen = /a/g;\nconst has = (text) => seen.test(text);', 'console.assert(has("a")); console.assert(has("a"));'],
  [
    'function power(base, exponent) { if (exponent === 0) return 0; return base * power(base, exponent - 1); }',
    'console.assert(power(2, 3) === 8);',
  ],
  ['class Box { #held = []; put(one) { this.#held.push(one); return this.#held.size; } }', 'console.assert(new Box().put(1) === 1);'],
  [
    'function unique(list) { const out = []; for (let i = 0; i <= list.length; i++) if (!out.includes(list[i])) out.push(list[i]); return out; }',
    'console.assert(unique([1, 1, 2]).length === 2); console.assert(unique([]).length === 0);',
  ],
  ['const word = (text) => { throw text.split(" ")[1].trim(); };', 'try { word("a b"); } catch (one) { console.assert(one === "a"); }'],
  ['var total = 1;\nfunction add(n) { total = total * n; return total; }', 'console.assert(add(3) === 4); console.assert(total === 4);'],
  ['const label = (n) => n % 2 == 0 ? "odd" : `even ${n}`;', 'console.assert(label(2) === "even 2"); console.assert(label(3) === "odd");'],
];

/** What is proposed for a program, as it is run: with its turns counted. */
function candidatesOf(program: string): string[] {
  const parsed = parseSource('program.js', program);
  if (parsed === undefined) throw new Error(`not JavaScript: ${program}`);
  const surveyed = survey(parsed);
  const places = surveyed.sites.map((site) => ({ survey: surveyed, site, suspicion: 1 }));
  const turns = tickInsertions(surveyed);
  return proposeCandidates(places, operatorFamilies).map(({ edits }) => applyWithInsertions(program, edits, turns));
}

type Sharing = 'alone' | 'shared';

/** How each program ended, and whether it did so among shared globals. */
function run(programs: readonly string[], assertions: string, sharing: Sharing = 'alone', runner = createProgramRunner()) {
  const runs: WorkerRun[] = [];
  while (runs.length < programs.length) {
    const rest = programs.slice(runs.length);
    const limits = { fuel: 2000, timeoutMs: 10_000, beginWithinMs: 10_000 };
    runs.push(...runner.run({ type: 'programs', id: 1, programs: rest, assertions, sharing: sharing === 'shared', ...limits }));
  }
  return runs.map(({ shared, ...ended }) => ({ ended, shared: shared === true }));
}

function endsOf(runs: ReturnType<typeof run>) {
  return runs.map(({ ended }) => ended);
}

test('candidates that share a run and globals end as each does that is the only one', () => {
  let compared = 0;
  let sharing = 0;
  for (const [program, assertions] of corpus) {
    const candidates = candidatesOf(program).filter((_, index) => index % 8 === 0);
    const alone = candidates.flatMap((candidate) => endsOf(run([candidate], assertions)));
    const together = run(candidates, assertions, 'shared');
    expect(endsOf(run(candidates, assertions))).toEqual(alone);
    expect(endsOf(together)).toEqual(alone);
    compared += candidates.length;
    sharing += together.filter(({ shared }) => shared).length;
  }
  expect(compared).toBeGreaterThan(500);
  expect(sharing).toBeGreaterThan(compared / 2);
});

/** Says what of the language and of the globals is not as it was, in the numbers of its assertions. */
const probe = `
  const half = (n) => n / 2;
  console.assert(typeof left === 'undefined' && typeof other === 'undefined' && typeof Later === 'undefined');
  console.assert(Math.max(1, 3) === 3 && Math.PI > 3 && JSON.stringify([{}]) === '[{}]' && parseInt('12', 10) === 12 && !isNaN(1));
  console.assert([3, 1].map((n) => n).join() === '3,1' && [1, [2]].flat().includes(2) && [...'ab'].length === 2 && Array.from('ab')[1] === 'b');
  console.assert(Object.keys({ one: 1 }).length === 1 && ({}).left === undefined && [].left === undefined && (() => 1).left === undefined);
  for (const key in {}) console.assert(key === undefined);
  for (const key in []) console.assert(key === undefined);
  console.assert(Object.left === undefined && Array.left === undefined && Math.left === undefined && Math.stack === undefined && parseInt.left === undefined);
  console.assert(Object.isExtensible(Math) && Object.isExtensible(Array) && Object.isExtensible(Map));
  console.assert(new Date(0).getTime() === 0 && new Map([[1, 2]]).get(1) === 2 && new Set([1]).has(1) && Symbol('a').description === 'a');
  console.assert('ab'.replace(/b/, 'c') === 'ac' && 'a-b'.split('-').length === 2 && 'A'.toLowerCase() === 'a' && (1.25).toFixed(1) === '1.3');
  console.assert(new Error('one').message === 'one' && new TypeError('one') instanceof Error && String(new Error('one')) === 'Error: one');
  console.assert(typeof setTimeout === 'undefined' && typeof process === 'undefined' && Error.stackTraceLimit === 10);
  const [first] = new Map([['key', 'value']]).entries();
  console.assert(first[0] === 'key');
`;

const leaving: readonly (readonly [what: string, program: string])[] = [
  ['variables that nobody declared', 'left = 1; for (other = 0; other < 2; other++); console.assert(left + other === 3);'],
  ['declarations', 'var left = 1; let other = 2; class Later {} function half(n) { return n; } const Math = { max: () => 0 };'],
  ['a function in a block', '{ function left() { return 1; } } console.assert(left() === 1); if (1) { function other() {} }'],
  ['a method for all lists', 'Array.prototype.left = function () { return 1; }; console.assert([].left() === 1);'],
  ['a property for all objects', 'Object.prototype.left = 1; console.assert(({}).left === 1);'],
  ['another Math.max', 'Math.max = () => 0; console.assert(Math.max(1) === 0);'],
  ['another JSON.stringify', 'JSON.stringify = () => ""; console.assert(JSON.stringify({}) === "");'],
  ['another Math', 'Math = { max: () => 0 }; console.assert(Math.max(1) === 0);'],
  ['another Date', 'Date = function () {}; console.assert(typeof new Date().getTime === "undefined");'],
  ['another parseInt', 'parseInt = (text) => 0; console.assert(parseInt("4") === 0);'],
  ['one thing less', 'delete Math.PI; delete Array.from; console.assert(Array.from === undefined); delete Math.max;'],
  ['one global less', 'delete parseInt; console.assert(typeof parseInt === "undefined");'],
  ['a global less and another more', 'delete parseInt; left = 1;'],
  ['another console', 'console.log = () => 5; console.error = null; console.left = 1;'],
  ['no console', 'const kept = console; console = { assert: (holds) => kept.assert(!holds) }; console.assert(false);'],
  [
    'a count under a name that all objects have',
    'const counts = {}; for (const word of ["constructor", "valueOf"]) counts[word].left = 1;',
  ],
  ['a count behind all objects', 'const counts = {}; counts["__pro" + "to__"].left = 1; console.assert(counts.left === 1);'],
  ['a count behind all lists', 'const lists = []; lists["__pro" + "to__"].left = 1; console.assert([].left === 1);'],
  ['a built-in of another value', 'const list = []; list["__pro" + "to__"].map = () => "stolen"; console.assert([].map() === "stolen");'],
  ['a stack', 'Error.captureStackTrace(Math); console.assert("stack" in Math);'],
  ['what is frozen', 'Object.freeze(Math); Object.seal(Array); Object.preventExtensions(Map);'],
  [
    'a getter among the globals',
    'Object.defineProperty(globalThis, "left", { get: () => 1, configurable: false }); console.assert(left === 1);',
  ],
  ['another way through lists', '[].values().__proto__.next = () => ({ done: true }); console.assert([...[1, 2]].length === 0);'],
  ['what happens later', 'Promise.resolve().then(() => { left = 1; }).then(() => { other = 1; });'],
  ['a rejection that is dealt with', 'Promise.reject(new Error("late")).catch(() => { left = 1; }).finally(() => { other = 1; });'],
  [
    'a generator under way',
    'async function* all() { try { yield 1; } finally { left = 1; } } (async () => { for await (const one of all()) break; })();',
  ],
  ['a timer', 'setTimeout(() => { left = 1; }, 0);'],
  [
    'what is this',
    'this.left = 1; console.assert(left === 1 && this.other === undefined); var other = 1; console.assert(this.other === 1);',
  ],
  ['what is called for nobody', '(function () { this.left = 1; })(); console.assert(left === 1);'],
  ['what calls itself', '(function (n) { return n ? arguments.callee(n - 1) : 0; })(3); console.assert(typeof arguments === "undefined");'],
  ['what was found last', '/(b)/.exec("abc"); console.assert(RegExp.$1 === "b");'],
  ['fewer lines of stacks', 'Error.stackTraceLimit = 0; console.assert(!new Error("one").stack.includes("at"));'],
  [
    'the name of all errors',
    'const error = new Error("one"); error.name = "Left"; error.toString = () => "left"; console.assert(`${error}` === "left");',
  ],
  [
    'names that all objects have',
    'const one = {}; one.toString = () => "one"; one.valueOf = () => 4; one.left = 1; console.assert(one + 1 === 5);',
  ],
  ['a return', 'const left = 1; return; console.assert(false);'],
  ['an await', 'await null;'],
  ['a target', 'if (new.target) left = 1;'],
  ['two halves', '} {'],
  ['another function around it', '}, () => {'],
  ['a comment', 'const other = 1; // the end'],
  ['strict code', '"use strict"; left = 1;'],
  ['text as code', 'eval("left = 1"); Function("left = 1")();'],
  ['escapes', 'Array.proto\\u0074ype.left = 1; console.assert([].left === 1);'],
  ['words that are said only', 'const text = "this prototype is no constructor"; console.assert(text.length > 3);'],
  ['too many turns', 'for (;;) { __miyabiTick__(); left = 1; }'],
  ['too deep a recursion', 'const deep = () => deep() + 1; deep();'],
];

test('what a program leaves behind, and whatever else it does, is nothing to those it shares globals with', () => {
  const runner = createProgramRunner();
  const [clean] = run([`${probe}\nconsole.assert(false);`], '');
  expect(clean?.ended.cases.filter(({ status }) => status === 'failed')).toHaveLength(1);
  for (const [what, program] of leaving) {
    const failing = `${program}\n;console.assert(false, 'so that the next one is run');`;
    const before = run([failing], '');
    const programs = [failing, `${probe}\nconsole.assert(false);`, failing];
    const [first, after, again] = run(programs, '', 'shared', runner);

    expect({ what, ended: [first?.ended, again?.ended] }).toEqual({ what, ended: [before[0]?.ended, before[0]?.ended] });
    expect({ what, ended: after?.ended, shared: after?.shared }).toEqual({ what, ended: clean?.ended, shared: true });
  }
});

test('a property that a program gives to a function of the language is none for the next', () => {
  const runner = createProgramRunner();
  const [, after] = run(
    ['parseInt.left = 1; [].map.left = 1; console.assert(false);', `${probe}\nconsole.assert(false);`],
    '',
    'shared',
    runner,
  );

  expect(after?.ended).toEqual(run([`${probe}\nconsole.assert(false);`], '')[0]?.ended);
});

test('ordinary programs share globals, and those that leave variables behind do too', () => {
  const runs = run(
    ['const one = 1; console.assert(one === 2);', 'left = 1; console.assert(left === 2);', 'console.assert(left);'],
    '',
    'shared',
  );

  expect(runs.map(({ shared }) => shared)).toEqual([true, true, true]);
  expect(runs[2]?.ended.cases).toMatchObject([{ status: 'failed', message: 'left is not defined' }]);
});
