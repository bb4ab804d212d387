import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JobId } from '../../../src/domain/ids.ts';
import type { TaskType } from '../../../src/domain/task-type.ts';
import { handle } from '../../../src/weaver/handler.ts';
import type { Registration } from '../../../src/weaver/handler.ts';
import { after, happened, idOf, runJob, spec, step, steps, submitted, success, taskByKey, untilAborted } from './support.ts';
import type { EngineUnderTest, MakeEngine, StepHandler } from './support.ts';

type Renamed = { readonly name: string };
const first: TaskType<{ readonly title: string }, string> = {
  name: 'test.greet',
  schemaVersion: 1,
  payload: z.object({ title: z.string() }),
  result: z.string(),
};
const second: TaskType<Renamed, string> = {
  name: 'test.greet',
  schemaVersion: 2,
  payload: z.object({ name: z.string() }),
  result: z.string(),
  upcastPayload: (value) => ({ name: (value as { readonly title: string }).title }),
};
const { upcastPayload: _, ...withoutUpcast } = second;

const older = handle(first, async ({ payload }) => ({ kind: 'success', result: payload.title }));
const greeting = handle(second, async ({ payload }) => ({ kind: 'success', result: `hello ${payload.name}` }));

async function submittedBefore(made: EngineUnderTest, payload: unknown): Promise<JobId> {
  return submitted(made.engine, { tasks: [{ type: 'test.greet', key: 'greet', payload, budget: { attempts: 2 } }] });
}

/** Runs what one program has stored in another one. */
async function runIn(made: EngineUnderTest, jobId: JobId, registrations: readonly Registration[]) {
  await using later = await made.another(registrations);
  const { state } = await runJob(later.engine, jobId);
  return { state, ...(await taskByKey(later.engine, jobId, 'greet')) };
}

