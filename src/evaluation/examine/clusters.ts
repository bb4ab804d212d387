import type { ExamColumn, ProbePlan, Told } from '../../domain/examination.ts';
import type { WorldName } from '../../domain/world.ts';
import { worldNames } from '../../domain/world.ts';
import type { Row } from './matrix.ts';
import { comparable } from './probe/answers.ts';

/** A world that is compared with others, and what is known of its change. */
export interface Compared {
  readonly world: WorldName;
  /** The same for worlds that made the very same change. */
  readonly patchDigest?: string | undefined;
}

/** What a world did, in an order that is the same for all: each test that ran twice alike at the base, and each input. */
function behaviourOf(world: WorldName, rows: readonly Row[], column: ExamColumn | undefined, probes: readonly ProbePlan[]): string {
  const outcomes = rows
    .filter(({ test }) => test.dropped === undefined)
    .map(({ cells }) => cells.find((cell) => cell.world === world)?.outcome);
  return JSON.stringify([outcomes, probes.map((plan) => answersOf(column, plan))]);
}

/** What one world's answers to a plan are compared by, input by input; undefined where it gave none that says anything. */
export function answersOf(column: ExamColumn | undefined, plan: ProbePlan): readonly (string | undefined)[] {
  return givenBy(column, plan).map((answer) => (answer === undefined ? undefined : comparable(answer)));
}

/** The same as they were given. */
export function givenBy(column: ExamColumn | undefined, plan: ProbePlan): readonly (Told | undefined)[] {
  const answered = column?.probes.find(({ path, name }) => path === plan.path && name === plan.name);
  return plan.inputs.map((_, index) => answered?.answers[index]);
}

/**
 * Worlds that no test and no input could tell apart, in the order of their names. Without a test that ran and an input that was answered,
 * only the very same change makes two worlds alike.
 */
export function clustersOf(
  worlds: readonly Compared[],
  rows: readonly Row[],
  columns: readonly ExamColumn[],
  probes: readonly ProbePlan[],
): readonly (readonly WorldName[])[] {
  const groups: { worlds: WorldName[]; marks: Set<string> }[] = [];
  for (const { world, patchDigest } of worlds.toSorted(byName)) {
    const column = columns.find((each) => each.world === world);
    const seen = column !== undefined && wasSeen(world, rows, column);
    const marks = [
      ...(patchDigest === undefined ? [] : [`change ${patchDigest}`]),
      ...(seen ? [behaviourOf(world, rows, column, probes)] : []),
    ];
    const alike = groups.filter((group) => marks.some((mark) => group.marks.has(mark)));
    const joined = { worlds: [...alike.flatMap((group) => group.worlds), world], marks: new Set(marks) };
    for (const group of alike) {
      for (const mark of group.marks) joined.marks.add(mark);
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(joined);
  }
  return groups.map((group) => group.worlds.toSorted(byNameOf)).toSorted((a, b) => byNameOf(a[0], b[0]));
}

function wasSeen(world: WorldName, rows: readonly Row[], column: ExamColumn): boolean {
  const known = ({ test, cells }: Row): boolean =>
    test.dropped === undefined && cells.some((cell) => cell.world === world && cell.outcome !== 'unknown');
  return rows.some(known) || column.probes.some(({ answers }) => answers.length > 0);
}

function byName(a: Compared, b: Compared): number {
  return byNameOf(a.world, b.world);
}

function byNameOf(a: WorldName | undefined, b: WorldName | undefined): number {
  return (a === undefined ? -1 : worldNames.indexOf(a)) - (b === undefined ? -1 : worldNames.indexOf(b));
}
