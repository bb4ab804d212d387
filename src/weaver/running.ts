import type { AttemptId } from '../domain/ids.ts';
import { AttemptAborted } from './abort.ts';
import type { Claim } from './claim.ts';
import type { WorkerOptions } from './engine.ts';
import { execute } from './execute.ts';
import type { EngineParts } from './parts.ts';
import { release, settle } from './settle.ts';

interface Attempt {
  readonly claimed: Claim;
  readonly abort: AbortController;
  readonly over: Promise<void>;
}

/** The attempts that are under way in one worker; two may be of the same task when the first has lost its lease. */
export class Running {
  readonly #parts: EngineParts;
  readonly #options: Pick<WorkerOptions, 'onProgress'>;
  readonly #failed: (error: unknown) => void;
  readonly #attempts = new Map<AttemptId, Attempt>();

  constructor(parts: EngineParts, options: Pick<WorkerOptions, 'onProgress'>, failed: (error: unknown) => void) {
    this.#parts = parts;
    this.#options = options;
    this.#failed = failed;
  }

  get size(): number {
    return this.#attempts.size;
  }

  ofType(type: string): number {
    return this.all().filter((attempt) => attempt.task.type === type).length;
  }

  all(): readonly Claim[] {
    return [...this.#attempts.values()].map((attempt) => attempt.claimed);
  }

  /** Executes and settles; `over` is called when the place is free again. */
  start(claimed: Claim, over: () => void): void {
    const abort = new AbortController();
    const { attemptId } = claimed.task.lease;
    const running = this.#run(claimed, abort)
      .catch(this.#failed)
      .finally(() => {
        this.#attempts.delete(attemptId);
        over();
      });
    this.#attempts.set(attemptId, { claimed, abort, over: running });
  }

  abort(id: AttemptId, reason: AttemptAborted): void {
    this.#attempts.get(id)?.abort.abort(reason);
  }

  async stop(): Promise<void> {
    const attempts = [...this.#attempts.values()];
    for (const { abort } of attempts) abort.abort(new AttemptAborted('shutdown', 'The worker is shutting down'));
    await Promise.all(attempts.map((attempt) => attempt.over));
  }

  async #run(claimed: Claim, abort: AbortController): Promise<void> {
    const { task } = claimed;
    const { onProgress } = this.#options;
    const progress = (data: unknown): void => onProgress?.({ jobId: task.jobId, taskId: task.id, key: task.key, data });
    const end = await execute(this.#parts, claimed, { abort, progress });
    const lease = { taskId: task.id, epoch: task.epoch, owner: task.lease.owner };
    const why: unknown = abort.signal.reason;
    const interrupted = why instanceof AttemptAborted && why.why === 'shutdown' && (end.kind === 'failure' || end.kind === 'error');
    if (interrupted) await release(this.#parts, lease, why.message);
    else await settle(this.#parts, lease, end);
  }
}
