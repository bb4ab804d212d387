import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { JobId, RepositoryId } from '../../../domain/ids.ts';
import type { Lesson } from '../../../ports/lessons.ts';

const one = (run: string, repositoryId: RepositoryId): Lesson => ({
  jobId: run as JobId,
  repositoryId,
  title: `The issue of ${run}`,
  body: 'line\nanother',
  outcome: 'succeeded',
  files: ["src/it's.js", 'b'],
  summary: 'said so',
});

overLedgers((openTestLedger) => {
  it('keeps one lesson for each run, and tells the newest of a repository first', async () => {
    await using opened = await openTestLedger();
    const { ledger, clock } = opened;
    clock.now = () => 1;
    const { id } = await ledger.repository('/one');
    const { id: other } = await ledger.repository('/other');
    await ledger.lessons.save(one('a', id));
    clock.now = () => 2;
    await ledger.lessons.save(one('b', id));
    await ledger.lessons.save(one('c', other));
    expect(await ledger.lessons.of(id, 10)).toEqual([one('b', id), one('a', id)]);
    clock.now = () => 3;
    await ledger.lessons.save({ ...one('a', id), outcome: 'failed', files: [], summary: '' });
    expect(await ledger.lessons.of(id, 1)).toEqual([{ ...one('a', id), outcome: 'failed', files: [], summary: '' }]);
    await expect(ledger.lessons.save(one('d', 'nobody' as RepositoryId))).rejects.toThrow(/foreign key/i);
  });
});
