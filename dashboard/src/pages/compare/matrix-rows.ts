import type { Choice } from './score-rows.ts';

export type MatrixRow = Choice['matrix'][number];

/** Whether worlds ended a test differently: what is not known tells nothing. */
export function tellsApart({ cells }: Pick<MatrixRow, 'cells'>): boolean {
  const known = cells.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'unknown');
  return new Set(known).size > 1;
}

/** Whether a world wrote the test itself: it says nothing about that world. */
export function isOwn({ author }: Pick<MatrixRow, 'author'>, world: string): boolean {
  return author === world;
}

/** Who wrote a test, and what it counts. */
export function aboutTest({ kind, author, weight, dropped, atBase }: MatrixRow): string {
  if (dropped !== null) return `does not count: ${dropped}`;
  const by = kind === 'project' ? 'of the project' : `by ${author ?? 'somebody'}`;
  const before = atBase === null ? '' : `, ${atBase} at the base`;
  return `${by}${before}${weight === 1 ? '' : `, weight ${weight.toFixed(2)}`}`;
}
