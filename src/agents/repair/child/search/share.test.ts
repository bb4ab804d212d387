import { expect, test } from 'vitest';
import { isOwn, isOwnPair, singlesFirst, whole } from './share.ts';

const places = Array.from({ length: 200 }, (_, place) => place);
const worlds = [0, 1, 2, 3, 4].map((index) => ({ index, of: 5, common: 40 }));
const countOf = (holds: (world: (typeof worlds)[number]) => boolean) => worlds.filter(holds).length;

test('the common edits are tried by all worlds, each other one by one of them', () => {
  expect(places.map((place) => countOf((world) => isOwn(world, place)))).toEqual(places.map((place) => (place < 40 ? 5 : 1)));
});

test('two edits together are tried where the first was, and once where all worlds tried it', () => {
  for (const second of places) {
    expect(countOf((world) => isOwn(world, 3) && isOwnPair(world, 3, second))).toBe(1);
    expect(countOf((world) => isOwn(world, 77) && isOwnPair(world, 77, second))).toBe(1);
  }
});

test('a world alone has everything', () => {
  expect(places.every((place) => isOwn(whole, place) && isOwnPair(whole, place, 7))).toBe(true);
  expect(singlesFirst(whole, 2000, 0.65)).toBe(1300);
});

test('together they come as far in the single edits as one search with the budgets of all', () => {
  const each = worlds.map((world) => singlesFirst(world, 400, 0.65));
  expect(40 + each.reduce((sum, singles) => sum + singles - 40, 0)).toBe(1300);
});
