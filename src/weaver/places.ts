import type { Task } from '../domain/task.ts';
import type { TaskRef } from '../ports/records.ts';
import type { WorkerLimits } from './engine.ts';
import { refName } from './running.ts';
import type { Running } from './running.ts';

/** The places of one worker: those in which handlers execute, and those that are kept for tasks which are being claimed. */
export class Places {
  readonly #running: Pick<Running, 'executing' | 'ofType'>;
  /** By hand-out, with the type once it is known. */
  readonly #kept = new Map<string, string | undefined>();
  #limits: WorkerLimits;

  constructor(running: Pick<Running, 'executing' | 'ofType'>, limits: WorkerLimits) {
    this.#running = running;
    this.#limits = limits;
  }

  /** What runs already goes on. */
  limit(limits: WorkerLimits): void {
    this.#limits = limits;
  }

  get free(): number {
    return this.#limits.concurrency - this.#running.executing - this.#kept.size;
  }

  /** Keeps a place for a task of which only the id is known. */
  keep(ref: TaskRef): void {
    this.#kept.set(refName(ref), undefined);
  }

  giveBack(ref: TaskRef): void {
    this.#kept.delete(refName(ref));
  }

  /** Keeps a place for a task unless the limit on its type forbids it; asking again changes nothing. @returns whether it did. */
  admit(task: Pick<Task, 'id' | 'epoch' | 'type'>): boolean {
    const name = refName({ taskId: task.id, epoch: task.epoch });
    const most = this.#limits.concurrencyByType?.[task.type];
    if (most !== undefined && this.#ofType(task.type, name) >= most) return false;
    this.#kept.set(name, task.type);
    return true;
  }

  /** How many to look for, so that one type at its limit does not hide the others, and what is kept does not hide the rest. */
  lookFor(limit: number): number {
    return this.#kept.size + (this.#limits.concurrencyByType === undefined ? limit : Math.max(limit, lookAhead));
  }

  /** At most `limit` of what was found, in its order, that there may be a place for. */
  choose(found: readonly Task[], limit: number): { readonly tasks: readonly Task[]; readonly more: boolean } {
    const taken = new Map<string, number>();
    const fresh = found.filter(({ id, epoch }) => !this.#kept.has(refName({ taskId: id, epoch })));
    const allowed = fresh.filter(({ type }) => {
      const most = this.#limits.concurrencyByType?.[type];
      if (most === undefined) return true;
      const used = taken.get(type) ?? this.#ofType(type);
      taken.set(type, used + 1);
      return used < most;
    });
    const tasks = allowed.slice(0, limit);
    return { tasks, more: tasks.length < fresh.length || found.length >= this.lookFor(limit) };
  }

  #ofType(type: string, except?: string): number {
    let kept = 0;
    for (const [name, of] of this.#kept) if (of === type && name !== except) kept += 1;
    return this.#running.ofType(type) + kept;
  }
}

const lookAhead = 500;
