import type { RecordFault } from '../../../ports/record-checks.ts';

export type CheckedRow = Readonly<Record<string, unknown>>;

/** Asks in words that SQLite and PostgreSQL read alike. */
export type Ask = (sql: string) => Promise<readonly CheckedRow[]>;

/** Something of which no row may be found. */
interface Invariant {
  readonly check: RecordFault['check'];
  readonly sql: string;
  /** None of the columns that it asks for can be null. */
  readonly tell: (row: Readonly<Record<string, string | number>>) => string;
}

/** A fault that has struck many rows is told of so many of them. */
const mostTold = 20;

const invariants: readonly Invariant[] = [
  {
    check: 'leases',
    sql: `SELECT t.id, t.key FROM weaver_task t LEFT JOIN weaver_attempt a ON a.id = t.attempt_id
      WHERE t.state = 'running' AND (t.lease_owner IS NULL OR t.lease_until IS NULL OR a.id IS NULL OR a.ended_at IS NOT NULL OR a.task_id <> t.id)`,
    tell: ({ id, key }) => `The task ${id} (${key}) runs without a lease and an attempt that is open.`,
  },
  {
    check: 'leases',
    sql: `SELECT t.id, t.key, p.pid FROM weaver_task t JOIN weaver_process p ON p.id = t.lease_owner
      WHERE t.state = 'running' AND p.ended_at IS NOT NULL`,
    tell: ({ id, key, pid }) => `The task ${id} (${key}) runs under the lease of process ${pid}, which has ended.`,
  },
  {
    check: 'leases',
    sql: `SELECT a.id, t.key, t.state FROM weaver_attempt a JOIN weaver_task t ON t.id = a.task_id
      WHERE a.ended_at IS NULL AND (t.state <> 'running' OR t.attempt_id <> a.id)`,
    tell: ({ id, key, state }) => `The attempt ${id} is open, and its task (${key}) is ${state}.`,
  },
  {
    check: 'events',
    sql: `SELECT s.name, count(*) AS events, min(e.seq) AS lowest, max(e.seq) AS highest
      FROM weaver_event e JOIN weaver_stream s ON s.number = e.stream
      GROUP BY s.name HAVING min(e.seq) <> 1 OR max(e.seq) <> count(*)`,
    tell: ({ name, events, lowest, highest }) =>
      `The events of ${name} have gaps: there are ${events}, numbered from ${lowest} to ${highest}.`,
  },
  {
    check: 'events',
    sql: `SELECT j.id, j.last_seq, coalesce(e.highest, 0) AS highest FROM weaver_job j LEFT JOIN
      (SELECT s.name, max(e.seq) AS highest FROM weaver_event e JOIN weaver_stream s ON s.number = e.stream GROUP BY s.name) e ON e.name = 'job:' || j.id
      WHERE j.last_seq <> coalesce(e.highest, 0)`,
    tell: ({ id, last_seq, highest }) => `The job ${id} says that its last event is number ${last_seq}; it is ${highest}.`,
  },
];

/** What the engine and what Miyabi keeps beside it never leave behind after a commit. */
export async function invariantFaults(ask: Ask): Promise<readonly RecordFault[]> {
  const faults: RecordFault[] = [];
  for (const { check, sql, tell } of invariants)
    faults.push(...foundOf(check, ((await ask(sql)) as ReadonlyArray<Readonly<Record<string, string | number>>>).map(tell)));
  return faults;
}

/** As faults, the first of them and how many more there are. */
export function foundOf(check: RecordFault['check'], details: readonly string[]): readonly RecordFault[] {
  const told = details.slice(0, mostTold).map((detail) => ({ check, detail }));
  if (details.length <= mostTold) return told;
  return [...told, { check, detail: `There are ${details.length - mostTold} more like the last one.` }];
}
