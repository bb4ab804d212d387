import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderArtifacts } from '../../src/adapters/artifacts/folder-artifacts.ts';
import { embeddedChanges } from '../../src/adapters/dispatch/embedded-changes.ts';
import { embeddedDispatcher } from '../../src/adapters/dispatch/embedded.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import type { Database } from '../../src/adapters/store/open-database.ts';
import { defaultDecider } from '../../src/domain/decision.ts';
import type { Decider } from '../../src/domain/decision.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { createEngine } from '../../src/weaver/create-engine.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import type { Registration } from '../../src/weaver/handler.ts';
import type { Timing } from '../../src/weaver/parts.ts';

export interface TestEngineOptions {
  /** A folder to share with another engine; a new temporary one, removed at the end, when absent. */
  readonly folder?: string;
  readonly clock?: Clock;
  readonly decider?: Decider;
  readonly timing?: Partial<Timing>;
  readonly namespace?: string;
  readonly expects?: readonly { readonly name: string }[];
  /** Puts something between the engine and its store. */
  readonly wrapStore?: (store: Store) => Store;
}

export interface TestEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly database: Database;
  readonly folder: string;
}

/** A whole engine on a real file. Retries come after 10, 20, 40 ... ms instead of seconds. */
export async function openTestEngine(registrations: readonly Registration[], options: TestEngineOptions = {}): Promise<TestEngine> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'weaver-'));
  const clock = options.clock ?? systemClock;
  const database = await openDatabase(join(folder, 'weaver.db'), {
    clock,
    ids: systemIds,
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
  });
  const changes = embeddedChanges({ version: database.version, clock });
  const engine = createEngine({
    store: options.wrapStore?.(database.store) ?? database.store,
    heartbeat: database.heartbeat,
    changes,
    dispatcher: embeddedDispatcher({ changes, clock }),
    clock,
    ids: systemIds,
    locks: sqliteLocks(join(folder, 'locks')),
    artifacts: folderArtifacts({ folder: join(folder, 'artifacts'), clock }),
    registrations,
    ...(options.expects === undefined ? {} : { expects: options.expects }),
    pid: process.pid,
    decider: options.decider ?? defaultDecider({ baseMs: 10, factor: 2, capMs: 1_000, jitter: 'none' }),
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  });
  return {
    engine,
    database,
    folder,
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      await database.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
