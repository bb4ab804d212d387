import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderArtifacts } from '../../src/adapters/artifacts/folder-artifacts.ts';
import { embeddedDispatcher } from '../../src/adapters/dispatch/embedded.ts';
import { outboxDispatcher } from '../../src/adapters/dispatch/outbox-dispatcher.ts';
import { openPgBoss } from '../../src/adapters/dispatch/pg-boss/open.ts';
import { postgresChanges } from '../../src/adapters/dispatch/postgres-changes.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { clientConfig } from '../../src/adapters/store/postgres/connections.ts';
import { openPostgres } from '../../src/adapters/store/postgres/open.ts';
import type { PostgresDatabase } from '../../src/adapters/store/postgres/open.ts';
import type { Pulse } from '../../src/adapters/store/postgres/pulse.ts';
import { defaultDecider } from '../../src/domain/decision.ts';
import type { Decider } from '../../src/domain/decision.ts';
import type { TaskType } from '../../src/domain/task-type.ts';
import type { Changes } from '../../src/ports/changes.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Dispatcher } from '../../src/ports/dispatcher.ts';
import type { ForeignQueue } from '../../src/ports/foreign-queue.ts';
import type { Heartbeat } from '../../src/ports/heartbeat.ts';
import type { Store } from '../../src/ports/store.ts';
import { createEngine } from '../../src/weaver/create-engine.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import type { Registration } from '../../src/weaver/handler.ts';
import type { Timing } from '../../src/weaver/parts.ts';

/** What brings the ids of shared tasks. */
export type Delivering = { readonly by: 'embedded' } | { readonly by: 'pg-boss' } | { readonly by: 'queue'; readonly queue: ForeignQueue };

export interface PostgresEngineOptions {
  readonly url: string;
  readonly namespace: string;
  readonly delivering: Delivering;
  /** In place of what `delivering` says. */
  readonly dispatcher?: Dispatcher;
  readonly sharing?: boolean;
  /** Shared with other engines on the same database, which spares each a thread. */
  readonly pulse?: Pulse;
  /** After which time a task counts as lost to its queue, in ms; as a dispatcher has it when absent. */
  readonly lostAfterMs?: number;
  /** A folder to share with another engine; a new temporary one, removed at the end, when absent. */
  readonly artifacts?: string;
  /** In place of the database's; the heartbeat follows it too. */
  readonly clock?: Clock;
  readonly decider?: Decider;
  readonly timing?: Partial<Timing>;
  readonly expects?: readonly TaskType<unknown, unknown>[];
  /** Puts something between the engine and its store. */
  readonly wrapStore?: (store: Store) => Store;
}

export interface PostgresEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly database: PostgresDatabase;
  readonly changes: Changes;
  readonly dispatcher: Dispatcher;
  readonly artifacts: string;
}

/** A whole engine on a PostgreSQL, as one process has it. Retries come after 10, 20, 40 ... ms instead of seconds. */
export async function openPostgresEngine(registrations: readonly Registration[], options: PostgresEngineOptions): Promise<PostgresEngine> {
  const { url, namespace } = options;
  const folder = options.artifacts ?? mkdtempSync(join(tmpdir(), 'weaver-postgres-'));
  const database = await openPostgres(url, { namespace, ...(options.pulse === undefined ? {} : { pulse: options.pulse }) });
  const clock = options.clock ?? database.clock;
  const changes = postgresChanges({
    connection: clientConfig({ url, connectLimitMs: 5_000, answerLimitMs: 5_000 }),
    executeSql: (text, values) => database.executor.executeSql(text, values),
    namespace,
    // A clock of a test jumps when it is told to, and nobody waits long to see it.
    ...(options.clock === undefined ? {} : { pollMs: { told: 100, deaf: 100 } }),
  });
  const own = options.dispatcher === undefined ? await deliver(options, { database, changes, clock, namespace }) : undefined;
  const dispatcher = options.dispatcher ?? own?.dispatcher ?? embeddedDispatcher({ changes, clock });
  const engine = createEngine({
    store: options.wrapStore?.(database.store) ?? database.store,
    heartbeat: options.clock === undefined ? database.heartbeat : clockHeartbeat(database, clock),
    changes,
    dispatcher,
    sharing: options.sharing ?? false,
    clock,
    ids: systemIds,
    locks: database.locks,
    artifacts: folderArtifacts({ folder, clock }),
    registrations,
    pid: process.pid,
    host: hostname(),
    decider: options.decider ?? defaultDecider({ baseMs: 10, factor: 2, capMs: 1_000, jitter: 'none' }),
    ...(options.expects === undefined ? {} : { expects: options.expects }),
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  });
  return {
    engine,
    database,
    changes,
    dispatcher,
    artifacts: folder,
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      await own?.close();
      await changes.close();
      await database.close();
      if (options.artifacts === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Around {
  readonly database: PostgresDatabase;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly namespace: string;
}

async function deliver(
  { delivering, lostAfterMs }: PostgresEngineOptions,
  { database, ...parts }: Around,
): Promise<{ readonly dispatcher: Dispatcher; close(): Promise<void> } | undefined> {
  const around = { ...parts, ...(lostAfterMs === undefined ? {} : { lostAfterMs }) };
  switch (delivering.by) {
    case 'embedded':
      return undefined;
    case 'pg-boss': {
      const dispatcher = await openPgBoss({ database: database.executor, ...around });
      return { dispatcher, close: () => dispatcher.close() };
    }
    case 'queue': {
      const dispatcher = outboxDispatcher({ executor: database.executor, queue: delivering.queue, ...around });
      return { dispatcher, close: () => dispatcher.close() };
    }
  }
}

/** Renews leases as the thread does, by the clock of the test. */
function clockHeartbeat({ executor }: PostgresDatabase, clock: Clock): Heartbeat {
  return {
    start: async ({ process: owner, leaseMs, everyMs, failed }) => {
      let beating: Promise<unknown> = Promise.resolve();
      const timer = setInterval(() => {
        beating = executor
          .executeSql(
            `update weaver_task set lease_until = greatest(lease_until, least($1::bigint, coalesce(lease_limit, $1::bigint)))
              where state = 'running' and lease_owner = $2`,
            [clock.now() + leaseMs, owner],
          )
          .catch(failed);
      }, everyMs);
      return {
        stop: async () => {
          clearInterval(timer);
          await beating;
        },
      };
    },
  };
}
