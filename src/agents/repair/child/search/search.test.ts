import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorFamilies, type OperatorFamily, type RepairSettings } from '../../../../domain/world.ts';
import { createProgramOracle, programPath } from '../warm/program-oracle.ts';
import { createWorker, type Worker } from '../warm/worker-process.ts';
import { search, type PlausiblePatch } from './search.ts';

let folder: string;
let worker: Worker;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'miyabi-search-')));
  worker = createWorker({ nodeBinary: process.execPath, cwd: folder, environment: {}, writable: folder, memoryMb: 256 });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** The first complete patch for a program with assertions, and how the search ended. */
async function mend(
  program: string,
  assertions: readonly string[],
  families: readonly OperatorFamily[],
  options: Partial<RepairSettings> = {},
) {
  const found: PlausiblePatch[] = [];
  const end = await search({
    sources: new Map([[programPath, program]]),
    oracle: createProgramOracle(worker, assertions.map((assertion) => `console.assert(${assertion});`).join('\n'), 1000),
    settings: { families, depth: 1, candidates: 800, statements: 30, ...options },
    goOn: () => true,
    onProgress: () => undefined,
    onPlausible: (patch) => {
      if (patch.complete) found.push(patch);
      return !patch.complete;
    },
  });
  return { text: found[0]?.texts.get(programPath), end };
}

const defects: readonly {
  readonly family: OperatorFamily;
  readonly what: string;
  readonly program: string;
  readonly assertions: readonly string[];
}[] = [
  {
    family: 'operator',
    what: 'a boundary',
    program: 'const adult = (age) => age > 18;',
    assertions: ['adult(18)', '!adult(17)', 'adult(30)'],
  },
  {
    family: 'operator',
    what: 'a grouping',
    program: 'const middle = (low, high) => low + high / 2;',
    assertions: ['middle(2, 4) === 3', 'middle(0, 10) === 5'],
  },
  {
    family: 'literal',
    what: 'one too many',
    program: 'const last = (list) => list[list.length];',
    assertions: ['last([1, 2]) === 2', 'last([7]) === 7'],
  },
  {
    family: 'variable',
    what: 'the wrong name',
    program: 'function power(base, exponent) {\n  let result = 1;\n  for (let i = 0; i < base; i++) result *= base;\n  return result;\n}',
    assertions: ['power(2, 5) === 32', 'power(3, 2) === 9'],
  },
  {
    family: 'variable',
    what: 'the wrong name assigned',
    program:
      'function deepest(text) {\n  let depth = 0, most = 0;\n  for (const c of text) {\n    if (c === "(") { depth += 1; most = Math.max(most, depth); } else { most -= 1; }\n  }\n  return most;\n}',
    assertions: ['deepest("(()") === 2', 'deepest("()()(())") === 2'],
  },
  {
    family: 'call',
    what: 'a call that is missing',
    program: 'const apart = (a, b) => a - b;',
    assertions: ['apart(1, 4) === 3', 'apart(4, 1) === 3'],
  },
  {
    family: 'call',
    what: 'a sort as text',
    program: 'const ranked = (list) => list.sort();',
    assertions: ['ranked([10, 9, 1]).join() === "1,9,10"'],
  },
  {
    family: 'condition',
    what: 'a case that is missing',
    program: 'const anySum = (a, b, c) => a + b === c || b + c === a;',
    assertions: ['anySum(1, 2, 3)', 'anySum(3, 1, 2)', 'anySum(1, 3, 2)', '!anySum(1, 1, 1)'],
  },
  {
    family: 'condition',
    what: 'a condition that is missing',
    program:
      'function shared(a, b) {\n  const found = [];\n  for (const x of a)\n    for (const y of b)\n      found.push(x);\n  return found;\n}',
    assertions: ['shared([1, 2], [2, 3]).join() === "2"', 'shared([1], [1]).join() === "1"'],
  },
  {
    family: 'guard',
    what: 'an early return',
    program: 'function mean(list) {\n  const sum = list.reduce((all, one) => all + one, 0);\n  return sum / list.length;\n}',
    assertions: ['mean([]) === 0', 'mean([2, 4]) === 3'],
  },
  {
    family: 'ingredient',
    what: 'an expression from elsewhere',
    program:
      'function share(parts, index) {\n  const whole = parts.reduce((all, one) => all + one, 0);\n  const own = parts[index];\n  return own / (parts[0] + 1);\n}\nfunction other(parts, whole) { return parts.length; }',
    assertions: ['share([1, 3], 1) === 0.75', 'share([2, 2], 0) === 0.5'],
  },
  {
    family: 'statement',
    what: 'a statement that is missing',
    program:
      'function between(list, delimiter) {\n  const result = [];\n  for (const item of list) {\n    result.push(item, delimiter);\n  }\n  return result;\n}',
    assertions: ['between([1, 2], 0).join() === "1,0,2"', 'between([5], 0).join() === "5"'],
  },
  {
    family: 'deletion',
    what: 'a statement too many',
    program:
      'function twice(list) {\n  const result = [];\n  for (const item of list) {\n    result.push(item);\n    result.push(item);\n    result.push(0);\n  }\n  return result;\n}',
    assertions: ['twice([1]).join() === "1,1"', 'twice([1, 2]).join() === "1,1,2,2"'],
  },
];

