import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Observation, Texts } from '../search/oracle.ts';
import { createProgramOracle, programPath } from './program-oracle.ts';
import { createWorker, type Worker } from './worker-process.ts';

let folder: string;
let worker: Worker;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'miyabi-programs-')));
  worker = createWorker({ nodeBinary: process.execPath, cwd: folder, environment: {}, writable: folder, memoryMb: 64 });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const good = 'const half = (n) => n / 2;';
const assertion = 'console.assert(half(4) === 2); console.assert([3, 1].map((n) => n).join() === "3,1");';
const bad = 'const half = (n) => n;';

test.each([
  ['loops where no turn is counted', 'const half = (n) => n; for (;;);', { kind: 'ran', ranDry: false }],
  ['loops', 'const half = (n) => n; for (;;) { __miyabiTick__(); }', { kind: 'ran', ranDry: true }],
  ['uses up the memory', 'const half = (n) => n; const all = []; for (;;) all.push(new Array(10000).fill(all));', {}],
  ['throws what hangs when it is shown', 'throw { get message() { for (;;); } };', { kind: 'ran' }],
  ['throws nothing', 'throw undefined;', { kind: 'ran' }],
  ['does not parse', 'const half = (n => ;', { kind: 'ran' }],
  ['exits', 'process.exit(0);', { kind: 'ran' }],
  ['exits by a way out', 'console.log.constructor("return process")().exit(0);', { kind: 'ran' }],
  [
    'replaces what all share',
    'Array.prototype.map = () => "stolen"; Object.prototype.half = 1; globalThis.half = (n) => n;',
    { kind: 'ran' },
  ],
  ['prints for ever', 'const half = (n) => n; for (;;) console.log("again");', { kind: 'ran', ranDry: false }],
  ['hangs later', 'const half = (n) => n; Promise.resolve().then(() => { for (;;); });', { kind: 'ran', ranDry: false }],
  ['fails later', 'const half = (n) => n; Promise.reject(new Error("late"));', { kind: 'ran' }],
])('a program that %s takes none of the others along', async (_what, text, observed) => {
  const oracle = createProgramOracle(worker, assertion, 300);
  const batch = [bad, text, bad, text, good].map((each): Texts => new Map([[programPath, each]]));
  await oracle.run(batch[0] ?? new Map(), 'all', 2000);
  const seen: Observation[] = [];
  while (seen.length < batch.length) seen.push(...(await oracle.runEach(batch.slice(seen.length), 'failing', 2000)));

  const passing = seen.map((each) => (each.kind === 'died' ? 'died' : each.cases.filter(({ passed }) => passed).length));
  expect(seen[1]).toMatchObject(observed);
  expect([passing[0], passing[2], passing[4]]).toEqual([2, 2, 3]);
  expect(passing[1]).not.toBe(3);
});

test('what comes after a program of which everything holds is not run', async () => {
  const batch = [bad, good, bad, bad].map((each): Texts => new Map([[programPath, each]]));

  expect(await createProgramOracle(worker, assertion, 300).runEach(batch, 'failing', 2000)).toHaveLength(2);
});

test('a program that is another among shared globals is run among its own, and so are its candidates', async () => {
  const kept = 'parseInt.kept = 1; const half = (n) => parseInt.kept === 1 ? n / 2 : n;';
  const text = (program: string): Texts => new Map([[programPath, program]]);
  const oracle = createProgramOracle(worker, `${assertion} console.assert(half(2) === 2);`, 300);
  const base = await oracle.run(text(kept), 'all', 2000);

  expect(await oracle.runEach([text(kept), text(`${kept} `)], 'failing', 2000)).toEqual([base, base]);
});
