import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JobId } from '../../../src/domain/ids.ts';
import type { TaskType } from '../../../src/domain/task-type.ts';
import { handle } from '../../../src/weaver/handler.ts';
import type { Registration } from '../../../src/weaver/handler.ts';
import { after, runJob, spec, steps, submitted, success, taskByKey } from './support.ts';
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

async function stored(made: EngineUnderTest, payload: unknown): Promise<JobId> {
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
      const jobId = await stored(made, { title: 'ada' });
      expect(await runIn(made, jobId, [greeting])).toMatchObject({
        state: 'completed',
        task: { payload: { schemaVersion: 1 }, result: { schemaVersion: 2, value: 'hello ada' } },
      });
    });

    it('counts a payload that does not decode as an infrastructure error, and tells where', async () => {
      await using made = await make([older]);
      const jobId = await stored(made, { title: 'ada' });
      const { state, attempts } = await runIn(made, jobId, [handle(withoutUpcast, async () => ({ kind: 'success', result: '' }))]);
      expect(state).toBe('failed');
      expect(attempts).toHaveLength(2);
      expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('payload.name') });
    });

    it('survives a payload that breaks what is to bring it to the shape of today', async () => {
      await using made = await make([older]);
      const jobId = await stored(made, { title: 'ada' });
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
      const jobId = await stored(made, { name: 'ada' });
      const { attempts } = await runIn(made, jobId, [older]);
      expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('is of version 2') });
    });

    it('does not hang on a task that nothing here handles', async () => {
      await using made = await make([older]);
      const jobId = await stored(made, { title: 'ada' });
      const { state, attempts } = await runIn(made, jobId, []);
      expect(state).toBe('failed');
      expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('test.greet') });
    });

    it('refuses a result that is not of its type', async () => {
      const wrong = handle(first, async () => ({ kind: 'success', result: 5 as unknown as string }));
      await using made = await make([wrong]);
      const jobId = await stored(made, { title: 'ada' });
      await runJob(made.engine, jobId);
      const { attempts } = await taskByKey(made.engine, jobId, 'greet');
      expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('outcome.result') });
    });

    it('refuses a submit whose payload is not of its type, and says where', async () => {
      await using made = await make([older]);
      await expect(stored(made, { title: 5 })).rejects.toMatchObject({ reason: 'usage', facts: { path: 'tasks[0].payload.title' } });
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
