import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { folderArtifacts } from '../../src/adapters/artifacts/folder-artifacts.ts';
import { embeddedChanges } from '../../src/adapters/dispatch/embedded-changes.ts';
import { embeddedDispatcher } from '../../src/adapters/dispatch/embedded.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import type { Database } from '../../src/adapters/store/open-database.ts';
import { isBusy } from '../../src/adapters/store/sqlite/failures.ts';
import { defaultDecider } from '../../src/domain/decision.ts';
import type { Decider } from '../../src/domain/decision.ts';
import type { TaskType } from '../../src/domain/task-type.ts';
import type { Artifacts } from '../../src/ports/artifacts.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Dispatcher } from '../../src/ports/dispatcher.ts';
import type { Heartbeat } from '../../src/ports/heartbeat.ts';
import type { Store } from '../../src/ports/store.ts';
import { createEngine } from '../../src/weaver/create-engine.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import type { Registration } from '../../src/weaver/handler.ts';
import type { Timing } from '../../src/weaver/parts.ts';
import { putFreshDatabase } from './fresh-database.ts';

export interface TestEngineOptions {
  /** A folder to share with another engine; a new temporary one, removed at the end, when absent. */
  readonly folder?: string;
  /** In place of the machine's; the heartbeat follows it too, from the event loop of the test instead of a thread. */
  readonly clock?: Clock;
  /** In place of a folder. */
  readonly artifacts?: Artifacts;
  /** In place of the embedded one. */
  readonly dispatcher?: Dispatcher;
  readonly decider?: Decider;
  readonly timing?: Partial<Timing>;
  readonly namespace?: string;
  readonly expects?: readonly TaskType<unknown, unknown>[];
  readonly sharing?: boolean;
  readonly onFenced?: () => void;
  /** Puts something between the engine and its store. */
  readonly wrapStore?: (store: Store) => Store;
  /** `NORMAL` for cases that cut no power, of which there are many. Default `FULL`, as the product has it. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

export interface TestEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly database: Database;
  readonly folder: string;
  /** One more engine on the same file, as another process or a later start would open it; disposed by whoever asked for it. */
  another(registrations: readonly Registration[], options?: Omit<TestEngineOptions, 'folder'>): Promise<TestEngine>;
}

/** A whole engine on a real file. Retries come after 10, 20, 40 ... ms instead of seconds. */
export async function openTestEngine(registrations: readonly Registration[], options: TestEngineOptions = {}): Promise<TestEngine> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'weaver-'));
  const clock = options.clock ?? systemClock;
  if (options.folder === undefined) await putFreshDatabase(join(folder, 'weaver.db'));
  const database = await openDatabase(join(folder, 'weaver.db'), {
    clock,
    ids: systemIds,
    ...(options.synchronous === undefined ? {} : { synchronous: options.synchronous }),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
  });
  const changes = embeddedChanges({ version: database.version, clock });
  const engine = createEngine({
    store: options.wrapStore?.(database.store) ?? database.store,
    heartbeat: options.clock === undefined ? database.heartbeat : clockHeartbeat(join(folder, 'weaver.db'), clock),
    changes,
    dispatcher: options.dispatcher ?? embeddedDispatcher({ changes, clock }),
    clock,
    ids: systemIds,
    locks: sqliteLocks(join(folder, 'locks')),
    artifacts: options.artifacts ?? folderArtifacts({ folder: join(folder, 'artifacts'), clock }),
    registrations,
    ...(options.expects === undefined ? {} : { expects: options.expects }),
    pid: process.pid,
    host: 'machine',
    decider: options.decider ?? defaultDecider({ baseMs: 10, factor: 2, capMs: 1_000, jitter: 'none' }),
    ...(options.sharing === undefined ? {} : { sharing: options.sharing }),
    ...(options.timing === undefined ? {} : { timing: options.timing }),
    ...(options.onFenced === undefined ? {} : { onFenced: options.onFenced }),
  });
  return {
    engine,
    database,
    folder,
    another: (others, more = {}) =>
      openTestEngine(others, { ...more, folder, ...(options.synchronous === undefined ? {} : { synchronous: options.synchronous }) }),
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      await database.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Renews leases as the thread does, by the clock of the test. */
function clockHeartbeat(path: string, clock: Clock): Heartbeat {
  return {
    start: async ({ process: owner, leaseMs, everyMs, failed }) => {
      const database = new DatabaseSync(path, { timeout: 0 });
      const renew = database.prepare(`
        UPDATE weaver_task
        SET lease_until = max(lease_until, min(:until, coalesce(lease_limit, :until)))
        WHERE state = 'running' AND lease_owner = :owner`);
      const timer = setInterval(() => {
        try {
          renew.run({ until: clock.now() + leaseMs, owner });
        } catch (error) {
          // Somebody is writing: the lease outlasts several beats.
          if (!isBusy(error)) failed(error);
        }
      }, everyMs);
      return {
        stop: async () => {
          clearInterval(timer);
          database.close();
        },
      };
    },
  };
}
