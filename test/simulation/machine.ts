import type { Clock } from '../../src/ports/clock.ts';
import type { IdSource } from '../../src/ports/ids.ts';
import { Life } from './life.ts';
import type { Random } from './random.ts';
import { Trace } from './trace.ts';
import { Turns } from './turns.ts';
import { VirtualTime } from './virtual-time.ts';

/** Something that must never be true. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Epoch ms at which every simulation starts. */
const epoch = 1_790_000_000_000;

/** The machine that all processes run on: its time, its wall clock, and what has been seen to go wrong. */
export class Machine {
  readonly time = new VirtualTime();
  readonly turns = new Turns();
  readonly random: Random;
  readonly trace: Trace;
  readonly clock: Clock;
  /** Chooses who is next; apart, so that a change of what processes do moves little else. */
  readonly #order: Random;
  #jumped = 0;
  #violation: Violation | undefined;

  constructor(random: Random, print: ((line: string) => void) | undefined) {
    this.random = random;
    this.#order = random.fork();
    this.trace = new Trace(print);
    this.clock = { now: () => epoch + this.#jumped + this.time.now, monotonic: () => this.time.now };
  }

  get violation(): Violation | undefined {
    return this.#violation;
  }

  life(name: string): Life {
    return new Life(name, this.time);
  }

  note(who: string, what: string): void {
    this.trace.add(this.time.now, who, what);
  }

  /** The first one counts. */
  violate(what: string): void {
    if (this.#violation !== undefined) return;
    this.#violation = new Violation(what);
    this.note('!', what);
  }

  /** The wall clock goes forwards or backwards by `ms`; the monotonic one does not. */
  jump(ms: number): void {
    this.#jumped += ms;
  }

  /**
   * Lets things happen one after another until `over` is true, something is violated, or `withinMs` of virtual time have passed.
   * Timers fire only when nothing else can move. @returns whether it was over.
   */
  async run(over: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
    const until = this.time.now + withinMs;
    for (;;) {
      await allMicrotasks();
      if (this.turns.isBusy) continue;
      if (this.#violation !== undefined) return false;
      if (this.turns.next(this.#order)) continue;
      if (await over()) return true;
      if (this.time.now > until || !this.time.next()) return false;
    }
  }
}

/** An event loop turns when nothing is left that could run at once. */
function allMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** UUIDv7 by the wall clock, rising within one source. */
export function simulatedIds(clock: Clock, random: Random): IdSource {
  let last = 0;
  let count = 0;
  return {
    next: () => {
      const now = clock.now();
      count = now > last ? 0 : count + 1;
      last = Math.max(now, last);
      const time = last.toString(16).padStart(12, '0');
      const counter = count.toString(16).padStart(3, '0');
      const tail = [0, 1, 2].map(() => random.whole(0, 0xffff).toString(16).padStart(4, '0'));
      return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-8000-${tail.join('')}`;
    },
  };
}
