import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Everything that a simulation decides comes from one of these. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** From 0 (included) to 1 (excluded). */
  fraction(): number;
  /** @param probability from 0 to 1. */
  chance(probability: number): boolean;
  /** @throws when there is nothing to choose from. */
  pick<T>(from: readonly T[]): T;
  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
  /** Another source that draws from this one only once, so that what it decides does not move what others decide. */
  fork(): Random;
}

export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const whole = (least: number, most: number): number => uniformInt(generator, least, most);
  const fraction = (): number => whole(0, 0x3fff_ffff) / 0x4000_0000;
  return {
    whole,
    fraction,
    chance: (probability) => fraction() < probability,
    pick: <T>(from: readonly T[]): T => {
      if (from.length === 0) throw new Error('There is nothing to choose from.');
      return from[whole(0, from.length - 1)] as T;
    },
    weighted: <Name extends string>(weights: Readonly<Record<Name, number>>): Name => {
      const names = Object.entries<number>(weights);
      let left = fraction() * names.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of names) {
        left -= weight;
        if (left < 0) return name as Name;
      }
      throw new Error('All weights are zero.');
    },
    fork: () => seededRandom(whole(-0x8000_0000, 0x7fff_ffff)),
  };
}
