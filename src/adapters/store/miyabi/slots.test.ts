import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { JobId } from '../../../domain/ids.ts';
import { slotCount } from '../../../domain/slot.ts';
import { systemIds } from '../../ids.ts';
import { openDatabase } from '../open-database.ts';
import type { Database } from '../open-database.ts';

let folder: string;
let path: string;
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slots-'));
  path = join(folder, 'miyabi.db');
  const clock = { now: () => 7, monotonic: () => performance.now() };
  database = await openDatabase(path, { clock, ids: systemIds, synchronous: 'NORMAL' });
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

async function record(...directories: readonly string[]): Promise<void> {
  const repositoryId = (await database.ledger.repository('/one')).id;
  await Promise.all(
    directories.map((directory) => database.ledger.recordFolder({ directory, repositoryId, jobId: 'job' as JobId, createdAt: 1 })),
  );
}

it('gives each folder the lowest number that is free, and takes it back with the folder', async () => {
  const { slots } = database.ledger;
  await record('/w/a', '/w/b', '/w/c');
  expect(await slots.take('/w/a')).toBe(0);
  expect(await slots.take('/w/b')).toBe(1);
  expect(await slots.take('/w/a')).toBe(0);
  await record('/w/a');
  expect(await slots.list()).toEqual([
    { slot: 0, directory: '/w/a', takenAt: 7 },
    { slot: 1, directory: '/w/b', takenAt: 7 },
  ]);
  await database.ledger.forgetFolder('/w/a');
  expect(await slots.take('/w/c')).toBe(0);
});

it('passes over what is unusable, also what the folder has', async () => {
  const { slots } = database.ledger;
  await record('/w/a', '/w/b');
  await slots.take('/w/a');
  expect(await slots.take('/w/a', [0, 2])).toBe(1);
  expect(await slots.take('/w/a', [0, 1])).toBe(2);
  expect(await slots.take('/w/b', [0])).toBe(1);
});

it('has no slot for a folder that is not recorded, and none when all are taken', async () => {
  const { slots } = database.ledger;
  await expect(slots.take('/nowhere')).rejects.toThrow('FOREIGN KEY');
  await record('/w/a');
  expect(
    await slots.take(
      '/w/a',
      Array.from({ length: slotCount }, (_, slot) => slot),
    ),
  ).toBeUndefined();
  expect(await slots.list()).toEqual([]);
});

it('never gives two worlds one slot, however many processes ask at once', async () => {
  const folders = Array.from({ length: 10 }, (_, process_) => Array.from({ length: 5 }, (_unused, world) => `/w/${process_}/${world}`));
  await record(...folders.flat());
  const program = fileURLToPath(new URL('testing/slot-program.ts', import.meta.url));
  const running = folders.map((each) => {
    const child = spawn(process.execPath, [program, path, ...each], { stdio: ['pipe', 'pipe', 'inherit'] });
    return { child, exited: once(child, 'exit'), lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
  });
  try {
    for (const { lines } of running) expect(await lines.next()).toMatchObject({ value: 'ready' });
    for (const { child } of running) child.stdin.write('go\n');
    const given = await Promise.all(running.map(async ({ lines }) => JSON.parse(String((await lines.next()).value)) as number[]));
    for (const { exited } of running) expect(await exited).toEqual([0, null]);
    expect(given.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, slot) => slot));
    expect((await database.ledger.slots.list()).map(({ directory }) => directory).toSorted()).toEqual(folders.flat().toSorted());
  } finally {
    for (const { child } of running) child.kill('SIGKILL');
  }
});
