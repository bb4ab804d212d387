import { parseSource, type ParsedSource } from '../edits/parse.ts';
import { tickInsertions } from '../edits/instrument.ts';
import { survey } from '../edits/survey.ts';
import { applyEdits } from '../edits/text.ts';
import type { Observation, Texts } from '../search/oracle.ts';
import { testId } from '../warm/test-oracle.ts';
import type { WorkerCase } from '../warm/messages.ts';
import { runBatch } from './batch.ts';
import type { ColdProject } from './run-cold.ts';
import type { Stage } from './stage.ts';
import { invalid, type Variant, variantOf, withSwitches } from './switches.ts';

/** Several candidates in one process of the runner. */
export interface Together {
  /** False when it has not been believed so often that it is no longer worth the time. */
  worthwhile(): boolean;
  /** What the first of these candidates did, as many as could be run together; none where that was not to be believed. */
  observe(candidates: readonly Texts[]): Promise<readonly Observation[]>;
}

export interface TogetherOptions {
  readonly project: ColdProject;
  readonly stage: Stage;
  /** Relative paths of the test files with failures. */
  readonly files: readonly string[];
  /** How each test ends with the code as it is, by its id. */
  readonly expected: Outcomes;
  /** Wall time that a run alone took, and that one may take, in ms. */
  readonly aloneMs: number;
  readonly limitMs: number;
  /** Puts what instrumented code calls in front of it. */
  readonly probed: (text: string) => string;
  /** Files (relative) whose code runs where no test is known: what runs there would not know which candidate is meant. */
  readonly outside: () => ReadonlySet<string>;
}

/** Whether each test passes, by its id. */
export type Outcomes = ReadonlyMap<string, boolean>;

/** The code as it is runs along in every batch, under this number. */
const control = 0;
const mostTogether = 64;
/**
 * Batches are made so large that they take about so long, in ms: a search asks only between them whether it is to end. Smaller
 * ones than the least save little, since each begins with the start of the runner.
 */
const batchMs = 15_000;
const leastTogether = 16;
/** Batches one after the other that are not believed, each half as large as the one before, until nothing is run together any more. */
const mostStrikes = 8;

/** Whether tests that are run twice in one process end both times as they do alone. Runs the copy as it is. */
export async function endAlikeTogether(
  project: ColdProject,
  files: readonly string[],
  expected: Outcomes,
  limitMs: number,
): Promise<boolean> {
  const run = await runBatch(project, files, [control, 1], limitMs);
  return run.kind === 'ran' && [...run.cases.values()].every((cases) => isAsExpected(cases, expected));
}

export function outcomesOf(cases: readonly WorkerCase[]): Outcomes {
  return new Map(observed(cases).map(({ id, passed }) => [id, passed]));
}

/** What a candidate changes, by file (relative). */
type Variants = ReadonlyMap<string, Variant>;

export function createTogether(options: TogetherOptions): Together {
  const { project, stage, files, expected, aloneMs, limitMs, probed, outside } = options;
  const sources = new Map<string, ParsedSource | undefined>();
  const sourceOf = (path: string) => {
    if (!sources.has(path)) sources.set(path, countedSource(path, stage.original(path)));
    return sources.get(path);
  };
  let strikes = 0;
  let most = mostTogether;
  let msEach = 0;
  const variantsOf = (candidate: Texts, pick: number): Variants | typeof invalid | undefined => {
    const variants = [...candidate].map(([path, text]) => {
      const source = outside().has(path) ? undefined : sourceOf(path);
      return [path, source === undefined ? undefined : variantOf(source, pick, text)] as const;
    });
    if (variants.some(([, variant]) => variant === invalid)) return invalid;
    const known = variants.flatMap(([path, variant]) => (typeof variant === 'object' ? [[path, variant] as const] : []));
    return known.length === variants.length ? new Map(known) : undefined;
  };
  /** The texts of all files that these candidates change; undefined when one of them has no valid syntax. */
  const switched = (candidates: readonly Variants[]): Texts | undefined => {
    const byPath = Map.groupBy(
      candidates.flatMap((each) => [...each]),
      ([path]) => path,
    );
    const texts = [...byPath].map(([path, variants]) => {
      const source = sourceOf(path);
      const text =
        source === undefined
          ? ''
          : withSwitches(
              source,
              variants.map(([, variant]) => variant),
            );
      return [path, parseSource(path, text) === undefined ? undefined : probed(text)] as const;
    });
    const valid = texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const]));
    return valid.length === texts.length ? new Map(valid) : undefined;
  };
  /** @returns undefined where the code as it is did not end as it does alone, so that nothing is believed of what ran beside it. */
  const runAll = async (drafts: readonly (Variants | typeof invalid)[]): Promise<readonly Observation[] | undefined> => {
    const picks = drafts.flatMap((draft, index) => (draft === invalid ? [] : [index + 1]));
    const texts = switched(drafts.filter((draft) => draft !== invalid));
    if (texts === undefined) return undefined;
    stage.put(texts);
    const start = performance.now();
    const run = await runBatch(project, files, [control, ...picks], limitMs + 5 * msEach * picks.length);
    if (run.kind === 'died' || !isAsExpected(run.cases.get(control) ?? [], expected)) return undefined;
    const ms = performance.now() - start;
    // A run alone is mostly the start of the runner. What else the machine does can make it longer than what a whole batch takes.
    msEach = Math.max(ms - aloneMs, ms / 4) / Math.max(1, picks.length);
    return drafts.map((draft, index) =>
      draft === invalid
        ? { kind: 'died', reason: 'the file has no valid syntax' }
        : { kind: 'ran', ticks: 0, ranDry: false, cases: observed(run.cases.get(index + 1) ?? []) },
    );
  };
  return {
    worthwhile: () => strikes < mostStrikes,
    async observe(candidates) {
      const atOnce = Math.min(most, Math.max(leastTogether, msEach === 0 ? mostTogether : Math.floor(batchMs / msEach)));
      const drafts: (Variants | typeof invalid)[] = [];
      for (const [index, candidate] of candidates.slice(0, atOnce).entries()) {
        const own = variantsOf(candidate, index + 1);
        if (own === undefined) break;
        drafts.push(own);
      }
      for (let size = drafts.length; size > 1; size = Math.floor(size / 2)) {
        const observations = await runAll(drafts.slice(0, size));
        if (observations !== undefined) {
          strikes = 0;
          most = Math.min(mostTogether, most * 2);
          return observations;
        }
        strikes += 1;
        most = Math.max(2, Math.floor(size / 2));
        if (strikes >= mostStrikes) break;
      }
      return [];
    },
  };
}

/** The file with what ends loops: candidates have it too, so that they differ in their edits alone. */
function countedSource(path: string, text: string): ParsedSource | undefined {
  const parsed = parseSource(path, text);
  return parsed === undefined ? undefined : parseSource(path, applyEdits(text, tickInsertions(survey(parsed))));
}

function isAsExpected(cases: readonly WorkerCase[], expected: Outcomes): boolean {
  const seen = outcomesOf(cases);
  return [...expected].every(([id, passed]) => seen.get(id) === passed);
}

function observed(cases: readonly WorkerCase[]) {
  return cases
    .filter(({ status }) => status !== 'skipped')
    .map(({ file, name, status, message }) => ({
      id: testId({ file, name }),
      passed: status === 'passed',
      ...(message === undefined ? {} : { message }),
    }));
}
