import { describe, expect, it } from 'vitest';
import { after, afterEndOf, failing, run, runJob, spec, statesOf, steps, submitted, success, taskByKey } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** In what order tasks run, and what becomes of those whose dependencies fail. */
export function graphCases(make: MakeEngine): void {
  describe('graph', () => {
    it('runs the join of a diamond once, after both sides', async () => {
      const order: string[] = [];
      const note: StepHandler = async ({ key, dependencies }) => {
        order.push(key);
        return success(dependencies.map((dependency) => dependency.key));
      };
      await using made = await make([steps({ top: note, left: note, right: note, join: note })]);
      const job = await run(made.engine, [
        spec('join', after('left', 'right')),
        spec('left', after('top')),
        spec('right', after('top')),
        spec('top'),
      ]);
      expect(job.state).toBe('completed');
      expect(order[0]).toBe('top');
      expect(order.toSorted()).toEqual(['join', 'left', 'right', 'top']);
      expect(order.at(-1)).toBe('join');
      const { task } = await taskByKey(made.engine, job.id, 'join');
      expect(task).toMatchObject({ result: { value: ['left', 'right'] } });
    });

    it('skips what depends on a task that died, and runs what only waited for its end', async () => {
      await using made = await make([steps({ bad: failing })]);
      const job = await run(made.engine, [
        spec('bad'),
        spec('needs', after('bad')),
        spec('needs-that', after('needs')),
        spec('after', afterEndOf('bad')),
      ]);
      expect(job.state).toBe('failed');
      expect((await taskByKey(made.engine, job.id, 'needs')).task).toMatchObject({
        state: 'skipped',
        reason: 'Depends on bad, which ended as dead',
      });
      expect((await taskByKey(made.engine, job.id, 'needs-that')).task).toMatchObject({ state: 'skipped' });
      expect((await taskByKey(made.engine, job.id, 'after')).task.state).toBe('succeeded');
      expect(job.counts).toMatchObject({ succeeded: 1, dead: 1, skipped: 2 });
    });

    it('skips a task once when several of its dependencies die', async () => {
      await using made = await make([steps({ bad: failing, worse: failing })]);
      const job = await run(made.engine, [spec('bad'), spec('worse'), spec('both', after('bad', 'worse')), spec('next', after('both'))]);
      expect(await statesOf(made.engine, job.id)).toEqual({ bad: 'dead', worse: 'dead', both: 'skipped', next: 'skipped' });
      const events = await Array.fromAsync(made.engine.events(job.id));
      expect(events.filter((event) => event.type === 'task.state' && event.data.key === 'both')).toHaveLength(1);
    });

    it('runs a long chain to its end', async () => {
      await using made = await make([steps()]);
      const keys = Array.from({ length: 100 }, (_, index) => `step-${index}`);
      const job = await run(
        made.engine,
        keys.map((key, index) => spec(key, index === 0 ? {} : after(keys[index - 1] ?? ''))),
      );
      expect(job).toMatchObject({ state: 'completed', counts: { succeeded: 100 } });
    });

    it('takes higher priorities first, then those that are ready longest', async () => {
      const order: string[] = [];
      const note: StepHandler = async ({ key }) => {
        order.push(key);
        return success(null);
      };
      const keys = ['low', 'plain', 'later', 'high'];
      await using made = await make([steps(Object.fromEntries(keys.map((key) => [key, note])))]);
      const jobId = await submitted(made.engine, {
        tasks: [spec('low', { priority: -1 }), spec('plain'), spec('later'), spec('high', { priority: 7 })],
      });
      expect((await runJob(made.engine, jobId, 1)).state).toBe('completed');
      expect(order).toEqual(['high', 'plain', 'later', 'low']);
    });
  });
}
