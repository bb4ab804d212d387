import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { TestLedger } from '../../../../test/support/ledger.ts';
import { runFacts } from '../../../../test/support/run-facts.ts';
import type { CommitId, JobId, RepositoryId, TaskId } from '../../../domain/ids.ts';

const commit = 'c'.repeat(40) as CommitId;
const facts = runFacts({ interventions: 2 });

/** A job as the engine keeps it. @param endedAt absent while it goes on. */
async function putJob({ rows }: TestLedger, id: string, group: string, endedAt?: number): Promise<void> {
  const state = endedAt === undefined ? 'running' : 'completed';
  await rows(
    `INSERT INTO weaver_job (id, namespace, short_id, title, state, group_key, budget, counts, cost_micro_usd, wall_ms, last_seq, sealed, paused,
        has_ready, unmoved, created_at, ended_at)
      VALUES ('${id}', 'default', '${id}', 'a job', '${state}', '${group}', '{}', '{}', 0, 0, 0, 1, 0, 0, 0, 1, ${endedAt ?? 'NULL'})`,
  );
}

overLedgers((openTestLedger) => {
  const opened = async () => {
    const test = await openTestLedger();
    const ids = await Promise.all(['/one', '/two'].map(async (root) => (await test.ledger.repository(root)).id));
    return { test, ledger: test.ledger, one: ids[0]!, two: ids[1]! };
  };
  const keep = async ({ ledger }: TestLedger, id: string, repositoryId: RepositoryId, endedAt: number) =>
    await ledger.statistics.keep({ jobId: id as JobId, repositoryId, endedAt, facts });

  it('names the runs that have ended and are not summed up, the newest first, and nothing that is no run', async () => {
    const { test, ledger, one } = await opened();
    await using _ = test;
    await putJob(test, 'old', one, 10);
    await putJob(test, 'new', one, 20);
    await putJob(test, 'open', one);
    await putJob(test, 'notice', 'notices', 30);
    expect(await ledger.statistics.missing(5)).toEqual({ jobs: ['new', 'old'], inAll: 2 });
    expect(await ledger.statistics.missing(1)).toEqual({ jobs: ['new'], inAll: 2 });
    await keep(test, 'new', one, 20);
    expect(await ledger.statistics.missing(5)).toEqual({ jobs: ['old'], inAll: 1 });
    expect(await ledger.statistics.open({})).toBe(1);
    expect(await ledger.statistics.open({ repositoryId: one })).toBe(1);
  });

  it('gives back what was kept, from a time on and of a repository', async () => {
    const { test, ledger, one, two } = await opened();
    await using _ = test;
    await putJob(test, 'a', one, 10);
    await putJob(test, 'b', two, 20);
    await keep(test, 'b', two, 20);
    await keep(test, 'a', one, 10);
    const ids = async (filter: Parameters<typeof ledger.statistics.runs>[0]) =>
      (await ledger.statistics.runs(filter)).map(({ jobId }) => jobId);
    expect(await ledger.statistics.runs({ repositoryId: one })).toEqual([{ jobId: 'a', repositoryId: one, endedAt: 10, facts }]);
    expect(await ids({})).toEqual(['a', 'b']);
    expect(await ids({ since: 11 })).toEqual(['b']);
    expect(await ids({ since: 11, repositoryId: one })).toEqual([]);
  });

  it('sums a run up anew that was tried again and ended once more, and tells nothing of it before', async () => {
    const { test, ledger, one } = await opened();
    await using _ = test;
    await putJob(test, 'a', one, 10);
    await keep(test, 'a', one, 10);
    await test.rows("UPDATE weaver_job SET ended_at = 50 WHERE id = 'a'");
    expect(await ledger.statistics.runs({})).toEqual([]);
    expect(await ledger.statistics.missing(5)).toEqual({ jobs: ['a'], inAll: 1 });
    await keep(test, 'a', one, 50);
    expect(await ledger.statistics.runs({})).toHaveLength(1);
  });

  it('makes facts anew that an older version has kept', async () => {
    const { test, ledger, one } = await opened();
    await using _ = test;
    await putJob(test, 'a', one, 10);
    await keep(test, 'a', one, 10);
    await test.rows('UPDATE miyabi_run_facts SET version = version + 1');
    expect(await ledger.statistics.runs({})).toEqual([]);
    expect(await ledger.statistics.missing(5)).toEqual({ jobs: ['a'], inAll: 1 });
  });

  it('tells what became of changes: their fate, worlds that people took, the worst of their deployments', async () => {
    const { test, ledger, one } = await opened();
    await using _ = test;
    for (const id of ['a', 'b', 'c']) {
      await putJob(test, id, one, 10);
      await keep(test, id, one, 10);
    }
    const choice = { jobId: 'a' as JobId, repositoryId: one, candidates: 2, winner: 'alpha', commit, decidedBy: 'score' } as const;
    await ledger.choices.record({ ...choice, taskId: 'choice' as TaskId, plainWinner: 'alpha', confidence: 0.5 });
    await ledger.choices.became('a' as JobId, 'merged');
    const pick = { planTask: 'task-1', world: 'beta', commit, by: 'ada', reason: undefined, at: 11 } as const;
    await ledger.followUps.record({ ...pick, jobId: 'later' as JobId, from: 'b' as JobId, kind: 'pick' });
    const states = ['live', 'rolled-back', 'live'] as const;
    for (const [index, state] of states.entries()) {
      const release = await ledger.deployments.release(one, commit, 'recipe', 12);
      const asked = {
        repositoryId: one,
        environment: 'production',
        release: release.number,
        jobId: 'a' as JobId,
        key: `${index}`,
        at: 12 + index,
      };
      const { deployment } = (await ledger.deployments.open(asked)) as Extract<
        Awaited<ReturnType<typeof ledger.deployments.open>>,
        { kind: 'opened' }
      >;
      await ledger.deployments.change(deployment.id, deployment.fence, { state, endedAt: 20 + index });
    }
    expect(await ledger.statistics.later({})).toEqual(
      new Map([
        ['a', { fate: 'merged', taken: [], deployed: 'rolled-back' }],
        ['b', { fate: undefined, taken: [{ planTask: 'task-1', world: 'beta', kind: 'pick' }], deployed: undefined }],
      ]),
    );
    expect(await ledger.statistics.later({ since: 11 })).toEqual(new Map());
    expect(await ledger.statistics.deployments({})).toEqual({ live: 2, refused: 0, rolledBack: 1, broken: 0 });
    expect(await ledger.statistics.deployments({ since: 14 })).toEqual({ live: 1, refused: 0, rolledBack: 0, broken: 0 });
  });
});
