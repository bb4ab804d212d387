import { Failure } from '../../src/domain/failure.ts';
import type { Random } from './random.ts';

/** What happens to one call of the store. Times in virtual ms. */
export type Fault =
  /** It is refused before anything is done. */
  | { readonly kind: 'refused' }
  /** The `call`th call within the transaction is refused; the commit where there are fewer. Nothing is stored. */
  | { readonly kind: 'refused inside'; readonly call: number }
  /** The process dies before anything is stored. */
  | { readonly kind: 'killed before' }
  /** It is stored, and the process dies before it hears of it. */
  | { readonly kind: 'killed after' }
  /** It takes its time before it begins. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** It is done, and the caller hears of it later. */
  | { readonly kind: 'late'; readonly ms: number }
  /** The database wants the transaction a second time; what the first one did is undone. */
  | { readonly kind: 'run again' };

/** How likely each fault is at one call of the store, from 0 to 1. */
export type FaultRates = Readonly<Record<Fault['kind'], number>>;

/** One draw of a whole seed's weather: from none at all to very bad. */
export function drawRates(random: Random): FaultRates {
  const worst = random.pick([0, 0.002, 0.005, 0.01, 0.02]);
  const rate = (): number => (random.chance(0.7) ? worst * random.fraction() : 0);
  return {
    refused: rate(),
    'refused inside': rate(),
    'killed before': rate(),
    'killed after': rate(),
    slow: rate() * 4,
    late: rate() * 4,
    'run again': rate() * 2,
  };
}

/** Draws the faults of a simulation, from when it is told to begin until it is told to stop. */
export class Faults {
  readonly #random: Random;
  readonly #rates: FaultRates;
  #begun = false;
  #injected = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#rates = drawRates(random);
  }

  get injected(): number {
    return this.#injected;
  }

  begin(): void {
    this.#begun = true;
  }

  stop(): void {
    this.#begun = false;
  }

  count(): void {
    this.#injected += 1;
  }

  /** For one call of the store. */
  draw(call: 'read' | 'write'): Fault | undefined {
    if (!this.#begun) return undefined;
    // There are more reads than writes, and more can go wrong with a write.
    const factor = call === 'write' ? 3 : 0.7;
    let left = this.#random.fraction();
    for (const [kind, rate] of Object.entries(this.#rates)) {
      left -= rate * factor;
      if (left >= 0) continue;
      this.#injected += 1;
      return this.#fault(kind as Fault['kind']);
    }
    return undefined;
  }

  #fault(kind: Fault['kind']): Fault {
    switch (kind) {
      case 'slow':
      case 'late':
        return { kind, ms: this.#random.pick([1, 20, 300, 2_000]) };
      case 'refused inside':
        return { kind, call: this.#random.whole(1, 12) };
      case 'refused':
      case 'killed before':
      case 'killed after':
      case 'run again':
        return { kind };
    }
  }
}

const injected = 'The disk of the simulation is full.';

/** As a store says it that is busy or full. */
export function refusal(): Failure {
  const failure = new Failure('configuration', { what: 'The database could not be written.', why: injected, fix: 'Free some space.' });
  // Where it was thrown differs between a first run and a later one.
  failure.stack = String(failure);
  return failure;
}

export function isInjected(error: unknown): boolean {
  return error instanceof Failure && error.text.why === injected;
}
