import { hitName, tickName } from '../edits/instrument.ts';

/** Thrown in a candidate that turns its loops too often. */
export class OutOfFuel extends Error {
  override readonly name = 'OutOfFuel';
  constructor() {
    super('a loop or recursion went on for too long');
  }
}

/** The functions that instrumented code calls, with what they counted. */
export interface Probes {
  readonly globals: Readonly<Record<string, (index: number) => void>>;
  /** Starts anew with this much fuel and no hits. */
  refill(fuel: number): void;
  /** Statements that ran since the last refill. */
  hits(): number[];
  /** Fuel used since the last refill; more than there was where it ran out. */
  used(): number;
  /** Whether the fuel of the last refill has run out. */
  dry(): boolean;
}

export function createProbes(): Probes {
  let limit = 0;
  let left = 0;
  let seen = new Set<number>();
  const tick = () => {
    left -= 1;
    if (left < 0) throw new OutOfFuel();
  };
  const hit = (index: number) => {
    seen.add(index);
    left -= 1;
    if (left < 0) throw new OutOfFuel();
  };
  return {
    globals: { [tickName]: tick, [hitName]: hit },
    refill(fuel) {
      limit = fuel;
      left = fuel;
      seen = new Set();
    },
    hits: () => [...seen],
    used: () => limit - left,
    dry: () => left < 0,
  };
}
