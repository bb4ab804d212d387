import { expect, test } from 'vitest';
import { operatorFamilies } from '../../../../domain/world.ts';
import { applyWithInsertions, tickInsertions } from '../edits/instrument.ts';
import { parseSource } from '../edits/parse.ts';
import { proposeCandidates } from '../edits/propose.ts';
import { survey } from '../edits/survey.ts';
import type { WorkerRun } from './messages.ts';
import { runPrograms } from './run-programs.ts';

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

function run(programs: readonly string[], assertions: string): WorkerRun[] {
  return runPrograms({ type: 'programs', id: 1, programs, assertions, fuel: 2000, timeoutMs: 10_000, beginWithinMs: 10_000 });
}

test('candidates that share a run end as each does that is the only one', { timeout: 60_000 }, () => {
  let compared = 0;
  for (const [program, assertions] of corpus) {
    const candidates = candidatesOf(program).filter((_, index) => index % 2 === 0);
    const together: WorkerRun[] = [];
    while (together.length < candidates.length) together.push(...run(candidates.slice(together.length), assertions));

    const every4th = <Item>(list: readonly Item[]): Item[] => list.filter((_, index) => index % 4 === 0);
    expect(every4th(together)).toEqual(every4th(candidates).flatMap((candidate) => run([candidate], assertions)));
    compared += every4th(candidates).length;
  }
  expect(compared).toBeGreaterThan(500);
});
