import { runIn } from './timers.ts';
import type { Cancel, TimerHost } from './timers.ts';
import type { VirtualTime } from './virtual-time.ts';

/**
 * One process from its start to its death. When it hangs, its program does not move and its timers fire once it goes on; when it is dead
 * nothing of it ever moves again: whatever it waits for never comes.
 */
export class Life implements TimerHost {
  readonly name: string;
  readonly #time: VirtualTime;
  readonly #deferred: (() => void)[] = [];
  readonly #deaths: (() => void)[] = [];
  #state: 'running' | 'hung' | 'frozen' | 'dead' = 'running';
  #timers = 0;

  constructor(name: string, time: VirtualTime) {
    this.name = name;
    this.#time = time;
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** Whether threads of it beside its event loop run. */
  get threadsRun(): boolean {
    return this.#state === 'running' || this.#state === 'hung';
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  /** Timers of its program that are set and have not fired. */
  get timers(): number {
    return this.#timers;
  }

  setTimer(ms: number, run: () => void): Cancel {
    let over = false;
    const end = (): void => {
      if (!over) this.#timers -= 1;
      over = true;
    };
    this.#timers += 1;
    const cancel = this.#later(ms, () => {
      if (over) return;
      end();
      run();
    });
    return () => {
      end();
      cancel();
    };
  }

  /** What takes its time, without being a timer of the program. @param ms virtual. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#later(ms, resolve));
  }

  #later(ms: number, run: () => void): Cancel {
    const fire = (): void => {
      if (this.#state === 'running') runIn(this, run);
      else if (this.#state !== 'dead') this.#deferred.push(fire);
    };
    const timer = this.#time.after(ms, fire);
    return () => this.#time.clear(timer);
  }

  onDeath(then: () => void): void {
    this.#deaths.push(then);
  }

  /** Its event loop does nothing any more; its other threads go on. */
  hang(): void {
    if (this.#state === 'running') this.#state = 'hung';
  }

  /** Nothing of it does anything any more, as if it had been stopped by a signal. */
  freeze(): void {
    if (this.#state !== 'dead') this.#state = 'frozen';
  }

  goOn(): void {
    if (this.#state === 'dead') return;
    this.#state = 'running';
    for (const fire of this.#deferred.splice(0)) fire();
  }

  die(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    for (const then of this.#deaths.splice(0)) then();
  }
}
