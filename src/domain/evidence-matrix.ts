import type { Choice, WorldVerdict } from './choice.ts';
import type { CellOutcome, ExaminedTest } from './examination.ts';
import type { WorldName } from './world.ts';

/** One test with how it ended in each world that was judged. */
export interface MatrixRow {
  readonly test: string;
  /** `project`: of the repository itself. `examination`: of a world or of somebody who only writes tests. */
  readonly kind: 'project' | 'examination';
  /** Undefined for one of the project. */
  readonly author: string | undefined;
  /** Undefined for one that the base does not have. */
  readonly atBase: 'passed' | 'failed' | undefined;
  /** What it counts, 0 to 1. */
  readonly weight: number;
  /** Why it says nothing about any world; undefined for one that counts. */
  readonly dropped: string | undefined;
  readonly cells: readonly { readonly world: WorldName; readonly outcome: CellOutcome }[];
}

/** Tests of the project that some world repaired or broke, and all that the worlds were examined by; first those that tell worlds apart. */
export function evidenceMatrix({ verdicts, examination }: Pick<Choice, 'verdicts' | 'examination'>): readonly MatrixRow[] {
  const fixed = projectRows(verdicts, 'fixed');
  const broken = projectRows(verdicts, 'broken');
  const examined = (examination?.tests ?? []).map((test) => examinedRow(test, verdicts));
  const rows = [...fixed, ...broken, ...examined];
  return [...rows.filter(tellsApart), ...rows.filter((row) => !tellsApart(row))];
}

/** A verdict names what a world repaired and what it broke: of another test of these every world that was checked has done the other. */
function projectRows(verdicts: readonly WorldVerdict[], what: 'fixed' | 'broken'): readonly MatrixRow[] {
  const named = new Map(verdicts.map(({ world, [what]: tests }) => [world, new Set(tests)]));
  const [there, elsewhere] = what === 'fixed' ? (['passed', 'failed'] as const) : (['failed', 'passed'] as const);
  const tests = new Set(verdicts.flatMap(({ [what]: ids }) => ids));
  return [...tests].map((test) => ({
    test,
    kind: 'project',
    author: undefined,
    atBase: elsewhere,
    weight: 1,
    dropped: undefined,
    cells: verdicts.map(({ world, score }) => ({
      world,
      outcome: score === undefined ? 'unknown' : named.get(world)?.has(test) === true ? there : elsewhere,
    })),
  }));
}

function examinedRow({ id, author, dropped, weight, cells }: ExaminedTest, verdicts: readonly WorldVerdict[]): MatrixRow {
  const outcomes = new Map(cells.map(({ world, outcome }) => [world, outcome]));
  return {
    test: id.startsWith(`${author}: `) ? id.slice(author.length + 2) : id,
    kind: 'examination',
    author,
    atBase: undefined,
    weight,
    dropped,
    cells: verdicts.map(({ world }) => ({ world, outcome: outcomes.get(world) ?? 'unknown' })),
  };
}

function tellsApart({ cells, dropped }: MatrixRow): boolean {
  const seen = new Set(cells.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'unknown'));
  return dropped === undefined && seen.size > 1;
}
