import { describe, expect, it } from 'vitest';
import type { Decider } from '../../../src/domain/decision.ts';
import type { TaskId } from '../../../src/domain/ids.ts';
import type { Engine } from '../../../src/weaver/engine.ts';
import { after, afterEndOf, asking, idOf, run, runJob, spec, statesOf, steps, submitted } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** The job was seen to be stuck in the transaction that made it so: nothing lies between the two, not even time. */
async function seenAtOnce(engine: Engine, jobId: Parameters<Engine['events']>[0]): Promise<void> {
  const events = await Array.fromAsync(engine.events(jobId));
  const [cause, seen] = events.slice(-2);
  expect(seen).toMatchObject({ type: 'job.state', data: { state: 'stuck' } });
  expect(cause).toMatchObject({ type: 'task.state', at: seen?.at });
}

/** Jobs in which nothing can move any more, and the list of what holds them. */
export function stuckCases(make: MakeEngine): void {
  describe('stuck', () => {
    it('ends with what nobody can supply', async () => {
      await using made = await make([steps({ asking: asking({ from: 'nobody', question: 'Where is the key?' }) })]);
      const job = await run(made.engine, [spec('asking'), spec('next', after('asking'))]);
      expect(job).toMatchObject({
        state: 'stuck',
        endedAt: expect.any(Number),
        counts: { waiting_for_nobody: 1, waiting_for_dependencies: 1 },
      });
      expect(job.bottleneck).toBe(
        'Nothing can move any more: asking waits for what nobody can supply (Where is the key?); next waits for asking',
      );
      expect((await made.engine.result(job.id)).reason).toBe(job.bottleneck);
      expect((await made.engine.result(job.id)).unfinished.map(({ task }) => task.key)).toEqual(['asking', 'next']);
    });

    it('is not stuck while something else moves or can be answered', async () => {
      const handlers = { lost: asking({ from: 'nobody' }), person: asking({ from: 'person' }) };
      await using made = await make([steps(handlers)]);
      const job = await run(made.engine, [spec('lost'), spec('person')]);
      expect(job.state).toBe('waiting');
      await made.engine.signal(await idOf(made.engine, job.id, 'person'), 'go', null, 'ada');
      expect((await runJob(made.engine, job.id)).state).toBe('stuck');
      await seenAtOnce(made.engine, job.id);
    });

    it('goes on when the unforeseen happens and somebody supplies it', async () => {
      await using made = await make([steps({ asking: asking({ from: 'nobody' }) })]);
      const job = await run(made.engine, [spec('asking'), spec('next', after('asking'))]);
      expect(await made.engine.signal(await idOf(made.engine, job.id, 'asking'), 'go', 'found', 'ada')).toEqual({ kind: 'answered' });
      expect(await made.engine.status(job.id)).toMatchObject({ state: 'running', endedAt: undefined });
      expect((await runJob(made.engine, job.id)).state).toBe('completed');
    });

    it('ends when a child waits for its own waiting parent', async () => {
      const knot: StepHandler = async ({ taskId }) => ({
        kind: 'success',
        decomposition: { join: 'resume', children: [spec('child', afterEndOf(taskId))] },
      });
      await using made = await make([steps({ knot })]);
      const job = await run(made.engine, [spec('knot')]);
      expect(job.state).toBe('stuck');
      expect(job.bottleneck).toBe('Nothing can move any more: knot waits for child; child waits for knot');
    });

    it('ends when tasks wait for each other in a circle that was born at run time', async () => {
      const ids: TaskId[] = [];
      const decider: Decider = {
        name: 'circle',
        decide: () => ({ kind: 'addDependency', dependencies: [{ on: ids[0] ?? '', until: 'settled' }], reason: 'after that one' }),
      };
      await using made = await make([steps({ first: async () => ({ kind: 'failure', reason: 'not yet' }) })], { decider });
      const { engine } = made;
      const jobId = await submitted(engine, { tasks: [spec('first'), spec('other'), spec('second', after('first'))] });
      ids.push(await idOf(engine, jobId, 'second'));
      expect(await runJob(engine, jobId)).toMatchObject({
        state: 'stuck',
        bottleneck: 'Nothing can move any more: first waits for second; second waits for first',
      });
      expect(await statesOf(engine, jobId)).toEqual({ first: 'pending', other: 'succeeded', second: 'pending' });
    });

    it('is over: nothing of it is open, and its exclusive key is free', async () => {
      await using made = await make([steps({ asking: asking({ from: 'nobody' }) })]);
      const jobId = await submitted(made.engine, { tasks: [spec('asking')], exclusiveKey: 'one' });
      await runJob(made.engine, jobId);
      await seenAtOnce(made.engine, jobId);
      expect(await made.engine.jobs({ open: true })).toEqual([]);
      expect((await made.engine.submit({ title: 'next', tasks: [spec('a')], exclusiveKey: 'one' })).kind).toBe('submitted');
    });
  });
}
