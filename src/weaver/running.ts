import type { AttemptId } from '../domain/ids.ts';
import type { TaskRef } from '../ports/records.ts';
import { AttemptAborted } from './abort.ts';
import type { Claim } from './claim-task.ts';
import { effectsOf } from './effect.ts';
import type { WorkerOptions } from './engine.ts';
import { execute } from './execute.ts';
import type { EngineParts } from './parts.ts';
import { leaseOf, release, settle } from './settle.ts';

interface Attempt {
  readonly claimed: Claim;
  readonly abort: AbortController;
  readonly over: Promise<void>;
  /** Its handler has returned; what it reported is being written. */
  returned: boolean;
}

/** What attempts need of their worker. */
export interface Surroundings extends Pick<WorkerOptions, 'onProgress'> {
  /** Does something that the storage may refuse for a while. */
  readonly persist: <T>(work: () => Promise<T>) => Promise<T>;
  /** What an attempt has come to could not be stored. */
  readonly failed: (error: unknown) => void;
  /** Not the attempt, but whoever watches its progress. */
  readonly watcherFailed: (error: unknown) => void;
}

/** The attempts that are under way in one worker; two may be of the same task when the first has lost its lease. */
export class Running {
  readonly #parts: EngineParts;
  readonly #surroundings: Surroundings;
  readonly #attempts = new Map<AttemptId, Attempt>();
  readonly #byType = new Map<string, number>();
  #executing = 0;

  constructor(parts: EngineParts, surroundings: Surroundings) {
    this.#parts = parts;
    this.#surroundings = surroundings;
  }

  /** Attempts whose handler has not returned yet. */
  get executing(): number {
    return this.#executing;
  }

  /** Attempts that have not been settled yet. */
  get size(): number {
    return this.#attempts.size;
  }

  /** Attempts of this type whose handler has not returned yet. */
  ofType(type: string): number {
    return this.#byType.get(type) ?? 0;
  }

  all(): readonly Claim[] {
    return [...this.#attempts.values()].map((attempt) => attempt.claimed);
  }

  /** Executes and settles. @param free called when the handler has returned, so that its place is free. */
  start(claimed: Claim, free: () => void): void {
    const abort = new AbortController();
    const { attemptId } = claimed.task.lease;
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const attempt: Attempt = { claimed, abort, over, returned: false };
    this.#attempts.set(attemptId, attempt);
    this.#count(claimed, 1);
    const returned = (): void => {
      if (attempt.returned) return;
      attempt.returned = true;
      this.#count(claimed, -1);
      free();
    };
    this.#run(attempt, returned)
      .catch(this.#surroundings.failed)
      .finally(() => {
        this.#attempts.delete(attemptId);
        returned();
        resolve();
      });
  }

  abort(id: AttemptId, reason: AttemptAborted): void {
    this.#attempts.get(id)?.abort.abort(reason);
  }

  /** Resolves when no attempt is under way. */
  async idle(): Promise<void> {
    while (this.#attempts.size > 0) await Promise.all([...this.#attempts.values()].map((attempt) => attempt.over));
  }

  async stop(): Promise<void> {
    const attempts = [...this.#attempts.values()];
    for (const { abort } of attempts) abort.abort(new AttemptAborted('shutdown', 'The worker is shutting down'));
    await Promise.all(attempts.map((attempt) => attempt.over));
  }

  async #run({ claimed, abort }: Attempt, returned: () => void): Promise<void> {
    const { task } = claimed;
    const { onProgress, persist, watcherFailed } = this.#surroundings;
    const lease = leaseOf(task);
    const progress = (data: unknown): void => {
      try {
        onProgress?.({ jobId: task.jobId, taskId: task.id, key: task.key, data });
      } catch (error) {
        watcherFailed(error);
      }
    };
    const since = this.#parts.clock.monotonic();
    const end = await execute(this.#parts, claimed, { abort, progress, effects: effectsOf(this.#parts, lease, abort.signal) });
    const wallMs = this.#parts.clock.monotonic() - since;
    const why: unknown = abort.signal.reason;
    const interrupted = why instanceof AttemptAborted && why.why === 'shutdown' && (end.kind === 'failure' || end.kind === 'error');
    // What was done is kept here as long as the storage refuses it and the lease lasts.
    const settled = persist(() => (interrupted ? release(this.#parts, lease, why.message) : settle(this.#parts, task, { end, wallMs })));
    // What is claimed for the free place is written in the same transaction.
    returned();
    if ((await settled) === 'stale') this.#parts.onFenced?.();
  }

  #count({ task: { type } }: Claim, by: 1 | -1): void {
    this.#executing += by;
    this.#byType.set(type, this.ofType(type) + by);
  }
}

/** Names one hand-out in a string. */
export function refName({ taskId, epoch }: TaskRef): string {
  return `${taskId}:${epoch}`;
}
