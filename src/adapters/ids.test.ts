import { validate, version } from 'uuid';
import { expect, it } from 'vitest';
import { shortId } from '../domain/ids.ts';
import { uuidSource } from './ids.ts';

it('gives UUIDs of version 7 that rise, within a millisecond and when the clock goes back', () => {
  let now = Date.UTC(2026, 0, 1);
  const source = uuidSource(() => now);
  const ids = Array.from({ length: 3_000 }, (_, index) => {
    if (index === 1_000) now -= 7_200_000;
    if (index === 2_000) now += 7_200_001;
    return source.next();
  });
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids.map(shortId)).size).toBe(ids.length);
});

it('gives two sources nothing in common', () => {
  const [one, other] = [uuidSource(() => 1), uuidSource(() => 1)];
  const ids = Array.from({ length: 1_000 }, () => [one.next(), other.next()]).flat();
  expect(new Set(ids).size).toBe(2_000);
});
