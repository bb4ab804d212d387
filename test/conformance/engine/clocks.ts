import type { Clock } from '../../../src/ports/clock.ts';

export const hourMs = 3_600_000;

/** A clock that goes on by itself and can be set, as the clock of a machine can. */
export interface TurnedClock extends Clock {
  /** Moves the wall clock by so many ms; the monotonic one does not notice. */
  turn(ms: number): void;
}

export function turnedClock(): TurnedClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    monotonic: () => performance.now(),
    turn: (ms) => {
      offset += ms;
    },
  };
}

/** A clock that stands still until it is told otherwise. */
export interface StandingClock extends TurnedClock {
  /** Time passes, on both clocks. */
  pass(ms: number): void;
}

export function standingClock(): StandingClock {
  let wall = 1_800_000_000_000;
  let monotonic = 1_000;
  return {
    now: () => wall,
    monotonic: () => monotonic,
    turn: (ms) => {
      wall += ms;
    },
    pass: (ms) => {
      wall += ms;
      monotonic += ms;
    },
  };
}
