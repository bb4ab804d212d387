import { afterEach, beforeEach, expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { TestLedger } from '../../../../test/support/ledger.ts';
import type { CommitId, JobId, RepositoryId, TaskId } from '../../../domain/ids.ts';
import type { Incident } from '../../../domain/incident.ts';
import type { WorldScore } from '../../../domain/score.ts';
import type { BegunWorld, RecordedWorld, WorldLedger } from '../../../ports/world-ledger.ts';

const job = 'job' as JobId;
const one = 'one' as TaskId;
const commit = 'a'.repeat(40) as CommitId;

overLedgers((openTestLedger) => {
  let opened: TestLedger;
  let worlds: WorldLedger;
  let repositoryId: RepositoryId;
  let now = 1_000;

  beforeEach(async () => {
    now = 1_000;
    opened = await openTestLedger();
    opened.clock.now = () => now;
    ({ worlds } = opened.ledger);
    repositoryId = (await opened.ledger.repository('/one')).id;
  });

  afterEach(async () => await opened[Symbol.asyncDispose]());

  function begun(taskId: TaskId, more: Partial<BegunWorld> = {}): BegunWorld {
    const place = { jobId: job, repositoryId, planTask: 'task-1', round: 1 };
    return { taskId, epoch: 1, ...place, world: 'alpha', agent: 'repair', settings: 'conservative', ...more };
  }

  function scored(total: number): WorldScore {
    const parts = { build: 30, tests: total - 50, lint: 20, quality: null, security: null };
    return { total, ...parts, testsPassed: 3, testsTotal: 4, warnings: 0, confidence: 0.8 };
  }

  async function harvest(taskId: TaskId, epoch = 1): Promise<void> {
    await worlds.ran({ taskId, epoch, status: 'harvested', commit, costMicroUsd: 70, durationMs: 400 });
  }

  async function row(): Promise<RecordedWorld> {
    const rows = await worlds.ofRun(job);
    expect(rows).toHaveLength(1);
    return rows[0]!;
  }

  it('follows a world from its beginning to the choice', async () => {
    await worlds.begin(begun(one));
    expect(await row()).toEqual({
      ...begun(one),
      status: 'running',
      chosen: false,
      score: undefined,
      costMicroUsd: 0,
      runMs: undefined,
      checkMs: undefined,
      commit: undefined,
      memoryBytes: undefined,
      cpuMs: undefined,
      incidents: 0,
      startedAt: 1_000,
      endedAt: undefined,
    });
    await harvest(one);
    expect(await row()).toMatchObject({ status: 'harvested', commit, costMicroUsd: 70, runMs: 400, endedAt: undefined });
    await worlds.checked(one, { score: scored(70), durationMs: 90, isUnbeatable: false });
    expect(await row()).toMatchObject({ status: 'checked', checkMs: 90, score: { total: 70, quality: null }, endedAt: undefined });
    now = 2_000;
    await worlds.judged([{ taskId: one, status: 'success', score: scored(88.5), chosen: true }]);
    const { warnings: _, ...kept } = scored(88.5);
    expect(await row()).toMatchObject({ status: 'success', chosen: true, score: kept, endedAt: 2_000 });
  });

  it('tells the same when every report comes twice', async () => {
    for (const _ of [1, 2]) {
      await worlds.begin(begun(one));
      await harvest(one);
      await worlds.checked(one, { score: scored(70), durationMs: 90, isUnbeatable: false });
      await worlds.judged([{ taskId: one, status: 'success', score: scored(70), chosen: true }]);
      now += 5;
    }
    expect(await row()).toMatchObject({ status: 'success', chosen: true, costMicroUsd: 70, startedAt: 1_005, endedAt: 1_005 });
  });

  it('begins the same row anew for an attempt that starts again, and hears no more from the one before', async () => {
    await worlds.begin(begun(one));
    await harvest(one);
    await worlds.begin(begun(one, { epoch: 2 }));
    expect(await row()).toMatchObject({ status: 'running', epoch: 2, costMicroUsd: 0, commit: undefined });
    await harvest(one, 1);
    await worlds.begin(begun(one, { epoch: 1 }));
    expect(await row()).toMatchObject({ status: 'running', epoch: 2, commit: undefined });
    await worlds.ran({ taskId: one, epoch: 2, status: 'timeout', costMicroUsd: 5, durationMs: 1 });
    expect(await row()).toMatchObject({ status: 'timeout', costMicroUsd: 5, endedAt: 1_000 });
  });

  it('leaves a choice alone when a check comes late', async () => {
    await worlds.begin(begun(one));
    await harvest(one);
    await worlds.judged([{ taskId: one, status: 'failed', score: scored(60), chosen: false }]);
    await worlds.checked(one, { score: scored(99), durationMs: 90, isUnbeatable: false });
    expect(await row()).toMatchObject({ status: 'failed', score: { total: 60 } });
  });

  it('ends a world whose change could not be checked', async () => {
    await worlds.begin(begun(one));
    await harvest(one);
    await worlds.checked(one, { score: undefined, durationMs: 12, isUnbeatable: false });
    expect(await row()).toMatchObject({ status: 'failed', score: undefined, checkMs: 12, endedAt: 1_000 });
  });

  it('keeps when a world ended, whenever the choice is made', async () => {
    await worlds.begin(begun(one));
    await worlds.ran({ taskId: one, epoch: 1, status: 'failed', costMicroUsd: 0, durationMs: 1 });
    now = 9_000;
    await worlds.judged([{ taskId: one, status: 'failed', score: undefined, chosen: false }]);
    expect(await row()).toMatchObject({ status: 'failed', endedAt: 1_000 });
  });

  it('makes no row for a world that was never begun', async () => {
    await worlds.judged([{ taskId: one, status: 'skipped', score: undefined, chosen: false }]);
    expect(await worlds.ofRun(job)).toEqual([]);
  });

  it('refuses what cannot be, such as a winner that failed', async () => {
    await worlds.begin(begun(one));
    await expect(worlds.judged([{ taskId: one, status: 'failed', score: undefined, chosen: true }])).rejects.toThrow(/check/i);
    await expect(worlds.judged([{ taskId: one, status: 'success', score: scored(80), chosen: true }])).rejects.toThrow(/check/i);
    expect(await row()).toMatchObject({ status: 'running', chosen: false });
  });

  it('counts the worlds that have ended, by agent and settings', async () => {
    const other = (await opened.ledger.repository('/other')).id;
    const end = async (taskId: TaskId, more: Partial<BegunWorld>, score: number | undefined, chosen = false): Promise<void> => {
      await worlds.begin(begun(taskId, more));
      await harvest(taskId);
      if (score !== undefined) await worlds.checked(taskId, { score: scored(score), durationMs: 100, isUnbeatable: false });
      const status = score === undefined ? 'failed' : 'success';
      await worlds.judged([{ taskId, status, score: score === undefined ? undefined : scored(score), chosen }]);
    };
    await end('a' as TaskId, {}, 80, true);
    await end('b' as TaskId, {}, 90);
    await end('c' as TaskId, {}, undefined);
    now = 3_000;
    await end('d' as TaskId, { settings: 'bold', repositoryId: other }, 60);
    await worlds.begin(begun('e' as TaskId));
    await worlds.begin(begun('f' as TaskId));
    await worlds.ran({ taskId: 'f' as TaskId, epoch: 1, status: 'skipped', costMicroUsd: 0, durationMs: 1 });

    const conservative = { agent: 'repair', settings: 'conservative', worlds: 3, passed: 2, chosen: 1, meanScore: 85, costMicroUsd: 210 };
    const bold = {
      agent: 'repair',
      settings: 'bold',
      worlds: 1,
      passed: 1,
      chosen: 0,
      meanScore: 60,
      costMicroUsd: 70,
      meanDurationMs: 500,
    };
    expect(await worlds.statistics()).toEqual([{ ...conservative, meanDurationMs: 1_400 / 3 }, bold]);
    expect(await worlds.statistics({ repositoryId: other })).toEqual([bold]);
    expect(await worlds.statistics({ since: 2_000 })).toEqual([bold]);
    expect(await worlds.statistics({ repositoryId, since: 2_000 })).toEqual([]);
  });

  it('knows where a world ran and what it used, of the attempt that counts', async () => {
    await worlds.begin(begun(one));
    await worlds.environment({ taskId: one, epoch: 1 }, { method: 'overlay', isolation: 'bubblewrap' });
    await worlds.used({ taskId: one, epoch: 1 }, { memoryBytes: 5_000.6, cpuMs: 70 });
    expect(await row()).toMatchObject({ method: 'overlay', isolation: 'bubblewrap', memoryBytes: 5_001, cpuMs: 70 });
    await worlds.begin(begun(one, { epoch: 2 }));
    expect(await row()).toMatchObject({ memoryBytes: undefined, cpuMs: undefined });
    expect(await row()).not.toHaveProperty('method');
    await worlds.environment({ taskId: one, epoch: 1 }, { method: 'checkout', isolation: 'limits' });
    await worlds.used({ taskId: one, epoch: 1 }, { cpuMs: 1 });
    expect(await row()).not.toHaveProperty('isolation');
    await worlds.used({ taskId: one, epoch: 2 }, { cpuMs: 9 });
    expect(await row()).toMatchObject({ memoryBytes: undefined, cpuMs: 9 });
  });

  function denied(detail: string, more: Partial<Incident> = {}): Incident {
    return { kind: 'network', detail, count: 1, at: 1_000, stopped: false, ...more };
  }

  it('keeps an incident once, with its highest count and its first time, over all attempts', async () => {
    const at = { taskId: one, jobId: job };
    await worlds.begin(begun(one));
    await worlds.incident(at, denied('example.com:443', { count: 3, at: 2_000 }));
    await worlds.incident(at, denied('example.com:443', { count: 5, at: 2_000, stopped: true }));
    await worlds.begin(begun(one, { epoch: 2 }));
    await worlds.incident(at, denied('example.com:443', { at: 3_000 }));
    await worlds.incident(at, denied('example.com:443', { kind: 'left-over', at: 1_500 }));
    await worlds.incident({ taskId: 'check' as TaskId, jobId: job }, denied('elsewhere:1', { at: 9_000 }));
    await worlds.incident({ taskId: 'other' as TaskId, jobId: 'another' as JobId }, denied('elsewhere:1'));
    expect(await row()).toMatchObject({ epoch: 2, incidents: 6 });
    expect(await worlds.incidents(job)).toEqual([
      { taskId: one, ...denied('example.com:443', { kind: 'left-over', at: 1_500 }) },
      { taskId: one, ...denied('example.com:443', { count: 5, at: 2_000, stopped: true }) },
      { taskId: 'check', ...denied('elsewhere:1', { at: 9_000 }) },
    ]);
  });

  it('counts endless incidents together', async () => {
    const at = { taskId: one, jobId: job };
    await worlds.begin(begun(one));
    for (let name = 0; name < 105; name += 1) await worlds.incident(at, denied(`${name}.example.com:443`, { at: name }));
    const kept = await worlds.incidents(job);
    expect(kept).toHaveLength(101);
    expect(kept.at(-1)).toEqual({ taskId: one, ...denied('and others', { count: 5, at: 100 }) });
    expect(await row()).toMatchObject({ incidents: 105 });
  });

  it('tells the other worlds of a task and round, and nobody else, of one that they cannot beat', async () => {
    const of = { jobId: job, planTask: 'task-1', round: 1 };
    const two = 'two' as TaskId;
    await worlds.begin(begun(one));
    await worlds.begin(begun(two, { world: 'beta' }));
    await harvest(two);
    expect(await worlds.unbeatable(of)).toBeUndefined();
    await worlds.checked(two, { score: scored(100), durationMs: 1, isUnbeatable: true });
    expect(await worlds.unbeatable(of)).toBe('beta');
    expect(await worlds.unbeatable({ ...of, round: 2 })).toBeUndefined();
    // One that begins anew has shown nothing yet.
    await worlds.begin(begun(two, { world: 'beta', epoch: 2 }));
    expect(await worlds.unbeatable(of)).toBeUndefined();
  });
});
