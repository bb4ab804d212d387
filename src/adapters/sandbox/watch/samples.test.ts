import { expect, it } from 'vitest';
import { createSamples } from './samples.ts';

const at = (atMs: number) => ({ atMs, memoryBytes: atMs % 7, cpuMs: atMs, processes: 1 });

it('keeps every sample while there are few', () => {
  const samples = createSamples(4);
  for (const ms of [1, 2, 3]) samples.add(at(ms));
  expect(samples.all()).toEqual([at(1), at(2), at(3)]);
});

it('never has more than its number, evenly spread, with the highest figures of what it stands for', () => {
  for (const count of [119, 120, 121, 240, 1_000, 86_400]) {
    const samples = createSamples();
    for (let ms = 1; ms <= count; ms += 1) samples.add(ms === 77 ? { ...at(ms), memoryBytes: 999, processes: 50 } : at(ms));
    const all = samples.all();
    expect(all.length).toBeLessThanOrEqual(120);
    expect(all.length).toBeGreaterThanOrEqual(Math.min(count, 60));
    expect(all.at(-1)).toMatchObject({ atMs: count, cpuMs: count });
    expect(Math.max(...all.map(({ memoryBytes }) => memoryBytes))).toBe(999);
    expect(Math.max(...all.map(({ processes }) => processes))).toBe(50);
    const steps = all.slice(1, -1).map(({ atMs }, index) => atMs - (all[index]?.atMs ?? 0));
    expect(new Set(steps).size).toBeLessThanOrEqual(1);
  }
});