test.each(defects)('the family $family mends $what', async ({ family, program, assertions }) => {
  const { text } = await mend(program, assertions, [family]);

  expect(text).toBeDefined();
  expect(text).not.toBe(program);
});

test('two edits together mend what one cannot', async () => {
  const program = 'function percent(part, whole) {\n  const share = part + whole;\n  return share / 100;\n}';
  const assertions = ['percent(0, 5) === 0', 'percent(1, 4) === 25', 'percent(1, 2) === 50'];

  expect((await mend(program, assertions, ['operator'], { depth: 1 })).text).toBeUndefined();
  expect((await mend(program, assertions, ['operator'], { depth: 2 })).text).toBe(
    'function percent(part, whole) {\n  const share = part / whole;\n  return share * 100;\n}',
  );
});

test('the budget is kept', async () => {
  const { end } = await mend('const answer = (a, b) => a + b;', ['answer(1, 2) === "never"'], ['operator', 'literal', 'variable', 'call'], {
    candidates: 10,
  });

  expect(end).toMatchObject({ kind: 'searched', tried: 10, plausible: 0 });
});

test('a candidate that loops for ever costs little, for its turns are counted', async () => {
  const program = 'function count(n) {\n  let i = 0;\n  while (i < n) i += 1;\n  return i + 1;\n}';

  const { text } = await mend(program, ['count(3) === 3', 'count(0) === 0'], ['operator', 'literal']);

  expect(text).toBeDefined();
  expect(worker.cpuMs()).toBeLessThan(20_000);
});

test('where nothing fails nothing is tried', async () => {
  const { end } = await mend('const one = () => 1;', ['one() === 1'], ['literal']);

  expect(end).toEqual({ kind: 'nothing-fails' });
});

/** All texts that a search tries, in their order, when none of them is right. */
async function triedTexts(settings: Partial<RepairSettings>): Promise<string[]> {
  const program = 'function between(low, high, x) {\n  if (x < low) return low;\n  return x > high ? high : x;\n}';
  const oracle = createProgramOracle(worker, 'console.assert(between(1, 3, 2) === "never");', 1000);
  const tried: string[] = [];
  await search({
    sources: new Map([[programPath, program]]),
    oracle: {
      ...oracle,
      runEach: (candidates, stage, fuel) => {
        tried.push(...candidates.map((texts) => texts.get(programPath) ?? ''));
        return oracle.runEach(candidates, stage, fuel);
      },
    },
    settings: { families: operatorFamilies, depth: 1, candidates: 5000, statements: 30, ...settings },
    goOn: () => true,
    onProgress: () => undefined,
    onPlausible: () => true,
  });
  return tried;
}

test('worlds that divide a search try what one does, the first edits all of them and each other one once', async () => {
  const alone = await triedTexts({});
  const worlds: string[][] = [];
  for (const index of [0, 1, 2]) worlds.push(await triedTexts({ share: { index, of: 3, common: 12 } }));

  expect(alone.length).toBeGreaterThan(60);
  expect(new Set(worlds.flat())).toEqual(new Set(alone));
  expect(worlds.map((tried) => tried.slice(0, 12))).toEqual(worlds.map(() => alone.slice(0, 12)));
  // Different edits can come to the same text, and may then lie in two worlds.
  expect(worlds.flatMap((tried) => tried.slice(12)).length).toBeLessThan(alone.length * 1.1);
});

test('what takes many times as long as the base is found by a patient world', async () => {
  const program = 'function count(n) {\n  let found = 0;\n  for (let i = 0; i > n; i += 1) found += 1;\n  return found;\n}';
  const assertions = ['count(60000) === 60000', 'count(0) === 0'];

  expect((await mend(program, assertions, ['operator'])).text).toBeUndefined();
  expect((await mend(program, assertions, ['operator'], { patience: 50 })).text).toContain('i < n');
});
