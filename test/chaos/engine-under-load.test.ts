/** @module-tag campaign */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { underLoad } from '../../bench/processes/under-load.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weaver-under-load-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

// A minute of the same, with every figure: npm run bench -- processes
it('lets three processes work on one file, and the others go on when one of them is killed', async () => {
  const load = await underLoad(folder, 8_000);
  expect(load.errors).toBe('');
  expect(load.notOnce).toBe(0);
  expect(load.leasesLost).toBe(0);
  expect(load.tookWithIt).toBeGreaterThanOrEqual(8);
  expect(load.backAfterMs).toBeLessThan(5_000);
  for (const { tasksPerSecond, longestPauseMs, waits } of load.survivors) {
    expect(tasksPerSecond).toBeGreaterThan(1);
    expect(longestPauseMs).toBeLessThan(6_000);
    expect(waits.busy).toBeGreaterThan(0);
    // One: a machine that stands still for a moment may do so in the middle of a call.
    expect(waits.slowOthers).toBeLessThanOrEqual(1);
  }
});
