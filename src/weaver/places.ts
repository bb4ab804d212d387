import type { TaskId } from '../domain/ids.ts';
import type { Task } from '../domain/task.ts';
import type { TaskRef } from '../ports/records.ts';
import type { WorkerLimits } from './engine.ts';
import { refName } from './running.ts';
import type { Running } from './running.ts';

/** A place that is kept. */
interface Kept {
  /** Once it is known. */
  readonly type: string | undefined;
  /** How many are claiming for it. */
  readonly claims: number;
}

/** The places of one worker: those in which handlers execute, and those that are kept for tasks which are being claimed. */
export class Places {
  readonly #running: Pick<Running, 'executing' | 'ofType'>;
  /** By hand-out: the same one may be offered twice at a time, and its place is kept until both have heard. */
  readonly #kept = new Map<string, Kept>();
  #limits: WorkerLimits;
  #noneKept = Promise.withResolvers<void>();

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

  /** Keeps a place for a task of which only the id is known, until it has been given back as often as it was kept. */
  keep(ref: TaskRef): void {
    this.#add(refName(ref), undefined);
  }

  /** Whether a place is kept for it. */
  keeps(ref: TaskRef): boolean {
    return this.#kept.has(refName(ref));
  }

  giveBack(ref: TaskRef): void {
    const name = refName(ref);
    const { claims = 0, type } = this.#kept.get(name) ?? {};
    if (claims > 1) this.#kept.set(name, { type, claims: claims - 1 });
    else this.#kept.delete(name);
    if (this.#kept.size === 0) this.#noneKept.resolve();
  }

  get keepsAny(): boolean {
    return this.#kept.size > 0;
  }

  /** Resolves when no place is kept for what is being claimed. */
  async noneKept(): Promise<void> {
    while (this.#kept.size > 0) {
      this.#noneKept = Promise.withResolvers();
      await this.#noneKept.promise;
    }
  }

  /** Whether the limit on its type lets a task be taken for which a place is kept; asking again changes nothing. */
  admit(task: Pick<Task, 'id' | 'epoch' | 'type'>): boolean {
    const name = nameOf(task);
    if (!this.#allows(task.type, name)) return false;
    this.#kept.set(name, { type: task.type, claims: this.#kept.get(name)?.claims ?? 1 });
    return true;
  }

  /** Keeps a place for a task unless the limit on its type forbids it. @returns whether it did. */
  reserve(task: Pick<Task, 'id' | 'epoch' | 'type'>): boolean {
    const name = nameOf(task);
    if (!this.#allows(task.type, name)) return false;
    this.#add(name, task.type);
    return true;
  }

  /**
   * Finds at most `limit` ready tasks that there may be a place for. Types at their limit are not looked for: however many of them wait,
   * they hide nothing.
   *
   * @param look the first ready tasks of all types but these.
   */
  async find<Found extends Task>(
    limit: number,
    look: (limit: number, exceptTypes: readonly string[]) => Promise<readonly Found[]>,
  ): Promise<{ readonly tasks: readonly Found[]; readonly more: boolean }> {
    const chosen = new Map<TaskId, Found>();
    const used = new Map<string, number>();
    // What is kept is found again, and what was chosen.
    const most = this.#kept.size + limit;
    for (;;) {
      const full = this.#fullTypes(used);
      const found = await look(most, full);
      let passedOver = false;
      for (const task of found) {
        if (chosen.has(task.id) || this.#kept.has(nameOf(task))) continue;
        if (chosen.size >= limit || this.#isFull(task.type, used)) {
          passedOver = true;
          continue;
        }
        chosen.set(task.id, task);
        used.set(task.type, (used.get(task.type) ?? 0) + 1);
      }
      const all = found.length < most;
      if (all || chosen.size >= limit || this.#fullTypes(used).length === full.length) {
        return { tasks: [...chosen.values()], more: passedOver || !all || full.length > 0 };
      }
    }
  }

  #add(name: string, type: string | undefined): void {
    const before = this.#kept.get(name);
    this.#kept.set(name, { type: type ?? before?.type, claims: (before?.claims ?? 0) + 1 });
  }

  /** @param name of a hand-out that is not counted. */
  #allows(type: string, name: string): boolean {
    const most = this.#limits.concurrencyByType?.[type];
    return most === undefined || this.#ofType(type, name) < most;
  }

  /** @param used places that are about to be taken, by type. */
  #isFull(type: string, used: ReadonlyMap<string, number>): boolean {
    const most = this.#limits.concurrencyByType?.[type];
    return most !== undefined && this.#ofType(type) + (used.get(type) ?? 0) >= most;
  }

  #fullTypes(used: ReadonlyMap<string, number>): readonly string[] {
    return Object.keys(this.#limits.concurrencyByType ?? {}).filter((type) => this.#isFull(type, used));
  }

  #ofType(type: string, except?: string): number {
    let kept = 0;
    for (const [name, { type: of }] of this.#kept) if (of === type && name !== except) kept += 1;
    return this.#running.ofType(type) + kept;
  }
}

function nameOf({ id, epoch }: Pick<Task, 'id' | 'epoch'>): string {
  return refName({ taskId: id, epoch });
}
