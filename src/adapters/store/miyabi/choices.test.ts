import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { CommitId, JobId, RepositoryId, TaskId } from '../../../domain/ids.ts';
import type { RecordedChoice } from '../../../ports/choices.ts';
import { systemIds } from '../../ids.ts';
import { openDatabase } from '../open-database.ts';

const clock = { now: () => 1, monotonic: () => 1 };

function one(task: string, repositoryId: RepositoryId, more: Partial<RecordedChoice> = {}): RecordedChoice {
  const winner = { winner: 'alpha', commit: 'c'.repeat(40) as CommitId, decidedBy: 'examination' } as const;
  const ids = { taskId: task as TaskId, jobId: `job of ${task}` as JobId, repositoryId };
  return { ...ids, ...winner, candidates: 3, plainWinner: 'beta', confidence: 0.9, ...more };
}

it('counts choices by how they were made, whether the plain score agrees, and what became of them', async () => {
  await using folder = await temporaryFolder();
  const database = await openDatabase(join(folder.path, 'miyabi.db'), { clock, ids: systemIds });
  const { ledger } = database;
  const { choices } = ledger;
  const { id } = await ledger.repository('/one');
  const { id: other } = await ledger.repository('/other');
  await choices.record(one('a', id));
  await choices.record(one('b', id, { plainWinner: 'alpha' }));
  await choices.record(one('c', id, { plainWinner: 'alpha' }));
  await choices.record(one('d', id, { winner: undefined, commit: undefined, decidedBy: undefined }));
  await choices.record(one('e', other));
  await choices.became('job of b' as JobId, 'handed-over');
  await choices.became('job of b' as JobId, 'merged');
  // Told again after a crash: what became of it is not forgotten.
  await choices.record(one('b', id, { plainWinner: 'alpha' }));
  const common = { decidedBy: 'examination', choices: 1 };
  expect(await choices.compare(id)).toEqual([
    { ...common, isPlain: false, fate: undefined },
    { ...common, isPlain: true, fate: undefined },
    { ...common, isPlain: true, fate: 'merged' },
  ]);
  await expect(choices.record(one('f', id, { winner: undefined }))).rejects.toThrow(/CHECK/);
  await expect(choices.record(one('g', 'nobody' as RepositoryId))).rejects.toThrow(/FOREIGN KEY/);
  await database.close();
});
