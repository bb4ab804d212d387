import type { ExamEvidence } from '../../domain/examination.ts';

/** What was seen of the same worlds in two examinations, as one. A world that only one of them examined has what that one saw. */
export function mergeExams(one: ExamEvidence, other: ExamEvidence): ExamEvidence {
  const added = new Map(other.columns.map((column) => [column.world, column]));
  const known = new Set(one.columns.map(({ world }) => world));
  return {
    pool: [...one.pool, ...other.pool],
    columns: [
      ...one.columns.map((column) => {
        const more = added.get(column.world);
        if (more === undefined) return column;
        const { tests, probes, durationMs } = more;
        return {
          ...column,
          tests: [...column.tests, ...tests],
          probes: [...column.probes, ...probes],
          durationMs: column.durationMs + durationMs,
        };
      }),
      ...other.columns.filter(({ world }) => !known.has(world)),
    ],
    probes: [...one.probes, ...other.probes],
    notes: [...one.notes, ...other.notes],
  };
}
