import type { Life } from './life.ts';
import type { Random } from './random.ts';

interface Waiting {
  readonly life: Life;
  readonly go: () => void;
}

/** Whoever wants to touch what processes share waits here; who is next is drawn. */
export class Turns {
  #waiting: Waiting[] = [];
  #busy = 0;

  /** Resolves when it is this one's turn; never for a process that is dead. */
  take(life: Life): Promise<void> {
    return new Promise((go) => this.#waiting.push({ life, go }));
  }

  /** Does something whole before anybody else has a turn, also when it lasts several turns of the event loop. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
    }
  }

  get isBusy(): boolean {
    return this.#busy > 0;
  }

  /** Lets one go. @returns whether there was one that could. */
  next(random: Random): boolean {
    this.#waiting = this.#waiting.filter(({ life }) => !life.isDead);
    const movable = this.#waiting.filter(({ life }) => life.isRunning);
    if (movable.length === 0) return false;
    const chosen = random.pick(movable);
    this.#waiting.splice(this.#waiting.indexOf(chosen), 1);
    chosen.go();
    return true;
  }
}

/** What a dead process waits for. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
