import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { CommitId, JobId, TaskId } from '../../../domain/ids.ts';
import { noUsage } from '../../../domain/model.ts';
import type { WorldName } from '../../../domain/world.ts';
import type { WorldScore } from '../../../domain/score.ts';

const commit = 'c'.repeat(40) as CommitId;
const hourMs = 3_600_000;
const [one, two, three] = ['one', 'two', 'three'] as readonly string[] as readonly [JobId, JobId, JobId];
const score: WorldScore = {
  total: 91.5,
  build: 30,
  tests: 30,
  lint: 20,
  quality: null,
  security: null,
  testsPassed: 3,
  testsTotal: 4,
  warnings: 0,
  confidence: 0.8,
};

overLedgers((openTestLedger) => {
  it('tells of many runs at a time which world was taken last and whether a running task asks something', async () => {
    await using opened = await openTestLedger();
    let now = 1_000;
    opened.clock.now = () => now;
    const { ledger } = opened;
    const { id: repositoryId } = await ledger.repository('/one');
    const judge = async (jobId: JobId, world: WorldName, chosen: boolean, points: WorldScore): Promise<void> => {
      now += 1_000;
      const taskId = `${jobId} ${world}` as TaskId;
      const place = { jobId, repositoryId, planTask: 'task-1', round: 1, agent: 'repair', settings: 'bold' };
      await ledger.worlds.begin({ taskId, epoch: 1, world, ...place });
      await ledger.worlds.ran({ taskId, epoch: 1, status: 'harvested', commit, costMicroUsd: 0, durationMs: 1 });
      await ledger.worlds.judged([{ taskId, status: 'success', score: points, chosen }]);
    };
    await judge(one, 'beta', true, score);
    await judge(one, 'alpha', true, { ...score, total: 77 });
    await judge(one, 'gamma', false, score);
    await judge(two, 'delta', true, score);
    await judge(three, 'alpha', false, score);
    const ask = { taskId: 'task' as TaskId, text: 'Go on?' };
    await ledger.questions.ask({ jobId: three, key: 'open', ...ask });
    await ledger.questions.ask({ jobId: two, key: 'answered', ...ask });
    await ledger.questions.answer(two, 'answered', { approved: true, by: 'ada' });
    expect(await ledger.runs.inBrief([one, two, three])).toEqual({
      winners: new Map([
        [one, { world: 'alpha', points: 77 }],
        [two, { world: 'delta', points: 91.5 }],
      ]),
      asking: new Set([three]),
    });
    expect(await ledger.runs.inBrief([])).toEqual({ winners: new Map(), asking: new Set() });
  });

  it('finds repositories by a part of their place, the newest first', async () => {
    await using opened = await openTestLedger();
    let now = 0;
    opened.clock.now = () => (now += 1);
    const { ledger } = opened;
    for (const root of ['/home/Ada/shop', 'https://github.com/ada/shop_api', '/srv/other']) await ledger.repository(root);
    const found = async (text: string) => (await ledger.repositoriesWith(text)).map(({ root }) => root);
    expect(await found('ADA/SHOP')).toEqual(['https://github.com/ada/shop_api', '/home/Ada/shop']);
    expect(await found('p_a')).toEqual(['https://github.com/ada/shop_api']);
    expect(await found('%')).toEqual([]);
  });

  it('adds up what was spent step by step, and knows when that began', async () => {
    await using opened = await openTestLedger();
    const { money } = opened.ledger;
    let now = 0;
    opened.clock.now = () => now;
    const spend = async (id: string, jobId: JobId, at: number, costMicroUsd: number): Promise<void> => {
      now = at;
      const call = {
        id,
        jobId,
        taskId: 'task' as TaskId,
        planTask: undefined,
        world: undefined,
        purpose: 'agent',
        provider: 'x',
        model: 'y',
      };
      const end = { kind: 'answered', usage: noUsage, costMicroUsd, priceKnown: true, durationMs: 1 } as const;
      await money.record({ ...call, owner: 'me', limits: [] }, end);
    };
    expect(await money.firstSpent()).toBeUndefined();
    expect(await money.spentOver({}, hourMs)).toEqual([]);
    await spend('a', one, 10 * hourMs + 5, 30);
    await spend('b', two, 10 * hourMs + 7, 4);
    await spend('c', one, 12 * hourMs, 5);
    await spend('d', one, 13 * hourMs - 1, 6);
    const steps = [
      { at: 10 * hourMs, costMicroUsd: 34 },
      { at: 12 * hourMs, costMicroUsd: 11 },
    ];
    expect(await money.spentOver({}, hourMs)).toEqual(steps);
    expect(await money.spentOver({ jobId: one }, hourMs)).toEqual([{ at: 10 * hourMs, costMicroUsd: 30 }, steps[1]]);
    expect(await money.spentOver({ since: 11 * hourMs }, hourMs)).toEqual([steps[1]]);
    expect(await money.spentOver({ before: 11 * hourMs }, hourMs)).toEqual([steps[0]]);
    expect(await money.firstSpent()).toBe(10 * hourMs + 5);
  });
});
