import type { Held, Locks } from '../../src/ports/lock.ts';
import type { Life } from './life.ts';
import type { Machine } from './machine.ts';

/** The locks of a machine; those of a dead process are free. */
export class SimulatedLocks {
  readonly #machine: Machine;
  readonly #holders = new Map<string, Life>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** As one process has them. */
  of(life: Life): Locks {
    return {
      acquire: async (name) => {
        for (;;) {
          await this.#machine.turns.take(life);
          const held = this.#take(name, life);
          if (held !== undefined) return held;
          await new Promise<void>((resolve) => this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]));
        }
      },
      tryAcquire: async (name) => {
        await this.#machine.turns.take(life);
        return this.#take(name, life);
      },
    };
  }

  #take(name: string, life: Life): Held | undefined {
    const holder = this.#holders.get(name);
    if (holder !== undefined && !holder.isDead) return undefined;
    this.#holders.set(name, life);
    const free = (): void => {
      if (this.#holders.get(name) === life) this.#holders.delete(name);
      for (const wake of this.#waiting.get(name) ?? []) wake();
      this.#waiting.delete(name);
    };
    life.onDeath(free);
    return {
      release: async () => {
        await this.#machine.turns.take(life);
        free();
      },
    };
  }
}
