import { join, relative } from 'node:path';
import type { Observation, ObservedCase, Oracle, Texts } from '../search/oracle.ts';
import type { FrameworkName, WorkerCase } from './messages.ts';
import type { Worker } from './worker-process.ts';

/** A test as the worker names it. */
export interface WarmTest {
  /** Relative to the project's folder. */
  readonly file: string;
  readonly name: string;
}

export interface TestOracleOptions {
  readonly worker: Worker;
  /** Real path of the project's folder. */
  readonly directory: string;
  readonly framework: FrameworkName;
  /** Test files that run the same here as in their own runner, relative; those with targets first. */
  readonly files: readonly string[];
  readonly targets: readonly WarmTest[];
  /** Wall time of one run of all files at the base, in ms. */
  readonly baseMs: number;
}

export function testId({ file, name }: WarmTest): string {
  return `${file} > ${name}`;
}

/** The oracle of a project's tests in a warm process: only the changed files and what loads them is read anew. */
export function createTestOracle(options: TestOracleOptions): Oracle {
  const { worker, directory, framework, targets } = options;
  const targetFiles = [...new Set(targets.map(({ file }) => file))];
  const only = targets.map(({ name }) => name);
  const testTimeoutMs = Math.max(1000, options.baseMs * 3);
  const limitMs = Math.max(4000, options.baseMs * 10);
  const run = async (sources: Texts, stage: 'failing' | 'all' | 'fresh', fuel: number): Promise<Observation> => {
    if (stage === 'fresh') await worker.renew();
    const files = stage === 'failing' ? targetFiles : options.files;
    const answer = await worker.ask(
      {
        type: 'tests',
        directory,
        framework,
        overrides: [...sources].map(([path, text]) => [join(directory, path), text] as const),
        files: files.map((file) => join(directory, file)),
        ...(stage === 'failing' ? { only } : {}),
        fuel,
        testTimeoutMs,
      },
      limitMs,
    );
    if (answer.kind === 'died') return answer;
    const [{ cases, ticks, ranDry }] = answer.reply.runs;
    return { kind: 'ran', cases: observed(cases, files, directory), ticks, ranDry };
  };
  // One at a time: a test that hangs is ended with its process, and must not take other candidates along.
  return { failingIsAll: false, run, runEach: async ([first = new Map()], stage, fuel) => [await run(first, stage, fuel)] };
}

/** Each file adds a case of its own, without a name, that says whether it could be loaded. */
function observed(cases: readonly WorkerCase[], files: readonly string[], directory: string): ObservedCase[] {
  const ran = cases
    .filter(({ status }) => status !== 'skipped')
    .map(({ file, name, status, ...rest }) => ({
      ...rest,
      id: testId({ file: relative(directory, file), name }),
      passed: status === 'passed',
    }));
  const unloadable = new Set(ran.map(({ id }) => id));
  const loaded = files.map((file) => testId({ file, name: '' })).filter((id) => !unloadable.has(id));
  return [...ran, ...loaded.map((id) => ({ id, passed: true }))];
}
