import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { BaseEvidence } from '../../../domain/evidence.ts';
import type { CommitId, JobId } from '../../../domain/ids.ts';

const commit = 'a'.repeat(40) as CommitId;

function evidence(failing: readonly string[]): BaseEvidence {
  const none = { kind: 'none', reason: 'there is none' } as const;
  return {
    check: { commit, install: none, build: none, typeCheck: none, tests: none, lint: none },
    failing,
    flaky: [],
    passing: ['c'],
  };
}

overLedgers((openTestLedger) => {
  it('knows a repository by its path', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const [one, again, other] = await Promise.all([ledger.repository('/one'), ledger.repository('/one'), ledger.repository('/other')]);
    expect(again).toEqual(one);
    expect(other.id).not.toBe(one.id);
    expect(await ledger.repositoryById(one.id)).toEqual(one);
    expect(await ledger.repositoryById('nobody' as typeof one.id)).toBeUndefined();
  });

  it('keeps the evidence of a base for the plan by which it was made', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const { id } = await ledger.repository('/one');
    expect(await ledger.baseEvidence(id, commit, 'plan')).toBeUndefined();
    await ledger.saveBaseEvidence(id, commit, 'plan', evidence(['a']));
    await ledger.saveBaseEvidence(id, commit, 'plan', evidence(['b']));
    const kept = await ledger.baseEvidence(id, commit, 'plan');
    expect(kept?.evidence).toEqual(evidence(['b']));
    expect(Math.abs(Date.now() - (kept?.at ?? 0))).toBeLessThan(60_000);
    expect(await ledger.baseEvidence(id, commit, 'another plan')).toBeUndefined();
  });

  it('keeps what a run judges by apart from what others find', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const { id } = await ledger.repository('/one');
    const job = 'job' as JobId;
    expect(await ledger.runEvidence(job, commit, 'plan')).toBeUndefined();
    await ledger.saveRunEvidence(job, commit, 'plan', evidence(['b']));
    await ledger.saveRunEvidence(job, commit, 'plan', evidence(['a']));
    await ledger.saveBaseEvidence(id, commit, 'plan', evidence(['c']));
    expect(await ledger.runEvidence(job, commit, 'plan')).toEqual(evidence(['a']));
    expect(await ledger.runEvidence('other' as JobId, commit, 'plan')).toBeUndefined();
    expect(await ledger.runEvidence(job, commit, 'another plan')).toBeUndefined();
  });

  it('takes evidence of another shape as none', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const { id } = await ledger.repository('/one');
    await ledger.saveBaseEvidence(id, commit, 'plan', evidence([]));
    await opened.rows(`UPDATE miyabi_evidence SET evidence = '{"schemaVersion":0,"value":{}}'`);
    expect(await ledger.baseEvidence(id, commit, 'plan')).toBeUndefined();
  });

  it('keeps the same evidence once, whoever refers to it', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const { id } = await ledger.repository('/one');
    await ledger.saveBaseEvidence(id, commit, 'plan', evidence(['a']));
    await ledger.saveRunEvidence('job' as JobId, commit, 'plan', evidence(['a']));
    await ledger.saveRunEvidence('other' as JobId, commit, 'plan', evidence(['a']));
    expect(await opened.rows('SELECT count(*) AS count FROM miyabi_evidence')).toEqual([{ count: 1 }]);
  });

  it('remembers folders until they are forgotten, by job too', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const repository = await ledger.repository('/one');
    const folderOf = (directory: string, job: string) => ({ directory, repositoryId: repository.id, jobId: job as JobId, createdAt: 1 });
    await ledger.recordFolder(folderOf('/w/a', 'one'));
    await ledger.recordFolder(folderOf('/w/b', 'two'));
    await ledger.recordFolder(folderOf('/w/b', 'two'));
    expect((await ledger.folders()).map((each) => each.directory)).toEqual(['/w/a', '/w/b']);
    expect(await ledger.folders({ jobId: 'two' as JobId })).toEqual([folderOf('/w/b', 'two')]);
    await ledger.forgetFolder('/w/a');
    expect((await ledger.folders()).map((each) => each.directory)).toEqual(['/w/b']);
  });

  it('remembers whose a folder is, and which base it is made from', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const { id } = await ledger.repository('/one');
    const row = { directory: '/w/a', repositoryId: id, jobId: 'job' as JobId, createdAt: 1 };
    await ledger.recordFolder({ ...row, owner: 'process-1', base: commit });
    expect(await ledger.folders()).toEqual([{ ...row, owner: 'process-1', base: commit }]);
    await ledger.recordFolder({ ...row, owner: 'process-2' });
    expect(await ledger.folders()).toEqual([{ ...row, owner: 'process-2' }]);
  });

  it('keeps equal values once, and gives them back by their digest', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const value = { instructions: 'Mend it. '.repeat(100) };
    const [one, again, other] = await Promise.all([ledger.keep(value), ledger.keep({ ...value }), ledger.keep({ instructions: '' })]);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(await ledger.kept(one)).toEqual(value);
    expect(await ledger.kept('nothing')).toBeUndefined();
  });
});
