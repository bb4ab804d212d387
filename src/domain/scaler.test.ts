import { expect, it } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import type { LoadThresholds, MachineLoad } from './scaler.ts';
import { scale } from './scaler.ts';

const thresholds: LoadThresholds = { high: { memory: 90, cpu: 95, disk: 85 }, low: { memory: 70, cpu: 75, disk: 70 } };
const idle: MachineLoad = { memory: 0.1, cpu: 0.2, disk: 0.3 };
/** Between the thresholds of everything. */
const busy: MachineLoad = { memory: 0.8, cpu: 0.8, disk: 0.8 };

function decide(load: MachineLoad, current = 3, ceiling = 5) {
  return scale({ load, current, ceiling, thresholds });
}

it.each([
  ['memory', 0.9, 'memory 90.1 % in use (more than 90 %)'],
  ['cpu', 0.95, 'processors 95.1 % in use (more than 95 %)'],
  ['disk', 0.85, 'disk 85.1 % in use (more than 85 %)'],
] as const)('lets one fewer run when %s is above its high threshold of %d, and not at it', (resource, edge, reason) => {
  for (const others of [idle, busy]) {
    expect(decide({ ...others, [resource]: edge })).toMatchObject({ change: 'same', worlds: 3 });
    expect(decide({ ...others, [resource]: edge + 0.001 })).toEqual({ change: 'fewer', worlds: 2, reason });
    expect(decide({ ...others, [resource]: edge + 0.000_001 })).toMatchObject({ change: 'fewer', worlds: 2 });
    expect(decide({ ...others, [resource]: 1 })).toMatchObject({ change: 'fewer', worlds: 2 });
  }
});

it.each([
  ['memory', 0.7, 'memory 70 % in use (not below 70 %)'],
  ['cpu', 0.75, 'processors 75 % in use (not below 75 %)'],
  ['disk', 0.7, 'disk 70 % in use (not below 70 %)'],
] as const)('lets one more run only when %s is below its low threshold of %d', (resource, edge, reason) => {
  expect(decide({ ...idle, [resource]: edge })).toEqual({ change: 'same', worlds: 3, reason });
  expect(decide({ ...idle, [resource]: edge - 0.000_001 })).toMatchObject({ change: 'more', worlds: 4 });
  expect(decide({ ...idle, [resource]: 0 })).toMatchObject({ change: 'more', worlds: 4 });
});

it('names everything that is above or in the way', () => {
  expect(decide({ memory: 0.91, cpu: 0.2, disk: 0.9 }).reason).toBe(
    'memory 91 % in use (more than 90 %), disk 90 % in use (more than 85 %)',
  );
  expect(decide({ memory: 0.75, cpu: 0.76, disk: 0.1 }).reason).toBe(
    'memory 75 % in use (not below 70 %), processors 76 % in use (not below 75 %)',
  );
  expect(decide(idle).reason).toBe('memory 10 % in use, processors 20 % in use, disk 30 % in use');
});

it('stays between one and the ceiling, and says so', () => {
  expect(decide({ ...idle, memory: 0.99 }, 2)).toMatchObject({ change: 'fewer', worlds: 1 });
  expect(decide({ ...idle, memory: 0.99 }, 1)).toEqual({
    change: 'same',
    worlds: 1,
    reason: 'memory 99 % in use (more than 90 %), and only one world may run as it is',
  });
  expect(decide(idle, 4)).toMatchObject({ change: 'more', worlds: 5 });
  expect(decide(idle, 5)).toEqual({
    change: 'same',
    worlds: 5,
    reason: 'memory 10 % in use, processors 20 % in use, disk 30 % in use, and 5 is the most',
  });
});

it('does not grow on a figure that is none', () => {
  expect(decide({ ...idle, cpu: Number.NaN })).toMatchObject({ change: 'same', worlds: 3 });
});

it('decides in less than a millisecond', () => {
  const turns = 1_000;
  const took = processorMs(() => {
    for (let turn = 0; turn < turns; turn += 1) decide(busy);
  });
  expect(took / turns).toBeLessThan(1);
});
