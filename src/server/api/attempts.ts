/** How many attempts to sign in may fail within how long (ms), from one address. */
const mostFailures = 10;
const windowMs = 60_000;
/** Addresses that are remembered at a time; the one that was heard of first is forgotten first. */
const mostAddresses = 10_000;

/** Failed attempts to sign in, by the address from which they came. Behind a server that hands requests on they all come from one. */
export class Attempts {
  readonly #failures = new Map<string, { readonly since: number; count: number }>();
  readonly #now: () => number;

  /** @param now a clock that does not go back, in ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns how long nothing more is to be looked at from there, in ms; 0: not at all. */
  waitMs(address: string): number {
    const known = this.#failures.get(address);
    if (known === undefined || known.count < mostFailures) return 0;
    return Math.max(0, known.since + windowMs - this.#now());
  }

  failed(address: string): void {
    const known = this.#failures.get(address);
    if (known !== undefined && known.since + windowMs > this.#now()) {
      known.count += 1;
      return;
    }
    this.#failures.delete(address);
    if (this.#failures.size >= mostAddresses) {
      const [first] = this.#failures.keys();
      if (first !== undefined) this.#failures.delete(first);
    }
    this.#failures.set(address, { since: this.#now(), count: 1 });
  }
}
