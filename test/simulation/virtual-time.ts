/** A timer that was set; what `clearTimeout` takes. */
export interface VirtualTimer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that passes only when it is told to, with the timers that wait for it. In ms since the start of the simulation. */
export class VirtualTime {
  #now = 0;
  #order = 0;
  /** By time, then by the order in which they were set. */
  readonly #timers: VirtualTimer[] = [];

  get now(): number {
    return this.#now;
  }

  get waiting(): number {
    return this.#timers.length;
  }

  after(ms: number, run: () => void): VirtualTimer {
    // As in Node, a timer takes a millisecond at least.
    const timer = { at: this.#now + Math.max(1, Math.ceil(ms)), order: (this.#order += 1), run };
    this.#timers.splice(this.#place(timer), 0, timer);
    return timer;
  }

  clear(timer: VirtualTimer): void {
    const place = this.#place(timer);
    if (this.#timers[place] === timer) this.#timers.splice(place, 1);
  }

  /** Goes on to the next timer and fires it. @returns whether there was one. */
  next(): boolean {
    const timer = this.#timers.shift();
    if (timer === undefined) return false;
    this.#now = timer.at;
    timer.run();
    return true;
  }

  #place({ at, order }: VirtualTimer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#timers[middle] as VirtualTimer;
      if (other.at < at || (other.at === at && other.order < order)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
