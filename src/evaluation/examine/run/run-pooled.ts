import { realpath } from 'node:fs/promises';
import type { TestEvidence } from '../../../domain/evidence.ts';
import type { PooledTests } from '../../../domain/examination.ts';
import { runTests } from '../../checks/run-tests.ts';
import type { CheckSetting } from '../../checks/setting.ts';
import { casesOfFiles } from './cases-of-files.ts';
import { layOver } from './lay-over.ts';
import { narrowed } from './narrowed.ts';
import { mostPooledBytes } from './pooled-tests.ts';

export interface PooledRun {
  /** Of the checkout in which the tests are run: the base's, or a world's. */
  readonly setting: CheckSetting;
  readonly tests: PooledTests;
  /** What is in the files, by blob. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** For all tests of this author, in ms. */
  readonly timeoutMs: number;
  /** Called in place of what it is given, which runs the tests, while the files lie there. */
  readonly around?: (run: () => Promise<TestEvidence>) => Promise<TestEvidence>;
}

/**
 * Runs the tests of one author on the code of a checkout and leaves the checkout's files as they were. Ids are the same in every checkout.
 *
 * @returns only the cases of these files; `none` with the reason where they could not be laid there or nothing can be told of them.
 * @throws the signal's reason when it is aborted; never for what the tests do.
 */
export async function runPooled({ setting, tests, contents, timeoutMs, around = (run) => run() }: PooledRun): Promise<TestEvidence> {
  const files = tests.files.flatMap(({ path, blob, executable }) => {
    const content = contents.get(blob);
    return content === undefined ? [] : [{ path, content, executable }];
  });
  if (files.length < tests.files.length) return { kind: 'none', reason: `Not all files of the tests of ${tests.author} are at hand.` };
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  if (bytes > mostPooledBytes) return { kind: 'none', reason: `The tests of ${tests.author} are too large: ${bytes} bytes.` };
  const { plan, isWhole } = narrowed(setting.plan, tests.run);
  await using laid = await layOver(await realpath(setting.directory), files);
  if (laid.problem !== undefined) return { kind: 'none', reason: laid.problem };
  const evidence = await around(() => runTests({ ...setting, plan: { ...plan, timeoutMs } }));
  const decoder = new TextDecoder();
  const texts = new Map(files.map(({ path, content }) => [path, decoder.decode(content)]));
  return casesOfFiles(evidence, { run: tests.run, texts, runner: plan.test?.runner ?? 'unknown', isWhole });
}
