import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { TestLedger } from '../../../../test/support/ledger.ts';
import type { BaseEvidence } from '../../../domain/evidence.ts';
import type { CommitId, JobId } from '../../../domain/ids.ts';

const commit = 'a'.repeat(40) as CommitId;

function evidence(failing: string): BaseEvidence {
  const none = { kind: 'none', reason: 'there is none' } as const;
  return {
    check: { commit, install: none, build: none, typeCheck: none, tests: none, lint: none },
    failing: [failing],
    flaky: [],
    passing: [],
  };
}

/** A job of two tasks with everything that refers to it, as the engine keeps it. @param endedAt absent while it goes on. */
async function putRun(opened: TestLedger, id: string, group: string, endedAt: number | null): Promise<void> {
  const state = endedAt === null ? 'waiting' : 'completed';
  const put = async (sql: string): Promise<void> => void (await opened.rows(sql));
  await put(`INSERT INTO weaver_job (id, namespace, short_id, title, state, group_key, budget, counts, has_ready, unmoved, cost_micro_usd, wall_ms,
    last_seq, sealed, paused, created_at, ended_at) VALUES ('${id}', 'default', '${id}', 't', '${state}', '${group}', '{}', '{}', 0, 0, 0, 0, 1, 1, 0, 1, ${endedAt})`);
  for (const [number, parent] of [
    [1, 'NULL'],
    [2, `'${id}-1'`],
  ] as const)
    await put(`INSERT INTO weaver_task (id, namespace, job_id, number, parent_task_id, generation, ordinal, key, type, priority, budget, epoch, executions,
      failures, leases_lost, crashes, repairs, cost_micro_usd, wall_ms, decompositions, created_at, state, ended_at, payload)
      VALUES ('${id}-${number}', 'default', '${id}', ${number}, ${parent}, 0, 0, 'k', 't', 0, '{}', 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 'decomposed', 2, '{}')`);
  await put(`INSERT INTO weaver_dependency (task_id, ordinal, on_task_id, until) VALUES ('${id}-2', 0, '${id}-1', 'settled')`);
  await put(`INSERT INTO weaver_attempt (id, task_id, job_id, epoch, owner, started_at, ended_at, outcome, artifacts, observations, cost_micro_usd)
    VALUES ('${id}-a', '${id}-1', '${id}', 1, 'p', 1, 2, 'success', '[]', '[]', 0)`);
  await put(`INSERT INTO weaver_decision (id, task_id, job_id, attempt_id, trigger_text, policy, kind, reason, child_task_ids, decided_at, epoch)
    VALUES ('${id}-d', '${id}-1', '${id}', '${id}-a', '', '', 'retry', '', '[]', 1, 1)`);
  await put(`INSERT INTO weaver_effect (key, task_id, intended_at) VALUES ('${id}-e', '${id}-1', 1)`);
  await put(`INSERT INTO weaver_stream (name) VALUES ('job:${id}')`);
  await put(
    `INSERT INTO weaver_event (stream, seq, type, version, at, data) VALUES ((SELECT number FROM weaver_stream WHERE name = 'job:${id}'), 1, 'a', 1, 1, '{}')`,
  );
  await opened.ledger.checkpoints.record({ jobId: id as JobId, at: 1, running: [], counts: {}, costMicroUsd: 0 }, 1);
}

overLedgers((openTestLedger) => {
  it('removes runs that ended long ago with all that is theirs, and nothing of others', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const rows = async (sql: string) => await opened.rows(sql);
    const { id: repository } = await ledger.repository('/project');
    await rows("INSERT INTO weaver_process (id, namespace, pid, started_at) VALUES ('p', 'default', 1, 1)");
    await putRun(opened, 'older', repository, 50);
    await putRun(opened, 'old', repository, 90);
    await putRun(opened, 'open', repository, null);
    await putRun(opened, 'notice', 'notices', 10);
    await putRun(opened, 'young', repository, 200);
    expect(await ledger.oldRuns.endedBefore(100, 10)).toEqual(['older', 'old']);
    expect(await ledger.oldRuns.endedBefore(100, 1)).toEqual(['older']);
    for (const job of ['older', 'old'] as JobId[]) expect(await ledger.oldRuns.forget(job, 100)).toBe(true);
    for (const job of ['older', 'open', 'young'] as JobId[]) expect(await ledger.oldRuns.forget(job, 100)).toBe(false);
    for (const table of [
      'weaver_job',
      'weaver_event',
      'weaver_stream',
      'weaver_attempt',
      'weaver_decision',
      'weaver_dependency',
      'weaver_effect',
      'miyabi_checkpoint',
    ])
      expect(await rows(`SELECT count(*) AS left_over FROM ${table}`), table).toEqual([{ left_over: 3 }]);
    expect(await rows('SELECT count(*) AS left_over FROM weaver_task')).toEqual([{ left_over: 6 }]);
  });

  it('keeps on SQLite the last event that there is: the next would be taken for it', async () => {
    await using opened = await openTestLedger();
    const { id: repository } = await opened.ledger.repository('/project');
    await opened.rows("INSERT INTO weaver_process (id, namespace, pid, started_at) VALUES ('p', 'default', 1, 1)");
    await putRun(opened, 'last', repository, 50);
    expect(await opened.ledger.oldRuns.forget('last' as JobId, 100)).toBe(opened.place.url !== undefined);
  });

  it('forgets what tests have said once nobody refers to it', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const { id: repository } = await ledger.repository('/project');
    await opened.rows("INSERT INTO weaver_process (id, namespace, pid, started_at) VALUES ('p', 'default', 1, 1)");
    await putRun(opened, 'older', repository, 50);
    await putRun(opened, 'old', repository, 60);
    // The newest event stays with its run.
    await putRun(opened, 'young', repository, 200);
    await ledger.saveBaseEvidence(repository, commit, 'plan', evidence('of the base'));
    await ledger.saveRunEvidence('older' as JobId, commit, 'plan', evidence('of the base'));
    await ledger.saveRunEvidence('older' as JobId, commit, 'of both', evidence('of both'));
    await ledger.saveRunEvidence('old' as JobId, commit, 'of both', evidence('of both'));
    await ledger.saveRunEvidence('older' as JobId, commit, 'of one', evidence('of one'));
    const left = async () => (await opened.rows('SELECT id FROM miyabi_evidence')).length;
    for (const [job, rest] of [
      ['older', 2],
      ['old', 1],
    ] as const) {
      expect(await ledger.oldRuns.forget(job as JobId, 100)).toBe(true);
      await ledger.oldRuns.forgetEvidence();
      expect(await left()).toBe(rest);
    }
    expect((await ledger.baseEvidence(repository, commit, 'plan'))?.evidence).toEqual(evidence('of the base'));
  });

  it('forgets nothing of what tests have said that somebody refers to meanwhile, and both succeed', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const other = await opened.another();
    for (let index = 0; index < 10; index += 1) {
      const said = evidence(`test ${index}`);
      await ledger.saveRunEvidence('before' as JobId, commit, 'plan', said);
      await opened.rows('DELETE FROM miyabi_run_evidence');
      await Promise.all([
        ...['one', 'two', 'three'].map(async (job) => await ledger.saveRunEvidence(job as JobId, commit, 'plan', said)),
        other.oldRuns.forgetEvidence(),
      ]);
      for (const job of ['one', 'two', 'three']) expect(await ledger.runEvidence(job as JobId, commit, 'plan')).toEqual(said);
    }
  });
});