/** Payloads and results that another version of a program has stored. */
export function payloadCases(make: MakeEngine): void {
  describe('payloads', () => {
    it('brings a payload that an older program stored to the shape of today', async () => {
      await using made = await make([older]);
      const jobId = await submittedBefore(made, { title: 'ada' });
      expect(await runIn(made, jobId, [greeting])).toMatchObject({
        state: 'completed',
        task: { payload: { schemaVersion: 1 }, result: { schemaVersion: 2, value: 'hello ada' } },
      });
    });

    it('counts a payload that does not decode as an infrastructure error, and tells where', async () => {
      await using made = await make([older]);
      const jobId = await submittedBefore(made, { title: 'ada' });
      const { state, attempts } = await runIn(made, jobId, [handle(withoutUpcast, async () => ({ kind: 'success', result: '' }))]);
      expect(state).toBe('failed');
      expect(attempts).toHaveLength(2);
      expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('payload.name') });
    });

    it('survives a payload that breaks what is to bring it to the shape of today', async () => {
      await using made = await make([older]);
      const jobId = await submittedBefore(made, { title: 'ada' });
      const broken: TaskType<Renamed, string> = {
        ...second,
        upcastPayload: () => {
          throw new Error('what is this?');
        },
      };
      const { state, attempts } = await runIn(made, jobId, [handle(broken, async () => ({ kind: 'success', result: '' }))]);
      expect(state).toBe('failed');
      expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('what is this?') });
    });

    it('does not execute a payload from the future', async () => {
      await using made = await make([greeting]);
      const jobId = await submittedBefore(made, { name: 'ada' });
      const { attempts } = await runIn(made, jobId, [older]);
      expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('is of version 2') });
    });

    it('does not hang on a task that nothing here handles', async () => {
      await using made = await make([older], { carrying: true });
      const jobId = await submittedBefore(made, { title: 'ada' });
      const { state, attempts } = await runIn(made, jobId, []);
      expect(state).toBe('failed');
      expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('test.greet') });
    });

    it('refuses a result that is not of its type', async () => {
      const wrong = handle(first, async () => ({ kind: 'success', result: 5 as unknown as string }));
      await using made = await make([wrong]);
      const jobId = await submittedBefore(made, { title: 'ada' });
      await runJob(made.engine, jobId);
      const { attempts } = await taskByKey(made.engine, jobId, 'greet');
      expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('outcome.result') });
    });

    it('refuses a submit whose payload is not of its type, and says where', async () => {
      await using made = await make([older]);
      await expect(submittedBefore(made, { title: 5 })).rejects.toMatchObject({
        reason: 'usage',
        facts: { path: 'tasks[0].payload.title' },
      });
    });

    it.each([
      [
        'payload',
        z.unknown().transform(() => {
          throw new Error('what is this?');
        }),
        z.unknown(),
      ],
      [
        'result',
        z.unknown(),
        z.unknown().refine(() => {
          throw new Error('what is this?');
        }),
      ],
    ])('survives a schema that throws: of the %s', async (_name, payload, result) => {
      await using made = await make([steps()]);
      const jobId = await submitted(made.engine, { tasks: [spec('greet', { budget: { attempts: 1 } })] });
      const { state, attempts } = await runIn(made, jobId, [handle({ ...step, payload, result }, async () => success(1))]);
      expect(state).toBe('failed');
      expect(attempts).toMatchObject([{ errorKind: 'infrastructure', reason: expect.stringContaining('what is this?') }]);
    });

    it('survives a result of an older version that breaks what is to bring it to the shape of today', async () => {
      // Runs until its worker is stopped, and so has to be run again.
      await using made = await make([steps({ greet: untilAborted() })]);
      const upcastResult = (): never => {
        throw new Error('what is this?');
      };
      const tasks = [spec('first'), spec('greet', { ...after('first'), budget: { attempts: 1 } })];
      const jobId = await submitted(made.engine, { tasks });
      const worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
      await happened(made.engine, jobId, (event) => event.type === 'task.started' && event.data.key === 'greet');
      await worker.stop();
      const { state, attempts } = await runIn(made, jobId, [handle({ ...step, schemaVersion: 2, upcastResult }, async () => success(1))]);
      expect(state).toBe('failed');
      expect(attempts.at(-1)).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('what is this?') });
    });

    it('does not hand over a result from the future', async () => {
      const newer = { ...step, name: 'test.newer', schemaVersion: 3 };
      await using made = await make([handle(newer, async () => success({ of: 3 })), steps()]);
      const tasks = [{ ...spec('first'), type: newer.name }];
      const jobId = await submitted(made.engine, { tasks, open: true });
      const worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
      await happened(made.engine, jobId, (event) => event.type === 'task.state' && event.data.state === 'succeeded');
      await worker.stop();
      await using later = await made.another([
        handle({ ...newer, schemaVersion: 2, upcastResult: () => 'misread' }, async () => success(1)),
        steps(),
      ]);
      const on = await idOf(later.engine, jobId, 'first');
      await later.engine.add(jobId, [spec('greet', { dependencies: [{ on, until: 'succeeded' }], budget: { attempts: 1 } })]);
      await later.engine.seal(jobId);
      expect((await runJob(later.engine, jobId)).state).toBe('failed');
      const { attempts } = await taskByKey(later.engine, jobId, 'greet');
      const reason = 'The result of first is of version 3, this program knows up to 2';
      expect(attempts).toMatchObject([{ errorKind: 'infrastructure', reason }]);
    });

    it('hands over what was stored, in the same process as in any other', async () => {
      const given = { at: new Date(0), gone: undefined, map: new Map([[1, 2]]), list: [undefined] };
      const kept = { at: '1970-01-01T00:00:00.000Z', map: {}, list: [null] };
      const seen: Record<string, unknown> = {};
      const begin: StepHandler = async ({ payload }) => {
        seen['payload'] = payload;
        return success(given);
      };
      const next: StepHandler = async ({ dependencies: [dependency], children, payload, answer }) => {
        const end = dependency?.end;
        if (children.length === 0) {
          seen['result'] = end?.state === 'succeeded' ? end.result : undefined;
          const child = spec('child', { payload: given });
          return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload: given } };
        }
        if (answer === undefined) {
          seen['nextPayload'] = payload;
          const need = { signal: 'go', from: 'event', question: '?', details: given } as const;
          return { kind: 'blocked', reason: 'ask', need };
        }
        seen['answer'] = answer.payload;
        return success(null);
      };
      const child: StepHandler = async ({ payload, attributes }) => {
        seen['child'] = payload;
        seen['attributes'] = attributes;
        return success(null);
      };
      await using made = await make([steps({ begin, next, child })]);
      const { engine } = made;
      const tasks = [spec('begin', { payload: given }), spec('next', after('begin'))];
      const jobId = await submitted(engine, { tasks, attributes: given });
      await using worker = await engine.work({ jobs: [jobId], concurrency: 4 });
      expect(await worker.settled(jobId)).toBe('waiting');
      const { task } = await taskByKey(engine, jobId, 'next');
      seen['details'] = task.state === 'pending' && 'need' in task.waiting ? task.waiting.need.details : undefined;
      await engine.signal(task.id, 'go', given, 'ada');
      expect(await worker.settled(jobId)).toBe('completed');
      expect(seen).toStrictEqual({
        payload: kept,
        result: kept,
        child: kept,
        attributes: kept,
        nextPayload: kept,
        details: kept,
        answer: kept,
      });
    });

    it('lets a task succeed with nothing', async () => {
      const seen: unknown[] = [];
      const look: StepHandler = async ({ dependencies: [dependency] }) => {
        seen.push(dependency?.end);
        return success(undefined);
      };
      const registration = steps({ look });
      const handler: StepHandler = async (context) =>
        context.key === 'nothing' ? { kind: 'success', result: undefined } : registration.handler(context);
      await using made = await make([{ ...registration, handler }]);
      const jobId = await submitted(made.engine, { tasks: [spec('nothing', { payload: undefined }), spec('look', after('nothing'))] });
      expect((await runJob(made.engine, jobId)).state).toBe('completed');
      expect(seen).toEqual([{ state: 'succeeded', result: null }]);
    });

    it.each([[undefined], [5], ['']])('refuses an answer by nobody (%o), and a retry too: the task stays as it was', async (by) => {
      const ask: StepHandler = async ({ answer }) =>
        answer === undefined
          ? { kind: 'blocked', reason: 'ask', need: { signal: 'go', from: 'person', question: '?' } }
          : success(answer.payload);
      await using made = await make([steps({ ask })]);
      const { engine } = made;
      const jobId = await submitted(engine, { tasks: [spec('ask')] });
      await runJob(engine, jobId);
      const { task } = await taskByKey(engine, jobId, 'ask');
      await expect(engine.signal(task.id, 'go', 1, by as never)).rejects.toMatchObject({ reason: 'usage', facts: { path: 'by' } });
      await expect(engine.retry(task.id, by as never)).rejects.toMatchObject({ reason: 'usage', facts: { path: 'by' } });
      expect((await taskByKey(engine, jobId, 'ask')).task).toEqual(task);
    });

    it.each([
      ['undefined', z.undefined()],
      ['void', z.void()],
    ])('takes nothing as the payload of a type whose payload is %s', async (_name, payload) => {
      const seen: unknown[] = [];
      const nothing = handle({ ...step, payload }, async (context) => {
        seen.push(context.payload);
        return success(1);
      });
      await using made = await make([nothing]);
      const jobId = await submitted(made.engine, { tasks: [spec('a', { payload: undefined })] });
      expect((await runJob(made.engine, jobId)).state).toBe('completed');
      expect(seen).toEqual([undefined]);
    });

    it('refuses a payload that would not fit any more once it is stored', async () => {
      const dated = handle({ ...step, payload: z.object({ at: z.date() }) }, async () => success(null));
      await using made = await make([dated]);
      const tasks = [spec('a', { payload: { at: new Date(0) } })];
      await expect(made.engine.submit({ title: 'a', tasks })).rejects.toMatchObject({ facts: { path: 'tasks[0].payload.at' } });
    });

    it('hands the result of an older version to whoever depends on it in the shape of today', async () => {
      const seen: unknown[] = [];
      const look: StepHandler = async ({ dependencies }) => {
        seen.push(dependencies.map((dependency) => dependency.end));
        return success(null);
      };
      await using made = await make([older, steps()]);
      const jobId = await submitted(made.engine, {
        tasks: [{ type: 'test.greet', key: 'greet', payload: { title: 'ada' } }, spec('look', after('greet'))],
        open: true,
      });
      await made.engine.limit({ of: 'type', name: 'test.step' }, 0);
      {
        await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
        for await (const event of made.engine.events(jobId, { follow: true })) {
          if (event.type === 'task.state' && event.data.key === 'look' && event.data.waiting === 'capacity') break;
        }
        await worker.stop();
      }
      const newer = handle({ ...second, upcastResult: (value) => `hello ${String(value)}` }, async () => ({ kind: 'success', result: '' }));
      await using later = await made.another([newer, steps({ look })]);
      await later.engine.limit({ of: 'type', name: 'test.step' }, undefined);
      await later.engine.seal(jobId);
      expect((await runJob(later.engine, jobId)).state).toBe('completed');
      expect(seen).toEqual([[{ state: 'succeeded', result: 'hello ada' }]]);
    });
  });
}
