import type { Random } from '../../test/simulation/random.ts';

export { seededRandom, type Random } from '../../test/simulation/random.ts';

/** The same items in a drawn order. */
export function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.whole(0, left.length - 1), 1));
}
