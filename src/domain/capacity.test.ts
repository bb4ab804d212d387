import { expect, it } from 'vitest';
import type { MachineSize, WorldNeeds } from './capacity.ts';
import { worldCeiling } from './capacity.ts';
import { configSchema } from './config.ts';

const gibibyte = 1024 ** 3;
const needs: WorldNeeds = { memoryBytes: 2 * gibibyte, threads: 2, diskBytes: 5e9 };
const size = (memoryGibibytes: number, threads: number, diskGigabytes: number): MachineSize => ({
  memoryBytes: memoryGibibytes * gibibyte,
  threads,
  diskBytes: diskGigabytes * 1e9,
});

it('gives 32 GiB, 8 cores and 500 GB four worlds with the defaults', () => {
  const { worlds, capacity } = configSchema.parse({});
  const { memoryGigabytes, threads, diskGigabytes } = worlds.needs;
  const defaults = { memoryBytes: memoryGigabytes * gibibyte, threads, diskBytes: diskGigabytes * 1e9 };
  expect(defaults).toEqual(needs);
  expect(worldCeiling(size(32, 8, 500), defaults, capacity.most)).toBe(4);
});

it.each([
  ['memory', size(6, 64, 500), 3],
  ['memory that is not enough for one more', size(5.99, 64, 500), 2],
  ['threads', size(64, 5, 500), 2],
  ['disk', size(64, 64, 25), 5],
  ['disk that is not enough for one more', size(64, 64, 24.9), 4],
])('is bounded by %s', (_, machine, worlds) => {
  expect(worldCeiling(machine, needs, 10)).toBe(worlds);
});

it('is never less than one, and never more than was asked for', () => {
  expect(worldCeiling(size(0.5, 1, 1), needs, 10)).toBe(1);
  expect(worldCeiling(size(1_024, 256, 9_000), needs, 10)).toBe(10);
  expect(worldCeiling(size(1_024, 256, 9_000), needs, 1)).toBe(1);
});
