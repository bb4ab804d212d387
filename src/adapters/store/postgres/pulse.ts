import { Worker } from 'node:worker_threads';
import { entryPoint } from '../../../domain/entry-point.ts';
import type { ProcessId } from '../../../domain/ids.ts';
import type { Beating, Heartbeat } from '../../../ports/heartbeat.ts';
import type { ConnectionOptions } from './connections.ts';
import { busyFailure } from './failures.ts';

/** What the thread is started with. */
export interface PulseSettings {
  readonly connection: ConnectionOptions;
  /** The server keeps statements between their runs. */
  readonly prepares: boolean;
  /** How long a lock outlasts its last renewal, in ms. */
  readonly lockMs: number;
  /** When everything was last renewed (`process.hrtime`, ns): read also while the event loop hangs. */
  readonly renewed: SharedArrayBuffer;
}

/** What the thread is told. */
export type ToPulse =
  | { readonly kind: 'beat'; readonly process: string; readonly leaseMs: number; readonly everyMs: number }
  | { readonly kind: 'rest'; readonly process: string }
  | { readonly kind: 'hold'; readonly holder: string }
  | { readonly kind: 'let go'; readonly holder: string }
  | { readonly kind: 'end' };

/** An error on its way between threads, which keeps nothing of it but its text. */
export interface ErrorText {
  readonly message: string;
  readonly code: string | undefined;
}

/** What it tells. */
export type FromPulse =
  | { readonly kind: 'beating'; readonly process: string }
  | { readonly kind: 'failed'; readonly process: string; readonly afterMs: number; readonly error: ErrorText }
  | { readonly kind: 'lost'; readonly holders: readonly string[] };

interface Listener {
  readonly beating: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Renews leases and locks of this program from one thread with a connection of its own, so that a busy event loop loses none. The thread
 * is started when there is something to renew, and looks for another connection when it has lost its own.
 */
export class Pulse implements Heartbeat {
  readonly #settings: PulseSettings;
  /** The database as people may see it. */
  readonly #database: string;
  readonly #listeners = new Map<string, Listener>();
  readonly #held = new Set<string>();
  #thread: Worker | undefined;

  constructor(settings: Omit<PulseSettings, 'renewed'>, database: string) {
    this.#settings = { ...settings, renewed: new SharedArrayBuffer(8) };
    this.#database = database;
  }

  async start(request: {
    readonly process: ProcessId;
    readonly leaseMs: number;
    readonly everyMs: number;
    readonly failed: (error: unknown) => void;
  }): Promise<Beating> {
    const { process: owner, leaseMs, everyMs, failed } = request;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let begun = false;
    this.#listeners.set(owner, {
      beating: () => {
        begun = true;
        resolve();
      },
      failed: (error) => (begun ? failed(error) : reject(error)),
    });
    this.#tell({ kind: 'beat', process: owner, leaseMs, everyMs });
    this.#thread?.ref();
    try {
      await promise;
    } finally {
      this.#thread?.unref();
    }
    return {
      stop: async () => {
        this.#listeners.delete(owner);
        this.#tell({ kind: 'rest', process: owner });
      },
    };
  }

  /** Renews a lock that was taken now. @returns whether it is still held: it may be taken from who has not renewed it in time. */
  hold(holder: string): () => boolean {
    const { lockMs, renewed } = this.#settings;
    const [taken, last] = [process.hrtime.bigint(), new BigInt64Array(renewed)];
    this.#held.add(holder);
    this.#tell({ kind: 'hold', holder });
    return () => {
      const at = Atomics.load(last, 0);
      const ms = Number(process.hrtime.bigint() - (at > taken ? at : taken)) / 1e6;
      return ms < lockMs && this.#held.has(holder);
    };
  }

  letGo(holder: string): void {
    if (this.#held.delete(holder)) this.#tell({ kind: 'let go', holder });
  }

  /** Resolves when the thread and its connection are gone. */
  async close(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    this.#thread = undefined;
    thread.removeAllListeners('error');
    const gone = new Promise((resolve) => thread.once('exit', resolve));
    thread.ref();
    thread.postMessage({ kind: 'end' } satisfies ToPulse);
    await gone;
  }

  #tell(what: ToPulse): void {
    this.#thread ??= this.#begin();
    this.#thread.postMessage(what);
  }

  #begin(): Worker {
    // What this program itself was started with (`--input-type`, an inspector's port) is not meant for the thread.
    const thread = new Worker(entryPoint(import.meta.url, './pulse-thread'), { workerData: this.#settings, execArgv: [] });
    thread.on('message', (told: FromPulse) => this.#hear(told));
    thread.on('error', (error) => this.#ended(error));
    thread.unref();
    return thread;
  }

  #hear(told: FromPulse): void {
    switch (told.kind) {
      case 'beating':
        this.#listeners.get(told.process)?.beating();
        break;
      case 'failed':
        this.#listeners.get(told.process)?.failed(busyFailure(this.#database, told.afterMs, errorOf(told.error)));
        break;
      case 'lost':
        for (const holder of told.holders) this.#held.delete(holder);
        break;
    }
  }

  /** A defect of the thread: nothing is renewed any more. */
  #ended(error: unknown): void {
    this.#held.clear();
    for (const { failed } of this.#listeners.values()) failed(error);
  }
}

function errorOf({ message, code }: ErrorText): Error {
  return code === undefined ? new Error(message) : Object.assign(new Error(message), { code });
}
