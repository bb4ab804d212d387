import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { JobId, RepositoryId } from '../../../domain/ids.ts';
import type { Lesson } from '../../../ports/lessons.ts';
import { systemIds } from '../../ids.ts';
import { openDatabase } from '../open-database.ts';

const one = (run: string, repositoryId: RepositoryId): Lesson => ({
  jobId: run as JobId,
  repositoryId,
  title: `The issue of ${run}`,
  body: 'line\nanother',
  outcome: 'succeeded',
  files: ["src/it's.js", 'b'],
  summary: 'said so',
});

it('keeps one lesson for each run, and tells the newest of a repository first', async () => {
  await using folder = await temporaryFolder();
  let now = 1;
  const clock = { now: () => now, monotonic: () => now };
  const database = await openDatabase(join(folder.path, 'miyabi.db'), { clock, ids: systemIds });
  const { ledger } = database;
  const { id } = await ledger.repository('/one');
  const { id: other } = await ledger.repository('/other');
  await ledger.lessons.save(one('a', id));
  now = 2;
  await ledger.lessons.save(one('b', id));
  await ledger.lessons.save(one('c', other));
  expect(await ledger.lessons.of(id, 10)).toEqual([one('b', id), one('a', id)]);
  now = 3;
  await ledger.lessons.save({ ...one('a', id), outcome: 'failed', files: [], summary: '' });
  expect(await ledger.lessons.of(id, 1)).toEqual([{ ...one('a', id), outcome: 'failed', files: [], summary: '' }]);
  await expect(ledger.lessons.save(one('d', 'nobody' as RepositoryId))).rejects.toThrow(/FOREIGN KEY/);
  await database.close();
});
