import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { DiskUse, DiskUses } from '../ports/disk-use.ts';
import { folderDiskUses } from './disk-uses.ts';

async function measured(uses: DiskUses, than = 0): Promise<DiskUse> {
  await expect.poll(() => uses.read().measuredAt ?? 0).toBeGreaterThan(than);
  return uses.read();
}

it('adds up what lies in the state folder beside whoever asks, a database as one, and follows no link', async () => {
  await using folder = await temporaryFolder();
  await using outside = await temporaryFolder();
  await writeFile(join(outside.path, 'large'), Buffer.alloc(5_000_000, 1));
  await mkdir(join(folder.path, 'worlds', 'alpha'), { recursive: true });
  await writeFile(join(folder.path, 'worlds', 'alpha', 'file'), Buffer.alloc(1_000_000, 1));
  await symlink(outside.path, join(folder.path, 'worlds', 'link'));
  await writeFile(join(folder.path, 'miyabi.db'), Buffer.alloc(300_000, 1));
  await writeFile(join(folder.path, 'miyabi.db-wal'), Buffer.alloc(200_000, 1));
  let now = 1_000;
  const clock = { now: () => now, monotonic: () => now };
  await using uses = folderDiskUses(folder.path, clock);
  expect(uses.read()).toEqual({ parts: [], measuredAt: undefined, isMeasuring: true });
  const { parts, measuredAt } = await measured(uses);
  expect(measuredAt).toBe(1_000);
  expect(parts.map(({ name, isPartial }) => [name, isPartial])).toEqual([
    ['worlds', false],
    ['miyabi.db', false],
  ]);
  expect(parts[0]?.bytes).toBeGreaterThan(900_000);
  expect(parts[0]?.bytes).toBeLessThan(2_000_000);
  expect(parts[1]?.bytes).toBeGreaterThan(450_000);
  // It is told again for a minute, and looked at anew afterwards, when somebody asks.
  await mkdir(join(folder.path, 'mirrors'));
  now += 59_000;
  expect(uses.read()).toMatchObject({ measuredAt: 1_000, isMeasuring: false });
  now += 1_000;
  expect(uses.read()).toMatchObject({ measuredAt: 1_000, isMeasuring: true });
  expect((await measured(uses, 1_000)).parts.map(({ name }) => name)).toContain('mirrors');
});

it('knows nothing of a folder that is gone', async () => {
  await using uses = folderDiskUses('/nowhere/at/all', { now: () => 1, monotonic: () => 1 });
  uses.read();
  await expect.poll(() => uses.read().isMeasuring).toBe(false);
  expect(uses.read()).toEqual({ parts: [], measuredAt: undefined, isMeasuring: false });
});
