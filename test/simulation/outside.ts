import type { TaskId } from '../../src/domain/ids.ts';
import type { Look } from './faulty-store.ts';
import type { Life } from './life.ts';
import type { Machine } from './machine.ts';

/** Who does something outside. */
export interface Actor {
  readonly life: Life;
  readonly taskId: TaskId;
  readonly epoch: number;
}

interface Act {
  readonly epoch: number;
  /** Whether the one who acted had the right to. */
  readonly leased: boolean;
}

/** What tasks do to the world outside the engine; it remembers everything, whoever dies. */
export class Outside {
  readonly #machine: Machine;
  readonly #look: Look;
  readonly #acts = new Map<string, Act[]>();
  readonly #executions = new Set<string>();
  readonly #visits = new Map<TaskId, number>();

  constructor(machine: Machine, look: Look) {
    this.#machine = machine;
    this.#look = look;
  }

  /** A handler has been called. @returns how often one was called for this task before. */
  async visit({ life, taskId, epoch }: Actor, attemptId: string): Promise<number> {
    const name = `${taskId}:${epoch}`;
    if (this.#executions.has(name)) this.#machine.violate(`Task ${taskId} was executed twice in epoch ${epoch}.`);
    this.#executions.add(name);
    const attempts = await this.#machine.turns.alone(() => this.#look((records) => records.attempts({ taskId })));
    const known = attempts.some(({ id }) => id === attemptId);
    if (!known) this.#machine.violate(`Task ${taskId} is executed in ${life.name} without a record of the attempt.`);
    const before = this.#visits.get(taskId) ?? 0;
    this.#visits.set(taskId, before + 1);
    return before;
  }

  /** Whether it has happened. */
  async probe({ life }: Actor, key: string): Promise<number | undefined> {
    await this.#machine.turns.take(life);
    return this.#acts.has(key) ? 1 : undefined;
  }

  /**
   * Makes it happen. The outside takes the key and lets it happen once; that it is asked twice is allowed only where one of the two
   * had lost its lease while it acted.
   */
  async act({ life, taskId, epoch }: Actor, key: string): Promise<number> {
    await this.#machine.turns.take(life);
    const task = await this.#machine.turns.alone(() => this.#look((records) => records.task(taskId)));
    const leased = task?.state === 'running' && task.epoch === epoch;
    const acts = this.#acts.get(key) ?? [];
    this.#machine.note(life.name, `act ${key.slice(-12)}${leased ? '' : ' without a lease'}`);
    if (leased && acts.some((act) => act.leased)) this.#machine.violate(`The effect ${key} was done twice under a lease.`);
    this.#acts.set(key, [...acts, { epoch, leased }]);
    return 1;
  }

  /** The effects that happened. */
  keys(): readonly string[] {
    return [...this.#acts.keys()];
  }

  /** How often handlers were called for a task. */
  visits(taskId: TaskId): number {
    return this.#visits.get(taskId) ?? 0;
  }
}
