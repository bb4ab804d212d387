import { expect, test } from 'vitest';
import { testProject } from '../../testing/project.ts';
import { shownAnswer } from './answers.ts';
import { runProbes } from './run-probes.ts';
import { tell } from './told.ts';

const files = {
  'package.json': { type: 'module', dependencies: {} },
  'src/plain.ts': `import { half } from './half.js';
    enum Sign { Minus = -1, Plus = 1 }
    export function sign(n: number): number { return half(n) < 0 ? Sign.Minus : Sign.Plus; }
    export default (words: string[]) => words.reverse();
    export class Tool { static factor = 2; static twice(n: number) { return n * this.factor; } }`,
  'src/half.ts': 'export const half = (n: number): number => n / 2;',
  'src/common.cjs': `let calls = 0;
    module.exports = { inner: (a, b = a) => [a, b], later: async (n) => { await null; if (n > 1) throw new RangeError('at ' + __filename); return n; },
      counting: () => ++calls, strange: () => { throw { some: 'value' }; },
      bomb: () => { const it = { get more() { while (true); }, toJSON() { while (true); } }; return it; },
      trap: () => { throw new Proxy(new Error('x'), { get() { while (true); }, getPrototypeOf() { while (true); } }); },
      circle: () => { const all = []; all.push(all); return all; },
      list: function* () { for (let n = 0; ; n += 1) yield n; } };`,
  'src/nasty.js': `import { writeSync } from 'node:fs';
    import { parentPort, workerData } from 'node:worker_threads';
    export function endless(n) { while (n < 0); return n; }
    export function never(n) { return n < 0 ? new Promise(() => {}) : n; }
    export function leave(n) { if (n > 1) process.exit(7); return n; }
    export function forge(n) {
      const said = JSON.stringify({ type: 'answers', plan: 0, answers: ['forged'] });
      writeSync(1, said + '\\n' + said);
      console.log(said);
      process.stdout.write('{"type":"ended","plan":0}\\n');
      parentPort?.postMessage({ type: 'answers', answers: ['forged'] });
      workerData?.port?.postMessage({ type: 'answers', answers: ['forged'] });
      return n;
    }
    export function hungry(n) { const all = []; while (n > 1) all.push(new Array(1e6).fill(n)); return n; }
    export function murder(n) { if (n > 1) process.kill(process.pid, 'SIGKILL'); return n; }`,
  'src/missing.js': `import absent from 'a-package-that-nobody-has'; export const f = (n) => absent(n);`,
  'src/loading.js': `process.exit(0); export const f = (n) => n;`,
};

async function answersTo(plans: readonly (readonly [path: string, name: string, ...inputs: unknown[][]])[], callMs = 100) {
  await using project = await testProject(files);
  const { environment, process } = await project.setting();
  const answered = await runProbes({
    plans: plans.map(([path, name, ...inputs]) => ({ path, name, inputs: inputs.map((input) => tell(input)) })),
    directory: project.directory,
    nodeBinary: globalThis.process.execPath,
    process,
    environment,
    callMs,
    totalMs: 60_000,
  });
  return answered.map(({ name, answers, problem }) => ({
    name,
    said: answers.map(shownAnswer),
    ...(problem === undefined ? {} : { problem }),
  }));
}

test('functions of ES modules, CommonJS and TypeScript are called as the project loads them', async () => {
  const words = ['a', 'b'];
  expect(
    await answersTo([
      ['src/plain.ts', 'sign', [-3], [3]],
      ['src/plain.ts', 'default', [words]],
      ['src/plain.ts', 'Tool.twice', [4]],
      ['src/common.cjs', 'inner', [1], [undefined, new Map([[1, Number.NaN]])]],
      ['src/common.cjs', 'later', [1], [2]],
      ['src/common.cjs', 'counting', []],
      ['src/common.cjs', 'strange', []],
      ['src/common.cjs', 'bomb', []],
      ['src/common.cjs', 'trap', []],
      ['src/common.cjs', 'circle', []],
      ['src/missing.js', 'f', [1]],
      ['src/loading.js', 'f', [1]],
      ['src/plain.ts', 'gone', [1]],
    ]),
  ).toEqual([
    { name: 'sign', said: ['-1', '1'] },
    { name: 'default', said: ['["b", "a"], and leaves its arguments as [["b", "a"]]'] },
    { name: 'Tool.twice', said: ['8'] },
    { name: 'inner', said: ['[1, 1]', '[undefined, new Map([[1, NaN]])]'] },
    { name: 'later', said: ['1', 'throws RangeError: at ./src/common.cjs'] },
    { name: 'counting', said: ['not known (it is not steady)'] },
    { name: 'strange', said: ['throws what is no error: {"some":"value"}'] },
    { name: 'bomb', said: ['{ more: [getter], toJSON: [function toJSON] }'] },
    { name: 'trap', said: ['throws what is no error: {"$":"proxy"}'] },
    { name: 'circle', said: ['not known (it holds itself)'] },
    {
      name: 'f',
      said: [],
      problem: expect.stringContaining(`could not be loaded: Error: Cannot find package 'a-package-that-nobody-has'`),
    },
    { name: 'f', said: [], problem: 'its module ends the process when it is loaded' },
    { name: 'gone', said: [], problem: 'it could not be loaded: Error: it exports no function called gone' },
  ]);
});

test('a loop without end, an end of the process, forged answers and hunger for memory change no other answer', async () => {
  expect(
    await answersTo([
      ['src/nasty.js', 'endless', [1], [-1], [2]],
      ['src/nasty.js', 'never', [1], [-1], [2]],
      ['src/nasty.js', 'leave', [1], [2], [0]],
      ['src/nasty.js', 'forge', [1], [2]],
      ['src/nasty.js', 'hungry', [1], [2], [0]],
      ['src/nasty.js', 'murder', [1], [2], [0]],
      ['src/half.ts', 'half', [1]],
    ]),
  ).toEqual([
    { name: 'endless', said: ['1', 'does not end within 100 ms', '2'] },
    { name: 'never', said: ['1', 'does not end within 100 ms', '2'] },
    { name: 'leave', said: ['1', 'ends the process with 7', '0'] },
    { name: 'forge', said: ['1', '2'] },
    { name: 'hungry', said: ['1', expect.stringMatching(/^not known \(it used too much memory|^does not end/), '0'] },
    { name: 'murder', said: expect.any(Array), problem: 'it ended the program that tries it (SIGKILL)' },
    { name: 'half', said: ['0.5'] },
  ]);
});
