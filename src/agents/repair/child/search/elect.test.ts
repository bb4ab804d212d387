import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { behaviourIn, observedText } from '../behaviour/behaviour.ts';
import { parseSource } from '../edits/parse.ts';
import { survey } from '../edits/survey.ts';
import { createProgramOracle, programPath } from '../warm/program-oracle.ts';
import { createWorker, type Worker } from '../warm/worker-process.ts';
import { elect, rankByParty } from './elect.ts';
import { createGathering } from './gathering.ts';
import type { PlausiblePatch } from './search.ts';

let folder: string;
let worker: Worker;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'miyabi-elect-')));
  worker = createWorker({ nodeBinary: process.execPath, cwd: folder, environment: {}, writable: folder, memoryMb: 256 });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** A patch that puts `after` in the place of the first `before`. */
function patch(program: string, before: string, after: string, score: number, rank = 1): PlausiblePatch {
  const start = program.indexOf(before);
  const edit = { start, end: start + before.length, text: after };
  const edits = [{ file: programPath, family: 'operator' as const, rule: 'a rule', edits: [edit], score }];
  const text = program.slice(0, start) + after + program.slice(edit.end);
  return { edits, texts: new Map([[programPath, text]]), fixed: ['a test'], complete: true, rank };
}

/** What a program does on inputs made from those of its assertions. */
async function behaviourOf(program: string, assertions: string) {
  const read = survey(parseSource(programPath, program)!);
  return behaviourIn(
    await createProgramOracle(worker, assertions, 2000).run(new Map([[programPath, observedText(read, [])]]), 'all', 5_000_000),
  );
}

const doubled = 'function double(n) {\n  return n;\n}\n';

test('of patches that fit the tests the meaning with the most weight is offered first, and of each other meaning one', async () => {
  const constant = patch(doubled, 'n;', '4;', 0.5);
  const square = patch(doubled, 'n;', 'n * n;', 0.3, 2);
  const sum = patch(doubled, 'n;', 'n + n;', 0.3, 3);
  const product = patch(doubled, 'n;', 'n * 2;', 0.4, 4);
  const oracle = createProgramOracle(worker, 'console.assert(double(2) === 4);', 2000);

  expect(await elect([constant, square, sum, product], new Map([[programPath, doubled]]), oracle)).toEqual([
    product,
    constant,
    square,
    sum,
  ]);
});

test('patches that there was no time to compare come last', async () => {
  const constant = patch(doubled, 'n;', '4;', 0.5);
  const sum = patch(doubled, 'n;', 'n + n;', 0.6, 2);
  const product = patch(doubled, 'n;', 'n * 2;', 0.4, 3);
  const oracle = createProgramOracle(worker, 'console.assert(double(2) === 4);', 2000);

  const offered = await elect([constant, sum, product], new Map([[programPath, doubled]]), oracle, () => false);

  expect(offered).toEqual([sum, constant, product]);
});

test.each([
  [
    'a function',
    'function f(n) { return n % 3; }',
    'function f(n) { return n - 3 * Math.trunc(n / 3); }',
    'function f(n) { return n % 4; }',
    'f(7)',
  ],
  [
    'an arrow',
    'const f = (list) => list.toSorted();',
    'const f = (list) => [...list].sort();',
    'const f = (list) => list;',
    'f(["b", "a"])',
  ],
  [
    'a method',
    'class Sum { n = 1; add(m) { return this.n + m; } }',
    'class Sum { n = 1; add(m) { return m + this.n; } }',
    'class Sum { n = 1; add(m) { return m * 2; } }',
    'new Sum().add(1)',
  ],
  [
    'a member of an object',
    'const o = { f: (s) => s + s };',
    'const o = { f: (s) => s.repeat(2) };',
    'const o = { f: (s) => "aa" };',
    'o.f("a")',
  ],
])('%s is seen to do the same or not', async (_, one, same, other, call) => {
  const assertions = `console.assert(${call});`;
  const behaviour = await behaviourOf(one, assertions);

  expect(behaviour.size).toBeGreaterThan(3);
  expect(await behaviourOf(same, assertions)).toEqual(behaviour);
  expect(await behaviourOf(other, assertions)).not.toEqual(behaviour);
});

test('made-up calls that loop for ever or throw are an outcome like others, and what they are told is their own', async () => {
  const program =
    'let calls = 0;\nfunction f(list) { list.push(0); calls += 1; while (list.length === 3); return list.length / list[0].n; }';
  const assertions = 'const own = [{ n: 1 }];\nconsole.assert(f(own) === 2);\nconsole.assert(own.length === 2);';
  const observation = await createProgramOracle(worker, assertions, 2000).run(
    new Map([[programPath, observedText(survey(parseSource(programPath, program)!), [])]]),
    'all',
    5_000_000,
  );

  expect(observation).toMatchObject({ kind: 'ran' });
  expect(observation.kind === 'ran' && observation.cases.every(({ passed }) => passed)).toBe(true);
  expect(behaviourIn(observation).size).toBeGreaterThan(3);
});

test('what gives another outcome each time says nothing', async () => {
  expect((await behaviourOf('const f = (n) => n + Math.random();', 'console.assert(f(1) > 0);')).size).toBe(0);
});

test('patches of which nothing is seen keep the order of their weight', () => {
  const weak = patch(doubled, 'n;', 'n + n;', 0.2);
  const strong = patch(doubled, 'n;', 'n * 2;', 0.4, 2);

  expect(
    rankByParty([
      { patch: weak, behaviour: new Map() },
      { patch: strong, behaviour: new Map() },
    ]),
  ).toEqual([strong, weak]);
});

test('a patch that takes code away yields to another of the same score', () => {
  const kept = patch(doubled, 'n;', 'n + n;', 0.3, 2);
  const [edit] = kept.edits;
  const gone = { ...kept, edits: [{ ...edit!, family: 'deletion' as const }], rank: 1 };

  expect(
    rankByParty([
      { patch: gone, behaviour: new Map([[1, 1]]) },
      { patch: kept, behaviour: new Map([[1, 2]]) },
    ]),
  ).toEqual([kept, gone]);
});

test('the search looks on for some time after a whole patch and not for ever; one that mends a part ends nothing', () => {
  const found = createGathering();
  expect(found.goesOn(5000)).toBe(true);
  const part = { ...patch(doubled, 'n;', 'n + n;', 0.3, 100), complete: false };
  found.add(part);
  expect(found.goesOn(5000)).toBe(true);
  found.add({ ...part, complete: true, rank: 300 });

  expect([found.goesOn(699), found.goesOn(700)]).toEqual([true, false]);
  expect(found.partial()).toBe(part);
});
