import type { Program } from './program.ts';
import { shuffled, type Random } from './random.ts';

/**
 * Inputs of the same kind as a given one: lists a little shorter, longer or in another order, numbers one off with their sign kept. What a
 * careful writer of tests would take; the values stay within what the function is plainly meant for.
 */
export function nearInputs(program: Program, input: string, random: Random, count: number): string[] {
  const given = program.answer(input);
  if (given.kind !== 'value' || given.told.includes('<')) return [];
  const values = JSON.parse(given.told) as unknown[];
  return Array.from({ length: count }, () => {
    const place = random.whole(0, Math.max(0, values.length - 1));
    return JSON.stringify(values.map((value, index) => (index === place ? near(value, random) : value)));
  });
}

function near(value: unknown, random: Random): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return nearNumber(value, random);
  if (typeof value === 'string') return nearList(Array.from(value), random, (letter) => letter).join('');
  if (Array.isArray(value)) return nearList(value as unknown[], random, (item) => near(item, random));
  return value;
}

function nearNumber(value: number, random: Random): number {
  const moved = value + random.pick([-2, -1, 1, 2, 3]);
  return Math.sign(moved) === Math.sign(value) ? moved : value;
}

function nearList<Item>(list: readonly Item[], random: Random, other: (item: Item) => Item): Item[] {
  if (list.length === 0) return [];
  const place = random.whole(0, list.length - 1);
  const item = list[place];
  if (item === undefined) return [...list];
  switch (random.whole(0, 4)) {
    case 0:
      return list.length === 1 ? [...list] : list.filter((_, index) => index !== place);
    case 1:
      return [...list.slice(0, place), item, ...list.slice(place)];
    case 2:
      return list.toReversed();
    case 3:
      return shuffled(random, list);
    default:
      return list.map((each, index) => (index === place ? other(each) : each));
  }
}
