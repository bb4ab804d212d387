import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { CommitId, JobId, RepositoryId, TaskId } from '../../../domain/ids.ts';
import type { RecordedChoice } from '../../../ports/choices.ts';

function one(task: string, repositoryId: RepositoryId, more: Partial<RecordedChoice> = {}): RecordedChoice {
  const winner = { winner: 'alpha', commit: 'c'.repeat(40) as CommitId, decidedBy: 'examination' } as const;
  const ids = { taskId: task as TaskId, jobId: `job of ${task}` as JobId, repositoryId };
  return { ...ids, ...winner, candidates: 3, plainWinner: 'beta', confidence: 0.9, ...more };
}

overLedgers((openTestLedger) => {
  it('counts choices by how they were made, whether the plain score agrees, and what became of them', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
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
    await expect(choices.record(one('f', id, { winner: undefined }))).rejects.toThrow(/check/i);
    await expect(choices.record(one('g', 'nobody' as RepositoryId))).rejects.toThrow(/foreign key/i);
  });
});
