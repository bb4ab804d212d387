import { describe, expect, it } from 'vitest';
import { failing, run, spec, steps, submitted, success, taskByKey } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** How attempts are counted, and what handlers can do wrong. */
export function attemptCases(make: MakeEngine): void {
  describe('attempts', () => {
    it('records one attempt for a task that succeeds at once', async () => {
      await using made = await make([steps()]);
      const job = await run(made.engine, [spec('a')]);
      expect(job.state).toBe('completed');
      const { task, attempts, decisions } = await taskByKey(made.engine, job.id, 'a');
      expect(task).toMatchObject({ state: 'succeeded', result: { schemaVersion: 1, value: 'a' }, executions: 1, failures: 0 });
      expect(attempts.map((attempt) => attempt.outcome)).toEqual(['success']);
      expect(decisions).toEqual([]);
    });

    it('needs three attempts for a task that fails twice', async () => {
      let calls = 0;
      const flaky: StepHandler = async () => {
        calls += 1;
        return calls < 3 ? { kind: 'failure', reason: `no ${calls}` } : success('done');
      };
      await using made = await make([steps({ flaky })]);
      const job = await run(made.engine, [spec('flaky')]);
      expect(job.state).toBe('completed');
      const { task, attempts, decisions } = await taskByKey(made.engine, job.id, 'flaky');
      expect(task).toMatchObject({ executions: 3, failures: 2, epoch: 3 });
      expect(attempts.map((attempt) => attempt.outcome)).toEqual(['failure', 'failure', 'success']);
      expect(decisions.map((decision) => decision.reason)).toEqual(['Retry attempt 2/5 after 0.01s', 'Retry attempt 3/5 after 0.02s']);
      expect(decisions).toMatchObject([
        { kind: 'retry', policy: 'default', trigger: 'failure: no 1', attemptId: attempts[0]?.id },
        { kind: 'retry', policy: 'default', trigger: 'failure: no 2', attemptId: attempts[1]?.id },
      ]);
    });

    it('gives a task up after five failures', async () => {
      await using made = await make([steps({ bad: async () => ({ kind: 'failure', reason: 'never works' }) })]);
      const job = await run(made.engine, [spec('bad')]);
      expect(job.state).toBe('failed');
      const { task, attempts, decisions } = await taskByKey(made.engine, job.id, 'bad');
      expect(task).toMatchObject({ state: 'dead', reason: 'Max attempts reached: 5/5. Last: never works', failures: 5 });
      expect(attempts).toHaveLength(5);
      expect(attempts.every((attempt) => attempt.errorKind === 'business')).toBe(true);
      expect(decisions.at(-1)).toMatchObject({ kind: 'markDead', reason: 'Max attempts reached: 5/5' });
    });

    it('stops retrying when the handler says never', async () => {
      await using made = await make([steps({ no: failing })]);
      const job = await run(made.engine, [spec('no')]);
      const { task, attempts } = await taskByKey(made.engine, job.id, 'no');
      expect(attempts).toHaveLength(1);
      expect(task).toMatchObject({ state: 'dead', reason: 'no' });
    });

    it('tries a proposed alternative instead of the same again', async () => {
      const picky: StepHandler = async ({ payload }) =>
        payload === 'small' ? { kind: 'failure', reason: 'too hard', alternatives: ['large', 'larger'] } : success(payload);
      await using made = await make([steps({ picky })]);
      const job = await run(made.engine, [spec('picky', { payload: 'small' })]);
      const { task, decisions } = await taskByKey(made.engine, job.id, 'picky');
      expect(task).toMatchObject({ state: 'succeeded', payload: { value: 'large' }, result: { value: 'large' } });
      expect(decisions).toMatchObject([{ kind: 'switch', reason: 'Switch to the proposed alternative, attempt 2/5 after 0.01s' }]);
    });

    it.each([
      ['an object', () => Promise.reject({ not: 'an error' }), 'Thrown: {"not":"an error"}'],
      ['nothing', () => Promise.reject(undefined), 'Thrown: null'],
      ['a text', () => Promise.reject('no'), 'Thrown: "no"'],
      [
        'before it has returned a promise',
        () => {
          throw new Error('at once');
        },
        'Error: at once',
      ],
    ])('tells an exception from a failure: thrown is %s', async (_, thrower: StepHandler, reason) => {
      await using made = await make([steps({ thrower })]);
      const job = await run(made.engine, [spec('thrower', { budget: { attempts: 1 } })]);
      const { attempts } = await taskByKey(made.engine, job.id, 'thrower');
      expect(attempts).toMatchObject([{ outcome: 'error', errorKind: 'infrastructure', reason }]);
    });

    it.each<readonly [string, () => unknown, string]>([
      ['an object that has no words', () => Object.assign(Object.create(null) as object, { n: 1n }), 'Thrown: something'],
      ['an error whose name is a symbol', () => Object.defineProperty(new Error('x'), 'name', { value: Symbol('n') }), 'Symbol(n): x'],
      ['an error whose stack is an object', () => Object.assign(new Error('x'), { stack: {} }), 'Error: x'],
      ['an error whose message cannot be read', () => withGetter(new Error('x'), 'message'), 'Error: (unreadable)'],
      ['an error whose stack cannot be read', () => withGetter(new Error('x'), 'stack'), 'Error: x'],
      ['an error whose cause cannot be read', () => withGetter(new Error('x'), 'cause'), 'Error: x'],
      ['what is nothing that can be looked at', () => revoked(), 'Thrown: something'],
    ])('outlives whatever a handler throws: %s', async (_, thrown, reason) => {
      await using made = await make([steps({ bad: () => Promise.reject(thrown()) })]);
      const job = await run(made.engine, [spec('bad', { budget: { attempts: 1 } }), spec('good')]);
      expect(job).toMatchObject({ state: 'failed', counts: { dead: 1, succeeded: 1 } });
      const { attempts } = await taskByKey(made.engine, job.id, 'bad');
      expect(attempts).toMatchObject([{ outcome: 'error', errorKind: 'infrastructure', reason: expect.stringContaining(reason) }]);
    });

    it('keeps of an outcome what belongs to it, and nothing else', async () => {
      const more = { more: 1n };
      const artifact = { kind: 'file', name: 'a', reference: 'b' } as const;
      const need = { signal: 'go', question: '?', from: 'person' } as const;
      const good: StepHandler = async () => ({ ...success(1), ...more, artifacts: [{ ...artifact, ...more }] });
      const asks: StepHandler = async () => ({ kind: 'blocked', reason: 'ask', need: { ...need, ...more } });
      await using made = await make([steps({ good, asks })]);
      const job = await run(made.engine, [spec('good'), spec('asks')]);
      expect(job).toMatchObject({ state: 'waiting', counts: { succeeded: 1, waiting_for_person: 1 } });
      expect((await taskByKey(made.engine, job.id, 'good')).artifacts).toEqual([artifact]);
      expect((await taskByKey(made.engine, job.id, 'asks')).task).toMatchObject({ waiting: { need } });
    });

    it('cuts texts that are too long to be kept', async () => {
      const long = 'x'.repeat(200_000);
      const cut = expect.stringMatching(/^x{7000,} \[cut: 200000 characters\]$/) as unknown;
      const fails: StepHandler = async () => ({ kind: 'failure', reason: long, observations: Array.from({ length: 20 }, () => long) });
      const throws: StepHandler = () => Promise.reject(long);
      const asks: StepHandler = async () => ({ kind: 'blocked', reason: long, need: { signal: 'go', question: long, from: 'person' } });
      await using made = await make([steps({ fails, throws, asks })]);
      const budget = { attempts: 1 };
      const { id } = await run(made.engine, [spec('fails', { budget }), spec('throws', { budget }), spec('asks')]);
      const { attempts } = await taskByKey(made.engine, id, 'fails');
      expect(attempts).toMatchObject([{ reason: cut, observations: [cut, cut, cut, cut, cut, cut, cut, '[left out: 13 more]'] }]);
      const thrown = await taskByKey(made.engine, id, 'throws');
      expect(thrown.attempts).toMatchObject([{ reason: expect.stringContaining('[cut: ') }]);
      const asked = await taskByKey(made.engine, id, 'asks');
      expect(asked).toMatchObject({ why: cut, attempts: [{ reason: cut }] });
    });

    it('keeps with the attempt where an exception was thrown, and what caused it', async () => {
      const broken: StepHandler = () => Promise.reject(new TypeError('no such thing', { cause: new Error('the root') }));
      await using made = await make([steps({ broken })]);
      const job = await run(made.engine, [spec('broken', { budget: { attempts: 1 } })]);
      const { task, attempts } = await taskByKey(made.engine, job.id, 'broken');
      expect(task).toMatchObject({ reason: 'Max attempts reached: 1/1. Last: TypeError: no such thing' });
      expect(attempts[0]?.observations).toEqual([
        expect.stringMatching(/^TypeError: no such thing\n\s+at .*attempts/),
        expect.stringMatching(/^Error: the root\n\s+at .*attempts/),
      ]);
    });

    it.each([
      ['nothing', undefined, 'outcome'],
      ['null', null, 'outcome'],
      ['a number', 5, 'outcome'],
      ['an unknown kind', { kind: 'perhaps' }, 'outcome.kind'],
      ['a failure without a reason', { kind: 'failure' }, 'outcome.reason'],
      ['a delay of NaN', { kind: 'failure', reason: 'x', retryHint: { delayMs: Number.NaN } }, 'outcome.retryHint'],
      ['a negative cost', { kind: 'success', result: 1, costMicroUsd: -1 }, 'outcome.costMicroUsd'],
      ['a wait for nobody knows what', { kind: 'blocked', reason: 'x' }, 'outcome.need'],
      [
        'a wait without a signal',
        { kind: 'blocked', reason: 'x', need: { signal: '', question: '?', from: 'person' } },
        'outcome.need.signal',
      ],
      [
        'a time limit without a time',
        { kind: 'blocked', reason: 'x', need: { signal: 'go', question: '?', from: 'deadline' } },
        'outcome.need',
      ],
      [
        'details of a wait that have no JSON form',
        { kind: 'blocked', reason: 'x', need: { signal: 'go', question: '?', from: 'person', details: 1n } },
        'need.details',
      ],
      [
        'a next payload that has no JSON form',
        { kind: 'success', decomposition: { join: 'resume', children: [spec('x')], nextPayload: 1n } },
        'decomposition.nextPayload',
      ],
      [
        'an outcome that cannot be read',
        {
          get kind(): never {
            throw new Error('not today');
          },
        },
        'It cannot be read: Error: not today',
      ],
      ['alternatives that have no JSON form', { kind: 'failure', reason: 'x', alternatives: [1, 1n] }, 'outcome.alternatives.1'],
      [
        'a result that cannot be read',
        {
          kind: 'success',
          get result(): never {
            throw Object.create(null) as Error;
          },
        },
        'It cannot be read: Thrown',
      ],
      ['artifacts that are none', { kind: 'success', result: 1, artifacts: ['a'] }, 'outcome.artifacts.0'],
      ['a result that has no JSON form', { kind: 'success', result: 1n }, 'outcome.result'],
      ['no children', { kind: 'success', decomposition: { join: 'none', children: [] } }, 'outcome.decomposition.children'],
      [
        'a join that does not exist',
        { kind: 'success', decomposition: { join: 'maybe', children: [spec('x')] } },
        'outcome.decomposition.join',
      ],
      ['children and a result', { kind: 'success', result: 1, decomposition: { join: 'none', children: [spec('x')] } }, 'outcome.result'],
    ])('takes garbage from a handler as an infrastructure error: %s', async (_, returned, path) => {
      const garbage = (async () => returned) as unknown as StepHandler;
      // `steps` takes nothing for a success, so the handler stands on its own.
      const registration = { ...steps(), handler: garbage };
      await using made = await make([registration]);
      const job = await run(made.engine, [spec('garbage', { budget: { attempts: 1 } })]);
      const { attempts } = await taskByKey(made.engine, job.id, 'garbage');
      expect(attempts).toMatchObject([{ outcome: 'error', errorKind: 'infrastructure', reason: expect.stringContaining(path) }]);
      expect(await made.engine.tasks(job.id)).toHaveLength(1);
    });

    it('ends an attempt at its time limit as a failure', async () => {
      const slow: StepHandler = ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      await using made = await make([steps({ slow })]);
      const job = await run(made.engine, [spec('slow', { budget: { attempts: 1, attemptMs: 50 } })]);
      const { attempts } = await taskByKey(made.engine, job.id, 'slow');
      expect(attempts).toMatchObject([{ outcome: 'failure', errorKind: 'business', reason: 'Attempt time limit reached: 50 ms' }]);
    });

    it('counts what an attempt has cost that ended at its time limit', async () => {
      const artifacts = [{ kind: 'log', name: 'a', reference: 'b' }] as const;
      const slow: StepHandler = async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { kind: 'failure', reason: 'stopped', costMicroUsd: 7, observations: ['half of it is done'], artifacts };
      };
      await using made = await make([steps({ slow })]);
      const job = await run(made.engine, [spec('slow', { budget: { attempts: 1, attemptMs: 50 } })]);
      expect(job.costMicroUsd).toBe(7);
      const { task, attempts } = await taskByKey(made.engine, job.id, 'slow');
      expect(task.costMicroUsd).toBe(7);
      const reason = 'Attempt time limit reached: 50 ms';
      expect(attempts).toMatchObject([{ outcome: 'failure', reason, costMicroUsd: 7, observations: ['half of it is done'], artifacts }]);
    });

    it('leaves a handler alone that does not stop at its time limit', async () => {
      const deaf: StepHandler = () => new Promise(() => undefined);
      await using made = await make([steps({ deaf })], { timing: { graceMs: 50 } });
      const job = await run(made.engine, [spec('deaf', { budget: { attempts: 1, attemptMs: 20 } })]);
      expect(job.state).toBe('failed');
    });

    it('changes nothing when a handler comes back that was left alone', async () => {
      const gate = Promise.withResolvers<void>();
      const returned = Promise.withResolvers<void>();
      const late: StepHandler = async () => {
        await gate.promise;
        setImmediate(returned.resolve);
        return success('too late');
      };
      await using made = await make([steps({ late })], { timing: { graceMs: 20 } });
      const jobId = await submitted(made.engine, { tasks: [spec('late', { budget: { attempts: 1, attemptMs: 20 } })] });
      await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
      expect(await worker.settled(jobId)).toBe('failed');
      const before = [await taskByKey(made.engine, jobId, 'late'), await Array.fromAsync(made.engine.events(jobId))];
      gate.resolve();
      await returned.promise;
      await worker.stop();
      expect([await taskByKey(made.engine, jobId, 'late'), await Array.fromAsync(made.engine.events(jobId))]).toEqual(before);
    });
  });
}

function withGetter(error: Error, field: string): Error {
  return Object.defineProperty(error, field, {
    get: () => {
      throw new Error('not today');
    },
  });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
