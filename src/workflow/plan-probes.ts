import type { WorldEvidence } from '../domain/choice.ts';
import type { ProbePlan } from '../domain/examination.ts';
import type { CommitId } from '../domain/ids.ts';
import { isCode, isTestFile } from '../evaluation/integrity/files.ts';
import { sourcePattern } from '../evaluation/source/source-pattern.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { issueText } from './background.ts';
import { runOf } from './tools.ts';

type Checked = Extract<WorldEvidence, { readonly kind: 'checked' }>;

interface ProbesRequest {
  readonly base: CommitId;
  /** Those that could win. */
  readonly worlds: readonly Checked[];
}

/** Texts that are looked through for examples of calls, at most. */
const mostTests = 60;
/** Of one file, in bytes. */
const largestFile = 400_000;
/** Every run makes the same inputs up. */
const seed = 20_261_121;

/** The functions that worlds made different from each other, and the inputs to try them on; none where a person wants none. */
export async function planProbesOf(
  context: TaskContext<unknown>,
  mirror: Mirror,
  { base, worlds }: ProbesRequest,
): Promise<readonly ProbePlan[]> {
  const { config, issue } = runOf(context);
  const paths = [...new Set(worlds.flatMap(({ change }) => change.files.map(({ path }) => path)))].filter(
    (path) => sourcePattern.test(path) && !isTestFile(path),
  );
  if (config.examine.inputs === 0 || paths.length === 0) return [];
  // The parser is large, and most runs compare nothing.
  const { planProbes } = await import('../evaluation/examine/probe/plan-probes.ts');
  const at = async (commit: CommitId) => await mirror.readFiles(commit, paths, largestFile);
  const before = await at(base);
  const after = await Promise.all(worlds.map(async ({ world, commit }) => ({ world, files: await at(commit) })));
  const testPaths = (await mirror.listFiles(base)).filter((path) => isTestFile(path) && isCode(path)).slice(0, mostTests);
  const tests = await mirror.readFiles(base, testPaths, largestFile);
  return planProbes({
    files: paths.map((path) => ({
      path,
      base: before.get(path),
      worlds: new Map(after.map(({ world, files }) => [world, files.get(path)])),
    })),
    tests: [...tests].map(([path, text]) => ({ path, text })),
    words: [issueText(issue)],
    count: config.examine.inputs,
    seed,
  });
}
