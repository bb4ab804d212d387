import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JobSpec, TaskSpec } from '../../../src/domain/job.ts';
import { defineTaskType } from '../../../src/domain/task-type.ts';
import { handle } from '../../../src/weaver/handler.ts';
import type { Registration } from '../../../src/weaver/handler.ts';
import { standingClock } from './clocks.ts';
import { HandDispatcher } from './hand-dispatcher.ts';
import { after, happened, idOf, run, runJob, spec, steps, submitted, success, taskByKey, untilAborted } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

const paying = defineTaskType({ name: 'test.paying', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

/** Costs 0.60 USD each time; fails with `reason` where there is one. */
function agent(reason?: string): Registration {
  return handle(
    paying,
    async ({ key }) =>
      reason === undefined ? { kind: 'success', result: key, costMicroUsd: 600_000 } : { kind: 'failure', reason, costMicroUsd: 600_000 },
    { spends: true },
  );
}

function paid(key: string, more: Partial<TaskSpec> = {}): TaskSpec {
  return { type: 'test.paying', key, payload: {}, ...more };
}

/** What may be used up: attempts, time and money, of a task and of a job. The record says which limit bit, and at what figure. */
export function budgetCases(make: MakeEngine): void {
  describe('budgets', () => {
    moneyCases(make);
    inheritanceCases(make);
    timeCases(make);
  });
}

function moneyCases(make: MakeEngine): void {
  it('spends no more on a task than its cost limit', async () => {
    const dear: StepHandler = async () => ({ kind: 'failure', reason: 'again', costMicroUsd: 600_000 });
    await using made = await make([steps({ dear })]);
    const job = await run(made.engine, [spec('dear', { budget: { costMicroUsd: 1_000_000 } })]);
    const { task, attempts, decisions } = await taskByKey(made.engine, job.id, 'dear');
    expect(task).toMatchObject({ state: 'dead', reason: 'Cost limit reached: 1.20/1.00 USD. Last: again' });
    expect(decisions.at(-1)).toMatchObject({ kind: 'markDead', reason: 'Cost limit reached: 1.20/1.00 USD' });
    expect(attempts).toMatchObject([{ costMicroUsd: 600_000 }, { costMicroUsd: 600_000 }]);
  });

  it('starts nothing that spends over the cost limit of the job, and finishes what was paid for', async () => {
    let calls = 0;
    const check: StepHandler = async () => {
      calls += 1;
      return calls === 1 ? { kind: 'failure', reason: 'once more' } : success('checked');
    };
    await using made = await make([steps({ check }), agent()]);
    const on = (key: string, until: 'succeeded' | 'settled' = 'settled') => ({ on: key, until });
    const jobId = await submitted(made.engine, {
      budget: { costMicroUsd: 1_000_000 },
      tasks: [
        paid('first'),
        paid('second', { dependencies: [on('first')] }),
        paid('third', { dependencies: [on('second')] }),
        spec('check', { dependencies: [on('third'), on('second', 'succeeded')] }),
      ],
    });
    expect(await runJob(made.engine, jobId)).toMatchObject({ costMicroUsd: 1_200_000, counts: { succeeded: 3, dead: 1 } });
    const { task, attempts, decisions } = await taskByKey(made.engine, jobId, 'third');
    expect(task).toMatchObject({ state: 'dead', reason: 'Cost limit reached: 1.20/1.00 USD' });
    expect(attempts).toEqual([]);
    expect(decisions).toMatchObject([{ attemptId: undefined, trigger: 'claim', policy: 'budget', kind: 'markDead' }]);
    expect((await taskByKey(made.engine, jobId, 'check')).task).toMatchObject({ state: 'succeeded', failures: 1 });
  });

  it('tries nothing that spends once more over the cost limit of the job', async () => {
    await using made = await make([agent('no')]);
    const jobId = await submitted(made.engine, { budget: { costMicroUsd: 1_000_000 }, tasks: [paid('dear')] });
    expect(await runJob(made.engine, jobId)).toMatchObject({ state: 'failed', costMicroUsd: 1_200_000 });
    expect((await taskByKey(made.engine, jobId, 'dear')).attempts).toHaveLength(2);
  });
}

function inheritanceCases(make: MakeEngine): void {
  it('hands the attempts of a job down to its tasks, each of which may say otherwise', async () => {
    const bad: StepHandler = async () => ({ kind: 'failure', reason: 'no' });
    await using made = await make([steps({ bad, worse: bad })]);
    const tasks = [spec('bad'), spec('worse', { budget: { attempts: 3 } })];
    const jobId = await submitted(made.engine, { budget: { attempts: 2 }, tasks });
    await runJob(made.engine, jobId);
    expect((await taskByKey(made.engine, jobId, 'bad')).task).toMatchObject({ reason: 'Max attempts reached: 2/2. Last: no' });
    expect((await taskByKey(made.engine, jobId, 'worse')).task).toMatchObject({ reason: 'Max attempts reached: 3/3. Last: no' });
  });

  it('hands the time of an attempt down to its tasks', async () => {
    await using made = await make([steps({ slow: untilAborted() })]);
    const jobId = await submitted(made.engine, { budget: { attempts: 1, attemptMs: 20 }, tasks: [spec('slow')] });
    await runJob(made.engine, jobId);
    const { attempts } = await taskByKey(made.engine, jobId, 'slow');
    expect(attempts).toMatchObject([{ reason: 'Attempt time limit reached: 20 ms' }]);
  });

  it('lets a deadline come nearer only: the one of the task, of the job, and of the parent', async () => {
    const clock = standingClock();
    const near = clock.now() + 1_000;
    const far = near + 1_000;
    const parent: StepHandler = async () => ({ kind: 'success', decomposition: { join: 'none', children: [spec('child')] } });
    await using made = await make([steps({ parent })], { clock });
    const jobs: readonly (Pick<JobSpec, 'budget' | 'tasks'> & { readonly key: string })[] = [
      { key: 'a', budget: { deadline: near }, tasks: [spec('a', { budget: { deadline: far } })] },
      { key: 'a', budget: { deadline: far }, tasks: [spec('a', { budget: { deadline: near } })] },
      { key: 'child', budget: { deadline: far }, tasks: [spec('parent', { budget: { deadline: near } })] },
    ];
    for (const { key, ...job } of jobs) {
      const jobId = await submitted(made.engine, job);
      await runJob(made.engine, jobId);
      expect((await taskByKey(made.engine, jobId, key)).task.budget).toMatchObject({ deadline: near });
    }
  });

  it('gives children attempts of their own', async () => {
    const parent: StepHandler = async () => ({ kind: 'success', decomposition: { join: 'none', children: [spec('child')] } });
    await using made = await make([steps({ parent })]);
    const jobId = await submitted(made.engine, { budget: { attempts: 3 }, tasks: [spec('parent', { budget: { attempts: 1 } })] });
    await runJob(made.engine, jobId);
    expect((await taskByKey(made.engine, jobId, 'child')).task.budget).toEqual({ attempts: 3 });
  });
}

function timeCases(make: MakeEngine): void {
  it('starts nothing after the deadline', async () => {
    await using made = await make([steps()]);
    const job = await run(made.engine, [spec('late', { budget: { deadline: 1_000 } })]);
    const { task, attempts } = await taskByKey(made.engine, job.id, 'late');
    expect(task).toMatchObject({ state: 'dead', reason: 'Deadline reached: 1970-01-01T00:00:01.000Z' });
    expect(attempts).toEqual([]);
  });

  it('aborts what runs at the deadline', async () => {
    await using made = await make([steps({ slow: untilAborted() })]);
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 1 });
    const jobId = await submitted(made.engine, { budget: { deadline: Date.now() + 300 }, tasks: [spec('slow')] });
    expect(await worker.settled(jobId)).toBe('failed');
    const { task, attempts } = await taskByKey(made.engine, jobId, 'slow');
    expect(task).toMatchObject({ state: 'dead', reason: expect.stringContaining('Deadline reached: 2') });
    expect(attempts[0]).toMatchObject({ outcome: 'failure', reason: expect.stringContaining('Deadline reached: 2') });
  });

  it('aborts what runs when the wall time of its task is used up', async () => {
    await using made = await make([steps({ slow: untilAborted() })]);
    const job = await run(made.engine, [spec('slow', { budget: { wallMs: 50 } })]);
    const { task, attempts } = await taskByKey(made.engine, job.id, 'slow');
    expect(attempts[0]).toMatchObject({ outcome: 'failure', reason: 'Wall time of the task used up: 0.05 s' });
    expect(task).toMatchObject({ state: 'dead', reason: expect.stringMatching(/^Wall time used up: 0\.\d+\/0\.05 s/) });
    expect(job.wallMs).toBe(task.wallMs);
  });

  it('counts the wall time of all attempts of a job together', async () => {
    const clock = standingClock();
    const hand = new HandDispatcher();
    const hourLong: StepHandler = async ({ key }) => {
      clock.pass(60_000);
      return success(key);
    };
    await using made = await make([steps({ first: hourLong, second: hourLong })], { clock, dispatcher: hand });
    const { engine } = made;
    const jobId = await submitted(engine, { budget: { wallMs: 60_000 }, tasks: [spec('first'), spec('second', after('first'))] });
    await using _worker = await engine.work({ jobs: [jobId], concurrency: 1 });
    expect(await hand.offer(await idOf(engine, jobId, 'first'))).toBe('claimed');
    await happened(engine, jobId, (event) => event.type === 'task.state' && event.data.key === 'second' && event.data.state === 'ready');
    expect(await hand.offer(await idOf(engine, jobId, 'second'))).toBe('stale');
    expect(await taskByKey(engine, jobId, 'second')).toMatchObject({
      task: { state: 'dead', reason: 'Wall time used up: 60/60 s' },
      attempts: [],
      decisions: [{ policy: 'budget', reason: 'Wall time used up: 60/60 s' }],
    });
    expect(await engine.status(jobId)).toMatchObject({ state: 'failed', wallMs: 60_000 });
  });
}
