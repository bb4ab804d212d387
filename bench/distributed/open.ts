/** The one place where this benchmark touches how an engine is put together on PostgreSQL: as `app-shared-storage.ts` does it. */
import { hostname } from 'node:os';
import { z } from 'zod';
import { folderArtifacts } from '../../src/adapters/artifacts/folder-artifacts.ts';
import { openPgBoss } from '../../src/adapters/dispatch/pg-boss/open.ts';
import { postgresChanges } from '../../src/adapters/dispatch/postgres-changes.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { clientConfig } from '../../src/adapters/store/postgres/connections.ts';
import { openPostgres } from '../../src/adapters/store/postgres/open.ts';
import type { TaskSpec } from '../../src/domain/job.ts';
import { defineTaskType } from '../../src/domain/task-type.ts';
import { createEngine } from '../../src/weaver/create-engine.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import { handle } from '../../src/weaver/handler.ts';

const payload = z.object({
  /** What it waits for, in ms; below 0 until it is let go. */
  waitMs: z.number(),
  /** When it was submitted, in ms of some clock. */
  at: z.number(),
});
type Payload = z.infer<typeof payload>;
const taskType = defineTaskType({ name: 'bench.task', schemaVersion: 1, payload, result: z.null() });

export interface OpenedEngine extends AsyncDisposable {
  readonly engine: Engine;
}

/** An engine as one process of many has it. @param folder for its artifacts. @param handler does what a task is there for. */
export async function openEngine(url: string, folder: string, handler: (payload: Payload) => Promise<void>): Promise<OpenedEngine> {
  await using opening = new AsyncDisposableStack();
  const database = await openPostgres(url);
  opening.defer(() => database.close());
  const { clock, executor } = database;
  const changes = postgresChanges({
    connection: clientConfig({ url, connectLimitMs: 5_000, answerLimitMs: 20_000 }),
    executeSql: (text, values) => executor.executeSql(text, values),
  });
  opening.defer(() => changes.close());
  const dispatcher = await openPgBoss({ database: executor, changes, clock });
  opening.defer(() => dispatcher.close());
  const engine = createEngine({
    store: database.store,
    heartbeat: database.heartbeat,
    changes,
    dispatcher,
    sharing: true,
    clock,
    ids: systemIds,
    locks: database.locks,
    artifacts: folderArtifacts({ folder, clock }),
    registrations: [
      handle(taskType, async (task) => {
        await handler(task.payload);
        return { kind: 'success', result: null };
      }),
    ],
    pid: process.pid,
    host: hostname(),
  });
  opening.use(engine);
  const open = opening.move();
  return { engine, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

interface SubmittedJob {
  readonly tasks?: number;
  readonly payload?: Payload;
  /** Another one waits for all of them. */
  readonly last?: boolean;
}

/** Submits a job of so many tasks that do not know of each other. */
export async function submitJob(engine: Engine, { tasks = 1, payload: given = nothing, last = false }: SubmittedJob): Promise<void> {
  const specs: TaskSpec[] = Array.from({ length: tasks }, (_, index) => ({ type: taskType.name, key: `task-${index}`, payload: given }));
  const dependencies = specs.map(({ key }) => ({ on: key, until: 'succeeded' }) as const);
  const waiter: TaskSpec = { type: taskType.name, key: 'last', payload: nothing, dependencies };
  await engine.submit({ title: 'Benchmark', tasks: last ? [...specs, waiter] : specs });
}

const nothing: Payload = { waitMs: 0, at: 0 };
