import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Effect } from '../../../src/weaver/effect.ts';
import { run, spec, steps, submitted, success, taskByKey } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** Something outside that knows what was done to it, and under which keys. */
class Outside {
  readonly done = new Map<string, number>();
  readonly log: string[] = [];

  effect(more: Partial<Effect<number>> = {}): Effect<number> {
    return {
      name: 'merge',
      result: z.number(),
      probe: async (key) => {
        this.log.push('probe');
        return this.done.get(key);
      },
      act: async (key) => this.act(key),
      ...more,
    };
  }

  act(key: string): number {
    this.log.push('act');
    this.done.set(key, this.done.size + 1);
    return this.done.size;
  }
}

/** Effects that must not happen twice, and where large values go. */
export function effectCases(make: MakeEngine): void {
  describe('effects', () => {
    it('looks before it acts, and gives back what acting gave', async () => {
      const outside = new Outside();
      const keys: string[] = [];
      const merge: StepHandler = async ({ effect, idempotencyKey }) => {
        keys.push(idempotencyKey);
        return success(await effect(outside.effect()));
      };
      await using made = await make([steps({ merge })]);
      const job = await run(made.engine, [spec('merge')]);
      const { task } = await taskByKey(made.engine, job.id, 'merge');
      expect(task).toMatchObject({ result: { value: 1 } });
      expect(outside.log).toEqual(['probe', 'act']);
      expect(keys).toEqual([task.id]);
      expect([...outside.done.keys()]).toEqual([`${task.id}:merge`]);
    });

    it('finds what an attempt did that died before it could record it, and acts once', async () => {
      const outside = new Outside();
      let attempts = 0;
      const merge: StepHandler = async ({ effect }) => {
        attempts += 1;
        const act = async (key: string): Promise<number> => {
          const number = outside.act(key);
          if (attempts === 1) throw new Error('The answer was lost on its way.');
          return number;
        };
        return success(await effect(outside.effect({ act })));
      };
      await using made = await make([steps({ merge })]);
      const job = await run(made.engine, [spec('merge')]);
      expect((await taskByKey(made.engine, job.id, 'merge')).task).toMatchObject({ state: 'succeeded', failures: 1, result: { value: 1 } });
      expect(outside.log).toEqual(['probe', 'act', 'probe']);
    });

    it('finds what an attempt did whose worker was stopped in the middle of acting', async () => {
      const outside = new Outside();
      const acted = Promise.withResolvers<void>();
      let attempts = 0;
      const merge: StepHandler = async ({ effect }) => {
        attempts += 1;
        const act = (key: string): Promise<number> => {
          outside.act(key);
          acted.resolve();
          return new Promise(() => undefined);
        };
        return success(await effect(outside.effect(attempts === 1 ? { act } : {})));
      };
      await using made = await make([steps({ merge })], { timing: { graceMs: 20 } });
      const jobId = await submitted(made.engine, { tasks: [spec('merge')] });
      const worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
      await acted.promise;
      await worker.stop();
      await using later = await made.another([steps({ merge })]);
      await using second = await later.engine.work({ jobs: [jobId], concurrency: 1 });
      expect(await second.settled(jobId)).toBe('completed');
      expect(outside.log).toEqual(['probe', 'act', 'probe']);
    });

    it('never looks again for what is recorded', async () => {
      const outside = new Outside();
      const results: number[] = [];
      const merge: StepHandler = async ({ effect }) => {
        results.push(await effect(outside.effect()), await effect(outside.effect()));
        return results.length < 4 ? { kind: 'failure', reason: 'after it' } : success(null);
      };
      await using made = await make([steps({ merge })]);
      await run(made.engine, [spec('merge')]);
      expect(outside.log).toEqual(['probe', 'act']);
      expect(results).toEqual([1, 1, 1, 1]);
    });

    it('gives back the same from acting as from the record', async () => {
      const results: unknown[] = [];
      const effect = { name: 'tag', result: z.unknown(), probe: async () => undefined, act: async () => ({ at: new Date(0) }) };
      const tag: StepHandler = async (context) => {
        results.push(await context.effect(effect), await context.effect(effect));
        return success(null);
      };
      await using made = await make([steps({ tag })]);
      expect((await run(made.engine, [spec('tag')])).state).toBe('completed');
      expect(results).toEqual([{ at: '1970-01-01T00:00:00.000Z' }, { at: '1970-01-01T00:00:00.000Z' }]);
    });

    it('keeps effects of other names and of other tasks apart', async () => {
      const outside = new Outside();
      const both: StepHandler = async ({ effect }) =>
        success([await effect(outside.effect()), await effect(outside.effect({ name: 'tag' }))]);
      await using made = await make([steps({ a: both, b: both })]);
      expect((await run(made.engine, [spec('a'), spec('b')])).state).toBe('completed');
      expect(outside.done.size).toBe(4);
    });

    it('does nothing when the lease was lost before it has acted', async () => {
      const outside = new Outside();
      let attempts = 0;
      const merge: StepHandler = async ({ effect, signal }) => {
        attempts += 1;
        if (attempts > 1) return success(await effect(outside.effect()));
        const probe = (): Promise<undefined> => new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
        const reason: unknown = await effect(outside.effect({ probe })).catch((thrown: unknown) => thrown);
        outside.log.push(String(reason));
        throw reason;
      };
      await using made = await make([steps({ merge })], { timing: { leaseMs: 100, heartbeatMs: 1_000_000 } });
      const jobId = await submitted(made.engine, { tasks: [spec('merge')] });
      await using worker = await made.engine.work({ jobs: [jobId], concurrency: 2 });
      expect(await worker.settled(jobId)).toBe('completed');
      await worker.stop();
      expect(outside.log.filter((entry) => entry === 'act')).toHaveLength(1);
      expect(outside.log).toContain('AttemptAborted: The lease was lost before the effect was begun; nothing was done');
    });

    it('acts once when it is asked twice at the same time, and gives both the same', async () => {
      const outside = new Outside();
      const merge: StepHandler = async ({ effect }) => success(await Promise.all([effect(outside.effect()), effect(outside.effect())]));
      await using made = await make([steps({ merge })]);
      const job = await run(made.engine, [spec('merge')]);
      expect((await taskByKey(made.engine, job.id, 'merge')).task).toMatchObject({ state: 'succeeded', result: { value: [1, 1] } });
      expect(outside.log).toEqual(['probe', 'act']);
    });

    it('may be asked again in the attempt in which it failed', async () => {
      const outside = new Outside();
      const merge: StepHandler = async ({ effect }) => {
        const act = (): Promise<number> => Promise.reject(new Error('not reachable'));
        const first = await effect(outside.effect({ act })).catch(String);
        return success([first, await effect(outside.effect())]);
      };
      await using made = await make([steps({ merge })]);
      const job = await run(made.engine, [spec('merge')]);
      expect((await taskByKey(made.engine, job.id, 'merge')).task).toMatchObject({ result: { value: ['Error: not reachable', 1] } });
    });

    it('begins nothing once the attempt has passed its time limit', async () => {
      const outside = new Outside();
      const stopped: string[] = [];
      const late: StepHandler = async ({ effect, signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        stopped.push(await effect(outside.effect()).then(String, String));
        return success(null);
      };
      const looking: StepHandler = async ({ effect, signal }) => {
        const probe = (): Promise<undefined> => new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
        stopped.push(await effect(outside.effect({ probe })).then(String, String));
        return success(null);
      };
      await using made = await make([steps({ late, looking })]);
      const budget = { attempts: 1, attemptMs: 50 };
      await run(made.engine, [spec('late', { budget }), spec('looking', { budget })]);
      const why = 'AttemptAborted: Stopped before the effect was begun, nothing was done: Attempt time limit reached: 50 ms';
      expect(stopped).toEqual([why, why]);
      expect(outside.log).toEqual([]);
    });

    it.each([
      ['before it is asked', 'late'],
      ['while it looks', 'looking'],
    ])('begins nothing once its job was cancelled, also when nobody has told the attempt yet: %s', async (_, key) => {
      const outside = new Outside();
      const begun = Promise.withResolvers<void>();
      const cancelled = Promise.withResolvers<void>();
      const told: string[] = [];
      const late: StepHandler = async ({ effect }) => {
        begun.resolve();
        await cancelled.promise;
        told.push(await effect(outside.effect()).then(String, String));
        return { kind: 'failure', reason: 'stopped' };
      };
      const looking: StepHandler = async ({ effect }) => {
        const probe = async (): Promise<undefined> => {
          begun.resolve();
          await cancelled.promise;
        };
        told.push(await effect(outside.effect({ probe })).then(String, String));
        return { kind: 'failure', reason: 'stopped' };
      };
      await using made = await make([steps({ late, looking })]);
      const jobId = await submitted(made.engine, { tasks: [spec(key)] });
      await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
      await begun.promise;
      await made.engine.cancel(jobId, 'do not pay');
      cancelled.resolve();
      expect(await worker.settled(jobId)).toBe('cancelled');
      expect(told).toEqual(['AttemptAborted: Stopped before the effect was begun, nothing was done: do not pay']);
      expect(outside.log).toEqual([]);
    });

    it('gives back what is recorded also when the attempt is to stop', async () => {
      const outside = new Outside();
      const merge: StepHandler = async ({ effect, signal }) => {
        await effect(outside.effect());
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        outside.log.push(`again ${await effect(outside.effect())}`);
        return success(null);
      };
      await using made = await make([steps({ merge })]);
      await run(made.engine, [spec('merge', { budget: { attempts: 1, attemptMs: 300 } })]);
      expect(outside.log).toEqual(['probe', 'act', 'again 1']);
    });

    it('tells when what acting gave back cannot be kept', async () => {
      const outside = new Outside();
      const act = async () => 1n as unknown as number;
      await using made = await make([steps({ merge: async ({ effect }) => success(await effect(outside.effect({ act }))) })]);
      const job = await run(made.engine, [spec('merge', { budget: { attempts: 1 } })]);
      const { attempts } = await taskByKey(made.engine, job.id, 'merge');
      expect(attempts).toMatchObject([{ errorKind: 'infrastructure', reason: expect.stringContaining('cannot be written as JSON') }]);
    });
  });

  it('gives handlers a place for what is too large for a result', async () => {
    const write: StepHandler = async ({ artifacts }) => {
      const { reference } = await artifacts.put('x'.repeat(100_000));
      return { kind: 'success', result: reference, artifacts: [{ kind: 'report', name: 'findings', reference }] };
    };
    const read: StepHandler = async ({ artifacts, dependencies: [from] }) => {
      const content = from?.end.state === 'succeeded' ? await artifacts.read(String(from.end.result)) : undefined;
      return success(content?.byteLength);
    };
    await using made = await make([steps({ write, read })]);
    const job = await run(made.engine, [spec('write'), spec('read', { dependencies: [{ on: 'write', until: 'succeeded' }] })]);
    expect((await taskByKey(made.engine, job.id, 'read')).task).toMatchObject({ result: { value: 100_000 } });
    expect((await taskByKey(made.engine, job.id, 'write')).artifacts).toMatchObject([
      { kind: 'report', name: 'findings', reference: expect.stringContaining('sha256:') },
    ]);
  });
}
