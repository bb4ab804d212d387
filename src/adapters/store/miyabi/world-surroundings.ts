import type { TaskId } from '../../../domain/ids.ts';
import type { IncidentKind } from '../../../domain/incident.ts';
import type { IsolationLevel, WorkspaceMethod } from '../../../domain/machine.ts';
import type { RecordedIncident, WorldLedger } from '../../../ports/world-ledger.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface WorldColumns {
  readonly task_id: string;
  readonly epoch: number;
  readonly method: WorkspaceMethod | null;
  readonly isolation: IsolationLevel | null;
  readonly memory_bytes: number | null;
  readonly cpu_ms: number | null;
  readonly incidents: number;
}

interface IncidentTable {
  readonly task_id: string;
  readonly job_id: string;
  readonly kind: IncidentKind;
  readonly detail: string;
  readonly count: number;
  readonly at: number;
  readonly stopped: number;
}

/** A world names what it is denied, and can think of endless names. */
const mostOfOneTask = 100;
const rest = 'and others';

const statement = statements(queryBuilder<{ readonly miyabi_world: WorldColumns; readonly miyabi_incident: IncidentTable }>());

const surround = statement<Pick<WorldColumns, 'task_id' | 'epoch' | 'method' | 'isolation'>>((db, p) =>
  db
    .updateTable('miyabi_world')
    .set({ method: p.method, isolation: p.isolation })
    .where('task_id', '=', p.task_id)
    .where('epoch', '=', p.epoch),
);

const used = statement<Pick<WorldColumns, 'task_id' | 'epoch' | 'memory_bytes' | 'cpu_ms'>>((db, p) =>
  db
    .updateTable('miyabi_world')
    .set({ memory_bytes: p.memory_bytes, cpu_ms: p.cpu_ms })
    .where('task_id', '=', p.task_id)
    .where('epoch', '=', p.epoch),
);

const sameIncident = statement<Pick<IncidentTable, 'task_id' | 'kind' | 'detail'>, IncidentTable>((db, p) =>
  db.selectFrom('miyabi_incident').selectAll().where('task_id', '=', p.task_id).where('kind', '=', p.kind).where('detail', '=', p.detail),
);

const kindsOfTask = statement<{ readonly task: string }, { readonly rows: number }>((db, p) =>
  db
    .selectFrom('miyabi_incident')
    .select((of) => of.fn.countAll<number>().as('rows'))
    .where('task_id', '=', p.task),
);

const saveIncident = statement<IncidentTable>((db, p) =>
  db
    .insertInto('miyabi_incident')
    .values({ task_id: p.task_id, job_id: p.job_id, kind: p.kind, detail: p.detail, count: p.count, at: p.at, stopped: p.stopped })
    .onConflict((conflict) =>
      conflict.columns(['task_id', 'kind', 'detail']).doUpdateSet({ count: p.count, at: p.at, stopped: p.stopped }),
    ),
);

const countIncidents = statement<{ readonly task: string }>((db, p) =>
  db
    .updateTable('miyabi_world')
    .set((of) => ({
      incidents: of
        .selectFrom('miyabi_incident')
        .select((inner) => inner.fn.coalesce(inner.fn.sum<number>('count'), inner.lit(0)).as('incidents'))
        .where('miyabi_incident.task_id', '=', p.task),
    }))
    .where('task_id', '=', p.task),
);

const incidentsOfJob = statement<{ readonly job: string }, IncidentTable>((db, p) =>
  db
    .selectFrom('miyabi_incident')
    .selectAll()
    .where('job_id', '=', p.job)
    .orderBy('at')
    .orderBy('task_id')
    .orderBy('kind')
    .orderBy('detail'),
);

/** The part of the ledger of worlds that knows where they ran, what they used and what they were denied. */
export function sqlWorldSurroundings(
  transactions: LedgerTransactions,
): Pick<WorldLedger, 'environment' | 'used' | 'incident' | 'incidents'> {
  return {
    environment: ({ taskId, epoch }, { method, isolation }) =>
      transactions.write(async (runner) => {
        await runner.run(surround, { task_id: taskId, epoch, method, isolation });
      }),
    used: ({ taskId, epoch }, { memoryBytes = null, cpuMs = null }) =>
      transactions.write(async (runner) => {
        await runner.run(used, { task_id: taskId, epoch, memory_bytes: whole(memoryBytes), cpu_ms: whole(cpuMs) });
      }),
    incident: ({ taskId, jobId }, { kind, detail, count, at, stopped }) =>
      transactions.write(
        async (runner) => {
          await save(runner, { task_id: taskId, job_id: jobId, kind, detail, count, at, stopped: stopped ? 1 : 0 });
          await runner.run(countIncidents, { task: taskId });
        },
        { serial: [`incidents:${taskId}`] },
      ),
    incidents: (job) => transactions.read(async (runner) => (await runner.all(incidentsOfJob, { job })).map(incidentFromRow)),
  };
}

async function save(runner: StatementRunner, row: IncidentTable): Promise<void> {
  const [same] = await runner.all(sameIncident, row);
  if (same !== undefined) return void (await runner.run(saveIncident, merged(row, same, Math.max(row.count, same.count))));
  const [{ rows } = { rows: 0 }] = await runner.all(kindsOfTask, { task: row.task_id });
  if (rows < mostOfOneTask) return void (await runner.run(saveIncident, row));
  const others = { ...row, detail: rest };
  const [known] = await runner.all(sameIncident, others);
  await runner.run(saveIncident, known === undefined ? others : merged(others, known, known.count + 1));
}

function merged(row: IncidentTable, known: IncidentTable, count: number): IncidentTable {
  return { ...row, count, at: Math.min(row.at, known.at), stopped: Math.max(row.stopped, known.stopped) };
}

function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

function incidentFromRow(row: IncidentTable): RecordedIncident {
  return {
    taskId: row.task_id as TaskId,
    kind: row.kind,
    detail: row.detail,
    count: row.count,
    at: row.at,
    stopped: row.stopped === 1,
  };
}
