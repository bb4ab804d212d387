import { describe, expect, it } from 'vitest';
import { after, afterEndOf, failing, run, spec, steps, submitted, success, taskByKey, untilAborted } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

const parent =
  (join: 'none' | 'resume' | 'compose'): StepHandler =>
  async (context) =>
    context.children.length > 0
      ? success(context.children.map((child) => [child.key, child.end]))
      : { kind: 'success', decomposition: { join, children: [spec('good'), spec('bad')], nextPayload: { next: true } } };

/** Children that a handler proposes, with each of the three joins. */
export function decompositionCases(make: MakeEngine): void {
  describe('decomposition', () => {
    it.each(['none', 'resume', 'compose'] as const)(
      'gives birth to children that are ready and know where they come from (%s)',
      async (join) => {
        const born = Promise.withResolvers<void>();
        await using made = await make([steps({ parent: parent(join), good: untilAborted(born.resolve), bad: untilAborted() })]);
        const { engine } = made;
        const jobId = await submitted(engine, { tasks: [spec('parent')] });
        await using worker = await engine.work({ jobs: [jobId], concurrency: 1 });
        await born.promise;
        const above = await taskByKey(engine, jobId, 'parent');
        const children = [await taskByKey(engine, jobId, 'good'), await taskByKey(engine, jobId, 'bad')];
        expect(children.map(({ task }) => [task.jobId, task.parentTaskId, task.parentJoin])).toEqual(
          children.map(() => [jobId, above.task.id, join]),
        );
        expect(above.childTaskIds).toEqual(children.map(({ task }) => task.id));
        expect((await engine.task(above.task.id))?.childTaskIds).toEqual(above.childTaskIds);
        // The one place is taken by the first.
        expect(children.map(({ task }) => [task.state, task.epoch])).toEqual([
          ['running', 1],
          ['ready', 1],
        ]);
        expect(above.decisions).toMatchObject([
          { kind: 'decompose', reason: 'Handler proposed decomposition', trigger: 'success: 2 children proposed' },
        ]);
        await worker.stop();
      },
    );

    it('resumes the parent with the ends of all its children, failed ones too', async () => {
      await using made = await make([steps({ parent: parent('resume'), bad: failing })]);
      const job = await run(made.engine, [spec('parent')]);
      expect(job).toMatchObject({ state: 'completed', counts: { succeeded: 2, dead: 1 } });
      expect(job.bottleneck).toBe('All 3 tasks are done; 1 of them died, and the task that had begun it went on');
      const { task, attempts, decisions } = await taskByKey(made.engine, job.id, 'parent');
      expect(task).toMatchObject({ state: 'succeeded', epoch: 2, executions: 2, failures: 0, payload: { value: { next: true } } });
      expect(task.state === 'succeeded' && task.result.value).toEqual([
        ['good', { state: 'succeeded', result: 'good' }],
        ['bad', { state: 'dead', reason: 'no' }],
      ]);
      expect(attempts).toHaveLength(2);
      expect(decisions).toMatchObject([{ kind: 'decompose', reason: 'Handler proposed decomposition' }]);
      const children = (await made.engine.tasks(job.id)).filter((child) => child.parentTaskId === task.id);
      expect(decisions[0]?.childTaskIds).toEqual(children.map((child) => child.id));
    });

    it('counts neither a decomposition nor going on after it as an attempt', async () => {
      let rounds = 0;
      const again: StepHandler = async () => {
        rounds += 1;
        return rounds < 4 ? { kind: 'success', decomposition: { join: 'resume', children: [spec(`child-${rounds}`)] } } : success(rounds);
      };
      await using made = await make([steps({ again })]);
      const job = await run(made.engine, [spec('again', { budget: { attempts: 1 } })]);
      expect(job.state).toBe('completed');
      const { task, childTaskIds } = await taskByKey(made.engine, job.id, 'again');
      expect(task).toMatchObject({ executions: 4, failures: 0, decompositions: 3 });
      expect(childTaskIds).toHaveLength(3);
    });

    it('hands a parent that goes on only the children of its last decomposition', async () => {
      let rounds = 0;
      const again: StepHandler = async ({ children }) => {
        rounds += 1;
        if (rounds > 2) return success(children.map((child) => child.key));
        return { kind: 'success', decomposition: { join: 'resume', children: [spec(`child-${rounds}`)] } };
      };
      await using made = await make([steps({ again })]);
      const job = await run(made.engine, [spec('again')]);
      expect((await taskByKey(made.engine, job.id, 'again')).task).toMatchObject({ result: { value: ['child-2'] } });
    });

    it('lets a failure propose children too', async () => {
      const split: StepHandler = async ({ children }) =>
        children.length > 0
          ? success(null)
          : { kind: 'failure', reason: 'too large', decomposition: { join: 'resume', children: [spec('smaller')] } };
      await using made = await make([steps({ split })]);
      const job = await run(made.engine, [spec('split', { budget: { attempts: 1 } })]);
      expect(job.state).toBe('completed');
      const { attempts, decisions } = await taskByKey(made.engine, job.id, 'split');
      expect(attempts.map((attempt) => attempt.outcome)).toEqual(['failure', 'success']);
      expect(decisions).toMatchObject([{ kind: 'decompose', trigger: 'failure: too large' }]);
    });

    it('fails when a resumed parent does not cope with the end of its children, and counts its death alone', async () => {
      const giveUp: StepHandler = async (context) => (context.children.length > 0 ? failing(context) : parent('resume')(context));
      await using made = await make([steps({ parent: giveUp, bad: failing })]);
      const job = await run(made.engine, [spec('parent')]);
      expect(job).toMatchObject({ state: 'failed', bottleneck: '1 of 3 tasks did not succeed', counts: { succeeded: 1, dead: 2 } });
    });

    it('succeeds when somebody above copes with a parent that died', async () => {
      const top: StepHandler = async (context) =>
        context.children.length > 0
          ? success(context.children.map((child) => child.end.state))
          : { kind: 'success', decomposition: { join: 'resume', children: [spec('parent')] } };
      await using made = await make([steps({ top, parent: parent('compose'), bad: failing })]);
      const job = await run(made.engine, [spec('top')]);
      expect(job).toMatchObject({ state: 'completed', counts: { succeeded: 2, dead: 2 } });
      expect((await taskByKey(made.engine, job.id, 'top')).task).toMatchObject({ result: { value: ['dead'] } });
    });

    it('composes: the parent dies when one of its children did not succeed', async () => {
      await using made = await make([steps({ parent: parent('compose'), bad: failing })]);
      const job = await run(made.engine, [spec('parent'), spec('next', after('parent'))]);
      expect(job.state).toBe('failed');
      expect((await taskByKey(made.engine, job.id, 'parent')).task).toMatchObject({
        state: 'dead',
        reason: 'Not all children succeeded: bad (dead)',
        executions: 1,
      });
      expect((await taskByKey(made.engine, job.id, 'next')).task.state).toBe('skipped');
    });

    it('composes: the parent succeeds with the results of its children', async () => {
      await using made = await make([steps({ parent: parent('compose') })]);
      const job = await run(made.engine, [spec('parent')]);
      expect(job.state).toBe('completed');
      expect((await taskByKey(made.engine, job.id, 'parent')).task).toMatchObject({ result: { value: { good: 'good', bad: 'bad' } } });
    });

    it('leaves the children of a plain decomposition on their own', async () => {
      await using made = await make([steps({ parent: parent('none'), bad: failing })]);
      const job = await run(made.engine, [spec('parent'), spec('needs', after('parent')), spec('after', afterEndOf('parent'))]);
      expect(job.state).toBe('failed');
      expect((await taskByKey(made.engine, job.id, 'parent')).task.state).toBe('decomposed');
      expect((await taskByKey(made.engine, job.id, 'needs')).task.state).toBe('skipped');
      expect((await taskByKey(made.engine, job.id, 'after')).task.state).toBe('succeeded');
    });

    it('lets a child depend on a task that has ended before it was born', async () => {
      const late: StepHandler = async (context) => {
        const [first] = context.dependencies;
        if (context.children.length > 0) return success(context.children.map((child) => child.end.state));
        const children = [spec('child', after(first?.taskId ?? ''))];
        return { kind: 'success', decomposition: { join: 'resume', children } };
      };
      await using made = await make([steps({ late })]);
      const job = await run(made.engine, [spec('first'), spec('late', afterEndOf('first'))]);
      expect(job.state).toBe('completed');
      expect((await taskByKey(made.engine, job.id, 'late')).task).toMatchObject({ result: { value: ['succeeded'] } });
    });

    it.each([
      ['a cycle', [spec('x', after('y')), spec('y', after('x'))], 'x -> y -> x'],
      ['a missing dependency', [spec('x', after('nobody'))], 'outcome.decomposition.children[0].dependencies[0].on'],
      ['an unknown type', [{ ...spec('x'), type: 'test.other' }], 'outcome.decomposition.children[0].type'],
      ['a budget of NaN', [spec('x', { budget: { attempts: Number.NaN } })], 'budget.attempts'],
      ['a key used twice', [spec('x'), spec('x')], 'outcome.decomposition.children[1].key'],
      ['a payload over the limit', [spec('x', { payload: 'x'.repeat(2 ** 20) })], 'store it as an artifact'],
    ])('counts a decomposition into nonsense as an infrastructure error: %s', async (_, children, fault) => {
      await using made = await make([steps({ split: async () => ({ kind: 'success', decomposition: { join: 'resume', children } }) })]);
      const job = await run(made.engine, [spec('split', { budget: { attempts: 1 } })]);
      const { attempts } = await taskByKey(made.engine, job.id, 'split');
      expect(attempts).toMatchObject([{ outcome: 'error', errorKind: 'infrastructure', reason: expect.stringContaining(fault) }]);
      expect(await made.engine.tasks(job.id)).toHaveLength(1);
    });
  });
}
