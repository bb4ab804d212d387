import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { JobId } from '../../../domain/ids.ts';
import type { RecordedPullRequest } from '../../../ports/pull-requests.ts';

const one: RecordedPullRequest = {
  jobId: 'job-1' as JobId,
  forge: 'github',
  repository: 'owner/name',
  number: 7,
  url: 'https://example.org/owner/name/pull/7',
  branch: "miyabi/run_it's",
  commit: 'a'.repeat(40),
  state: 'open',
};

overLedgers((openTestLedger) => {
  it('keeps one pull request for each run, found by run, number and commit as it was last seen', async () => {
    await using opened = await openTestLedger();
    const { pullRequests } = opened.ledger;
    const other = { ...one, jobId: 'job-2' as JobId, number: 8, commit: 'b'.repeat(40) };
    await pullRequests.save(one);
    await pullRequests.save(other);
    expect(await pullRequests.ofRun(one.jobId)).toEqual(one);
    expect(await pullRequests.ofNumber('github', 'owner/name', 8)).toEqual(other);
    expect(await pullRequests.ofNumber('github', 'owner/other', 8)).toBeUndefined();
    expect(await pullRequests.ofNumber('local', 'owner/name', 8)).toBeUndefined();
    expect(await pullRequests.open('github', 'owner/name')).toEqual([one, other]);
    const pushed = { ...one, commit: 'c'.repeat(40), state: 'merged' } as const;
    await pullRequests.save(pushed);
    expect(await pullRequests.ofCommit('github', 'owner/name', one.commit)).toBeUndefined();
    expect(await pullRequests.ofCommit('github', 'owner/name', pushed.commit)).toEqual(pushed);
    expect(await pullRequests.open('github', 'owner/name')).toEqual([other]);
    expect(await pullRequests.ofRun('job-3' as JobId)).toBeUndefined();
    await expect(pullRequests.save({ ...one, number: 0 })).rejects.toThrow(/check/i);
  });
});
