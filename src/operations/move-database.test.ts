import { expect, it } from 'vitest';
import type { ProcessId } from '../domain/ids.ts';
import type { MovableDatabase } from '../ports/transfer.ts';
import { exportDatabase, importDatabase, migrateDatabase } from './move-database.ts';

const transferred = { tables: [{ name: 'a', rows: 2 }], rows: 2, sha256: 'f' };
const left = [{ name: 'b', because: 'it is here' }];

/** Knows two processes, of which one lives. */
function stand() {
  const calls: string[] = [];
  const database: MovableDatabase = {
    name: 'the database',
    left,
    migrate: async () => [{ schema: 'one', before: 1, after: 2 }],
    processes: async () => [
      { id: 'dead' as ProcessId, pid: 7 },
      { id: 'living' as ProcessId, pid: 8 },
    ],
    exportTo: async (file) => {
      calls.push(`export ${file}`);
      return transferred;
    },
    importFrom: async (file) => {
      calls.push(`import ${file}`);
      return { ...transferred, replaced: 0 };
    },
  };
  return { calls, tools: { database, isAlive: async (process: ProcessId) => process === 'living' } };
}

it('exports nothing while a process works on the database', async () => {
  const { tools, calls } = stand();
  await expect(exportDatabase(tools, { file: 'f', force: false })).rejects.toMatchObject({
    reason: 'notFoundOrLocked',
    text: { why: expect.stringMatching(/^Process 8 works/), fix: expect.stringContaining('--force') },
  });
  expect(calls).toEqual([]);
});

it('exports all the same where it is told to, and says who worked on it', async () => {
  const { tools, calls } = stand();
  expect(await exportDatabase(tools, { file: 'f', force: true })).toEqual({ ...transferred, left, living: 1 });
  const idle = { ...tools, isAlive: async () => false };
  expect(await exportDatabase(idle, { file: 'g', force: false })).toMatchObject({ living: 0 });
  expect(calls).toEqual(['export f', 'export g']);
});

it('imports and migrates', async () => {
  const { tools } = stand();
  expect(await importDatabase(tools, { file: 'f' })).toMatchObject({ rows: 2, replaced: 0 });
  expect(await migrateDatabase(tools)).toEqual([{ schema: 'one', before: 1, after: 2 }]);
});
