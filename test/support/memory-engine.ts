import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderArtifacts } from '../../src/adapters/artifacts/folder-artifacts.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { embeddedChanges } from '../../src/adapters/dispatch/embedded-changes.ts';
import { embeddedDispatcher } from '../../src/adapters/dispatch/embedded.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { memoryLocks } from '../../src/adapters/lock/memory-locks.ts';
import type { MemoryLocks } from '../../src/adapters/lock/memory-locks.ts';
import { memoryDatabase } from '../../src/adapters/store/memory/database.ts';
import type { MemoryDatabase } from '../../src/adapters/store/memory/database.ts';
import { memoryHeartbeat } from '../../src/adapters/store/memory/heartbeat.ts';
import { defaultDecider } from '../../src/domain/decision.ts';
import type { Changes } from '../../src/ports/changes.ts';
import type { Dispatcher } from '../../src/ports/dispatcher.ts';
import type { IdSource } from '../../src/ports/ids.ts';
import type { Store } from '../../src/ports/store.ts';
import { createEngine } from '../../src/weaver/create-engine.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import type { Registration } from '../../src/weaver/handler.ts';
import type { TestEngineOptions } from './engine.ts';

/** What engines on the same memory share, as those on disk share a folder. */
export interface MemoryPlace {
  readonly database: MemoryDatabase;
  readonly locks: MemoryLocks;
  /** Made when the first artifact is stored; see {@link removePlace}. */
  readonly artifacts: string;
}

export interface MemoryEngineOptions extends Omit<TestEngineOptions, 'folder'> {
  /** Shared with other engines; a new one, removed at the end, when absent. */
  readonly place?: MemoryPlace;
  /** In place of the embedded one. */
  readonly dispatcher?: Dispatcher;
  readonly sharing?: boolean;
  readonly ids?: IdSource;
  /** From 0 (included) to 1 (excluded). */
  readonly random?: () => number;
}

export interface MemoryEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly place: MemoryPlace;
  /** One more engine on the same records, as another process or a later start would open it; disposed by whoever asked for it. */
  another(registrations: readonly Registration[], options?: Omit<MemoryEngineOptions, 'place'>): Promise<MemoryEngine>;
  /**
   * The process of this engine dies at once: its locks are free, nothing that it has not committed is stored, its heartbeat has stopped
   * and it hears of nothing. Its handlers run on, since nobody can stop them, but whatever they report reaches nobody.
   */
  kill(): void;
}

export function memoryPlace(ids: IdSource = systemIds): MemoryPlace {
  return { database: memoryDatabase(), locks: memoryLocks(), artifacts: join(tmpdir(), `weaver-memory-${ids.next()}`) };
}

export function removePlace({ artifacts }: MemoryPlace): void {
  rmSync(artifacts, { recursive: true, force: true });
}

/** A whole engine in memory. Retries come after 10, 20, 40 ... ms instead of seconds. */
export async function openMemoryEngine(registrations: readonly Registration[], options: MemoryEngineOptions = {}): Promise<MemoryEngine> {
  const place = options.place ?? memoryPlace();
  const clock = options.clock ?? systemClock;
  const life: Life = { dead: false, ends: [] };
  const connection = place.database.connect(options.namespace);
  const store = mortalStore(options.wrapStore?.(connection.store) ?? connection.store, life);
  const changes = mortalChanges(embeddedChanges({ version: connection.version, clock }), life);
  const locks = place.locks.process();
  const engine = createEngine({
    store,
    heartbeat: mortalHeartbeat(memoryHeartbeat(place.database, { clock }), life),
    changes,
    dispatcher: options.dispatcher ?? embeddedDispatcher({ changes, clock }),
    clock,
    ids: options.ids ?? systemIds,
    locks,
    artifacts: folderArtifacts({ folder: place.artifacts, clock }),
    registrations,
    ...(options.expects === undefined ? {} : { expects: options.expects }),
    pid: process.pid,
    host: 'machine',
    decider: options.decider ?? defaultDecider({ baseMs: 10, factor: 2, capMs: 1_000, jitter: 'none' }),
    ...(options.random === undefined ? {} : { random: options.random }),
    ...(options.sharing === undefined ? {} : { sharing: options.sharing }),
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  });
  return {
    engine,
    place,
    another: (others, more = {}) => openMemoryEngine(others, { ...more, place }),
    kill: () => {
      life.dead = true;
      for (const end of life.ends) end();
      locks.die();
    },
    [Symbol.asyncDispose]: async () => {
      if (!life.dead) await engine[Symbol.asyncDispose]();
      if (options.place === undefined) removePlace(place);
    },
  };
}

interface Life {
  dead: boolean;
  /** What stops with the process. */
  readonly ends: (() => void)[];
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

/** After its death a process learns nothing any more, neither good nor bad. */
function mortalStore(store: Store, life: Life): Store {
  const whileAlive = async <T>(call: () => Promise<T>): Promise<T> => {
    if (life.dead) return never();
    try {
      const value = await call();
      return life.dead ? await never<T>() : value;
    } catch (error) {
      return life.dead ? never() : Promise.reject(error);
    }
  };
  return {
    write: (change) =>
      whileAlive(() => store.write((transaction) => (life.dead ? Promise.reject(new Error('The process died.')) : change(transaction)))),
    read: (look) => whileAlive(() => store.read(look)),
  };
}

function mortalChanges(changes: Changes, life: Life): Changes {
  return {
    announce: (news) => {
      if (!life.dead) changes.announce(news);
    },
    subscribe: (listener) => {
      const unsubscribe = changes.subscribe((news) => {
        if (!life.dead) listener(news);
      });
      life.ends.push(unsubscribe);
      return unsubscribe;
    },
  };
}

function mortalHeartbeat(heartbeat: ReturnType<typeof memoryHeartbeat>, life: Life): ReturnType<typeof memoryHeartbeat> {
  return {
    start: async (request) => {
      const beating = await heartbeat.start(request);
      life.ends.push(() => void beating.stop());
      return beating;
    },
  };
}
