import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { CommitId, JobId } from '../../../domain/ids.ts';
import type { FollowUp } from '../../../ports/follow-ups.ts';

const from = 'first' as JobId;

function followUp(job: string, more: Partial<FollowUp> = {}): FollowUp {
  const what = { kind: 'fix', planTask: 'task-1', world: 'alpha', commit: 'c'.repeat(40) as CommitId } as const;
  return { jobId: job as JobId, from, ...what, by: 'ada', reason: undefined, at: 1, ...more };
}

overLedgers((openTestLedger) => {
  it('knows which runs came of which', async () => {
    await using opened = await openTestLedger();
    const { followUps } = opened.ledger;
    const picked = followUp('later', { kind: 'pick', reason: 'smaller', at: 5 });
    await followUps.record(picked);
    await followUps.record(followUp('sooner'));
    await followUps.record(followUp('sooner', { by: 'grace', at: 9 }));
    expect(await followUps.from(from)).toEqual([followUp('sooner'), picked]);
    expect(await followUps.of('later' as JobId)).toEqual(picked);
    expect(await followUps.of(from)).toBeUndefined();
    expect(await followUps.from('later' as JobId)).toEqual([]);
    await expect(followUps.record(followUp('first'))).rejects.toThrow(/check/i);
  });
});
