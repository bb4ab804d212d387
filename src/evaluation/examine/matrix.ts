import type { CellOutcome, ExamColumn, ExaminedTest } from '../../domain/examination.ts';
import type { TestEvidence } from '../../domain/evidence.ts';
import type { WorldName } from '../../domain/world.ts';
import { isWholeFile, seenAs, type PoolTest } from './pool.ts';
import { asksForWhatIsMissing } from './wrong-reason.ts';

/** A row of the matrix before it is known what it weighs. */
export interface Row {
  readonly test: PoolTest;
  readonly cells: ExaminedTest['cells'];
  /** Why it says nothing, in a sentence. */
  readonly dropped: string | undefined;
}

/** Every test of the pool with how it ended in each world. Tests that end alike in all worlds but their author's say nothing. */
export function matrixOf(tests: readonly PoolTest[], columns: readonly ExamColumn[]): readonly Row[] {
  const ended = new Set(
    columns.flatMap((column) => column.tests.filter(({ evidence }) => endedByItself(evidence)).map(({ author }) => author)),
  );
  return tests.map((test) => {
    const cells = columns.map((column) => ({ world: column.world, outcome: outcomeIn(column, test, ended.has(test.author)) }));
    return { test, cells, dropped: test.dropped ?? saysNothing(test, cells) };
  });
}

function endedByItself(evidence: TestEvidence): boolean {
  return evidence.kind === 'reported' ? evidence.incomplete !== true : evidence.kind === 'exit-code';
}

/**
 * A run that was ended, or broke off, passed nothing that it does not report, if the same tests end by themselves elsewhere. A name that a
 * world invented is no demand on the others; one that a test writer took from the issue is.
 */
function outcomeIn({ world, tests }: ExamColumn, test: PoolTest, endsElsewhere: boolean): CellOutcome {
  const evidence = tests.find(({ author }) => author === test.author)?.evidence;
  if (evidence === undefined || evidence.kind === 'none') return 'unknown';
  const seen = seenAs(evidence, test);
  if (seen === undefined) return !endedByItself(evidence) && endsElsewhere && !isWholeFile(test.case) ? 'failed' : 'unknown';
  if (seen.status === 'skipped') return 'unknown';
  if (seen.status === 'passed') return seen.id === test.case ? 'passed' : 'unknown';
  const invented = !isWriter(test.author) && test.author !== world && asksForWhatIsMissing(seen);
  return invented ? 'unknown' : 'failed';
}

/** Whether an author saw the issue alone, and has no world. */
export function isWriter(author: PoolTest['author']): boolean {
  return author.startsWith('writer-');
}

function saysNothing(test: PoolTest, cells: Row['cells']): string | undefined {
  const outcomes = new Set(othersThan(test.author, cells).map(({ outcome }) => outcome));
  outcomes.delete('unknown');
  if (outcomes.size === 2) return undefined;
  const whom = isWriter(test.author) ? 'every world' : 'every other world';
  if (outcomes.has('passed')) return `It passes in ${whom} in which it ran, so it tells none apart.`;
  if (outcomes.has('failed')) return `It fails in ${whom} in which it ran, so it tells none apart.`;
  return isWriter(test.author) ? 'It was seen to run in no world.' : 'It was seen to run in no world but that of its author.';
}

/** The cells that count: nobody vouches for himself. */
export function othersThan(author: PoolTest['author'], cells: Row['cells']): Row['cells'] {
  return cells.filter(({ world }: { readonly world: WorldName }) => world !== author);
}
