import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Decider, Decision, DecisionInput } from '../../../src/domain/decision.ts';
import { defaultDecider } from '../../../src/domain/decision.ts';
import type { TaskId } from '../../../src/domain/ids.ts';
import { repairingPayloads } from '../../../src/domain/repairing-payloads.ts';
import { after, afterEndOf, failing, idOf, run, runJob, spec, statesOf, steps, submitted, success, taskByKey } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

const fails: StepHandler = async () => ({ kind: 'failure', reason: 'no' });

/** Decides on the first failure of the task `odd` what is handed in; on everything else the default does. */
function once(decide: (input: DecisionInput) => unknown): Decider {
  const otherwise = defaultDecider({ baseMs: 10, factor: 2, capMs: 1_000, jitter: 'none' });
  let decided = false;
  return {
    name: 'odd',
    decide: (input) => {
      if (input.task.key !== 'odd' || decided) return otherwise.decide(input);
      decided = true;
      return decide(input) as Decision;
    },
  };
}

/** Fails the first time and succeeds with what it depends on. */
function secondTime(): StepHandler {
  let calls = 0;
  return async ({ dependencies }) => {
    calls += 1;
    return calls === 1 ? { kind: 'failure', reason: 'no' } : success(dependencies.map((dependency) => dependency.key));
  };
}

/** Every decision that a policy can take, and those that make no sense. */
export function decisionCases(make: MakeEngine): void {
  describe('decisions', () => {
    userCases(make);
    dependencyCases(make);
    repairCases(make);
    nonsenseCases(make);
  });
}

function userCases(make: MakeEngine): void {
  it('lets a decider of the user decide', async () => {
    const decider: Decider = { name: 'stubborn', decide: () => ({ kind: 'markDead', reason: 'enough' }) };
    await using made = await make([steps({ bad: fails })], { decider });
    const job = await run(made.engine, [spec('bad')]);
    expect((await taskByKey(made.engine, job.id, 'bad')).decisions).toMatchObject([
      { policy: 'stubborn', kind: 'markDead', reason: 'enough', trigger: 'failure: no', childTaskIds: [] },
    ]);
  });

  it('asks the decider about exceptions too, and tells them apart', async () => {
    const seen: string[] = [];
    const decider: Decider = {
      name: 'watching',
      decide: ({ end }) => {
        seen.push(end.kind === 'error' ? end.cause : end.kind);
        return { kind: 'markDead', reason: 'enough' };
      },
    };
    await using made = await make([steps({ bad: fails, broken: () => Promise.reject(new Error('oops')) })], { decider });
    await run(made.engine, [spec('bad'), spec('broken')]);
    expect(seen.toSorted()).toEqual(['failure', 'thrown']);
  });

  it('tries again after a delay that is no whole number', async () => {
    const decider = once(() => ({ kind: 'retry', delayMs: 0.5, reason: 'very soon' }));
    await using made = await make([steps({ odd: secondTime() })], { decider });
    expect((await run(made.engine, [spec('odd')])).state).toBe('completed');
  });

  it('switches to another payload', async () => {
    const models: unknown[] = [];
    const odd: StepHandler = async ({ payload }) => {
      models.push(payload);
      return models.length === 1 ? { kind: 'failure', reason: 'too hard' } : success(payload);
    };
    const decider = once(() => ({ kind: 'switch', payload: { model: 'large' }, delayMs: 0, reason: 'A larger model' }));
    await using made = await make([steps({ odd })], { decider });
    const job = await run(made.engine, [spec('odd', { payload: { model: 'small' } })]);
    expect(models).toEqual([{ model: 'small' }, { model: 'large' }]);
    const { task, decisions } = await taskByKey(made.engine, job.id, 'odd');
    expect(task).toMatchObject({ state: 'succeeded', failures: 1, payload: { value: { model: 'large' } } });
    expect(decisions).toMatchObject([{ kind: 'switch', reason: 'A larger model' }]);
  });

  it('skips what is not needed any more, and who needed its success', async () => {
    const decider = once(() => ({ kind: 'skip', reason: 'Somebody else did it' }));
    await using made = await make([steps({ odd: fails })], { decider });
    const job = await run(made.engine, [spec('odd'), spec('needs', after('odd')), spec('after', afterEndOf('odd'))]);
    expect(job.state).toBe('completed');
    expect(await statesOf(made.engine, job.id)).toEqual({ odd: 'skipped', needs: 'skipped', after: 'succeeded' });
    const { task, decisions } = await taskByKey(made.engine, job.id, 'odd');
    expect(task).toMatchObject({ reason: 'Somebody else did it' });
    expect(decisions).toMatchObject([{ kind: 'skip', reason: 'Somebody else did it' }]);
  });

  it('lets a decider decompose what failed', async () => {
    const decider = once(() => ({
      kind: 'decompose',
      reason: 'Too large at once',
      decomposition: { join: 'resume', children: [spec('half'), spec('other-half')] },
    }));
    await using made = await make([steps({ odd: secondTime() })], { decider });
    const job = await run(made.engine, [spec('odd')]);
    expect(job).toMatchObject({ state: 'completed', counts: { succeeded: 3 } });
    expect((await taskByKey(made.engine, job.id, 'odd')).decisions).toMatchObject([{ kind: 'decompose', reason: 'Too large at once' }]);
  });

  it('lets a decider ask a person about what failed', async () => {
    const need = { signal: 'approval', from: 'person', question: 'Once more?' };
    const decider = once(() => ({ kind: 'await', need, reason: 'Nobody but a person knows' }));
    await using made = await make([steps({ odd: secondTime() })], { decider });
    const job = await run(made.engine, [spec('odd')]);
    expect(job).toMatchObject({ state: 'waiting', bottleneck: 'odd: Once more?' });
    await made.engine.signal(await idOf(made.engine, job.id, 'odd'), 'approval', true, 'ada');
    expect((await runJob(made.engine, job.id)).state).toBe('completed');
  });
}

function dependencyCases(make: MakeEngine): void {
  it('goes on after what was added to its job for it', async () => {
    const decider = once(() => ({
      kind: 'addDependency',
      tasks: [spec('prepare'), spec('tidy', after('prepare'))],
      dependencies: [{ on: 'tidy', until: 'succeeded' }],
      reason: 'Something is missing',
    }));
    await using made = await make([steps({ odd: secondTime() })], { decider });
    const job = await run(made.engine, [spec('odd'), spec('next', after('odd'))]);
    expect(job).toMatchObject({ state: 'completed', counts: { succeeded: 4 } });
    const { task, decisions, childTaskIds } = await taskByKey(made.engine, job.id, 'odd');
    expect(task).toMatchObject({ result: { value: ['tidy'] }, executions: 2, failures: 1 });
    expect(decisions).toMatchObject([{ kind: 'addDependency', reason: 'Something is missing' }]);
    expect(childTaskIds).toEqual([await idOf(made.engine, job.id, 'prepare'), await idOf(made.engine, job.id, 'tidy')]);
  });

  it.each([
    ['goes on at once after what has succeeded already', 'good', 'succeeded', 'succeeded'],
    ['goes on after the end of what is dead', 'bad', 'settled', 'succeeded'],
    ['is skipped when it needs the success of what is dead', 'bad', 'succeeded', 'skipped'],
  ] as const)('%s', async (_, on, until, state) => {
    const ids = new Map<string, TaskId>();
    const decider = once(() => ({ kind: 'addDependency', dependencies: [{ on: ids.get(on), until }], reason: 'needs it' }));
    await using made = await make([steps({ odd: secondTime(), bad: failing })], { decider });
    const { engine } = made;
    const jobId = await submitted(engine, { tasks: [spec('good'), spec('bad'), spec('odd', afterEndOf('good', 'bad'))] });
    for (const key of ['good', 'bad']) ids.set(key, await idOf(engine, jobId, key));
    await runJob(engine, jobId);
    expect((await taskByKey(engine, jobId, 'odd')).task.state).toBe(state);
  });
}

function repairCases(make: MakeEngine): void {
  /** A task whose payload was stored by a program that expected less of it, and a policy that sends it to be repaired twice at most. */
  async function repaired(written: unknown) {
    const strict = { ...steps().type, payload: z.object({ fixed: z.literal(true) }) };
    const handler: StepHandler = async ({ payload }) => success(payload);
    const fixer = { ...steps(), type: { ...steps().type, name: 'test.fixer' }, handler: async () => success(written) };
    const repairer = ({ task }: DecisionInput) => ({ ...spec(`repair-${task.repairs}`), type: 'test.fixer' });
    await using made = await make([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a', { payload: { fixed: 'almost' } })] });
    await using later = await made.another([{ ...steps(), type: strict, handler }, fixer], {
      decider: repairingPayloads(defaultDecider(), { maxRepairs: 2, repairer }),
    });
    const { state } = await runJob(later.engine, jobId);
    return { state, ...(await taskByKey(later.engine, jobId, 'a')) };
  }

  it('goes on with the payload that a repair wrote', async () => {
    const { state, task, attempts, decisions } = await repaired({ fixed: true });
    expect(state).toBe('completed');
    expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('payload.fixed') });
    expect(task).toMatchObject({ state: 'succeeded', repairs: 1, result: { value: { fixed: true } } });
    expect(decisions).toMatchObject([{ kind: 'repair', reason: 'Repair 1/2 of its payload' }]);
  });

  it('sends a payload to be repaired again when the new one does not fit either, so often and no more', async () => {
    const { state, task, decisions } = await repaired({ broken: true });
    expect(state).toBe('failed');
    expect(task).toMatchObject({ state: 'dead', repairs: 2, reason: expect.stringContaining('Max repairs reached: 2/2') });
    expect(decisions.map((decision) => decision.kind)).toEqual(['repair', 'repair', 'markDead']);
  });

  it('is dead when its payload cannot be repaired', async () => {
    const decider = once(() => ({ kind: 'repair', task: spec('repairer'), reason: 'Repair it' }));
    await using made = await make([steps({ odd: fails, repairer: failing })], { decider });
    const job = await run(made.engine, [spec('odd'), spec('next', after('odd'))]);
    expect(job.state).toBe('failed');
    expect((await taskByKey(made.engine, job.id, 'odd')).task).toMatchObject({
      state: 'dead',
      reason: 'Its payload could not be repaired: repairer ended as dead',
    });
    expect(await statesOf(made.engine, job.id)).toEqual({ odd: 'dead', repairer: 'dead', next: 'skipped' });
  });
}

function nonsenseCases(make: MakeEngine): void {
  const reason = 'because';

  it('survives a decider that throws', async () => {
    const decider: Decider = {
      name: 'broken',
      decide: () => {
        throw new Error('oops');
      },
    };
    await using made = await make([steps({ bad: fails })], { decider });
    const job = await run(made.engine, [spec('bad')]);
    expect(job.state).toBe('failed');
    expect((await taskByKey(made.engine, job.id, 'bad')).task).toMatchObject({
      state: 'dead',
      reason: 'The decider «broken» threw: Error: oops. Last: no',
    });
  });

  it.each<readonly [string, () => never]>([
    [
      'that cannot be described',
      () => {
        throw Object.assign(Object.create(null) as object, { n: 1n });
      },
    ],
    ['that nobody waits for', (() => Promise.reject(new Error('later'))) as unknown as () => never],
  ])('gives up a task whose decider throws something %s', async (_, decide) => {
    await using made = await make([steps({ bad: fails })], { decider: { name: 'broken', decide } });
    const job = await run(made.engine, [spec('bad'), spec('good')]);
    expect(job).toMatchObject({ state: 'failed', counts: { dead: 1, succeeded: 1 } });
  });

  it('cuts the reason of a decision that is too long to be kept', async () => {
    const decider: Decider = { name: 'long', decide: () => ({ kind: 'markDead', reason: 'x'.repeat(100_000) }) };
    await using made = await make([steps({ bad: fails })], { decider });
    const job = await run(made.engine, [spec('bad')]);
    const { decisions } = await taskByKey(made.engine, job.id, 'bad');
    expect(decisions[0]?.reason).toMatch(/^x{7000,} \[cut: 100000 characters\]$/);
  });

  it.each<readonly [string, (input: DecisionInput) => unknown, string]>([
    ['nothing', () => undefined, 'decision'],
    ['null', () => null, 'decision'],
    ['a text', () => 'retry', 'decision'],
    ['a promise', async () => ({ kind: 'markDead', reason }), 'decision: is a promise, and a decider has to decide at once'],
    ['a promise that fails', () => Promise.reject(new Error('later')), 'decision: is a promise'],
    ['an unknown kind', () => ({ kind: 'perhaps', reason }), 'decision.kind: there is no decision «perhaps»'],
    ['no reason', () => ({ kind: 'markDead' }), 'decision.reason'],
    ['a retry after NaN ms', () => ({ kind: 'retry', delayMs: Number.NaN, reason }), 'decision.delayMs'],
    ['a retry before now', () => ({ kind: 'retry', delayMs: -1, reason }), 'decision.delayMs'],
    ['a retry without a delay', () => ({ kind: 'retry', reason }), 'decision.delayMs'],
    ['a retry in no time anybody will see', () => ({ kind: 'retry', delayMs: Infinity, reason }), 'decision.delayMs'],
    ['a retry after the end of time', () => ({ kind: 'retry', delayMs: 1e300, reason }), 'decision.delayMs'],
    ['a need without a signal', () => ({ kind: 'await', need: { from: 'person', question: '?' }, reason }), 'need.signal'],
    [
      'a need with details that have no JSON form',
      () => ({ kind: 'await', need: { signal: 'go', question: '?', from: 'person', details: 1n }, reason }),
      'need.details',
    ],
    ['a wait for nothing', () => ({ kind: 'await', reason }), 'need'],
    ['a switch to what does not exist', () => ({ kind: 'switch', delayMs: 0, payload: 1n, reason }), 'decision.payload'],
    ['a decomposition into nothing', () => ({ kind: 'decompose', reason }), 'decision.decomposition'],
    [
      'children of a join that does not exist',
      () => ({ kind: 'decompose', decomposition: { join: 'maybe', children: [spec('x')] }, reason }),
      'decision.decomposition',
    ],
    [
      'children that wait for each other',
      () => ({ kind: 'decompose', decomposition: { join: 'none', children: [spec('x', after('y')), spec('y', after('x'))] }, reason }),
      'x -> y -> x',
    ],
    ['no children', () => ({ kind: 'decompose', decomposition: { join: 'resume', children: [] }, reason }), 'children'],
    [
      'children that are none',
      () => ({ kind: 'decompose', decomposition: { join: 'none', children: [undefined] }, reason }),
      'children[0]: is no task',
    ],
    ['dependencies on nothing', () => ({ kind: 'addDependency', reason }), 'decision.dependencies'],
    [
      'a dependency on who knows what',
      () => ({ kind: 'addDependency', dependencies: [{ on: 'who', until: 'settled' }], reason }),
      'decision.dependencies[0].on',
    ],
    [
      'a dependency until who knows when',
      ({ task }) => ({ kind: 'addDependency', tasks: [spec('x')], dependencies: [{ on: 'x', until: task.key }], reason }),
      'decision.dependencies',
    ],
    ['no dependencies', () => ({ kind: 'addDependency', dependencies: [], reason }), 'decision.dependencies'],
    ['a repair by nobody', () => ({ kind: 'repair', reason }), 'decision.task'],
    ['a repair by what nobody handles', () => ({ kind: 'repair', task: { ...spec('x'), type: 'test.other' }, reason }), 'decision.task'],
  ])('takes a decision that makes no sense as an infrastructure error: %s', async (_, decide, fault) => {
    await using made = await make([steps({ odd: fails })], { decider: once(decide) });
    const job = await run(made.engine, [spec('odd', { budget: { attempts: 1 } })]);
    expect(job.state).toBe('failed');
    const { task, attempts, decisions } = await taskByKey(made.engine, job.id, 'odd');
    expect(task.state).toBe('dead');
    expect(attempts).toMatchObject([{ outcome: 'error', errorKind: 'infrastructure', reason: expect.stringContaining(fault) }]);
    expect(decisions).toMatchObject([{ kind: 'markDead', reason: 'Max attempts reached: 1/1' }]);
    expect(await made.engine.tasks(job.id)).toHaveLength(1);
  });

  it('gives up a task whose decider never makes sense', async () => {
    const decider: Decider = { name: 'odd', decide: () => ({ kind: 'retry', delayMs: Number.NaN, reason }) };
    await using made = await make([steps({ odd: fails })], { decider });
    const job = await run(made.engine, [spec('odd')]);
    expect(job.state).toBe('failed');
    const { task, attempts } = await taskByKey(made.engine, job.id, 'odd');
    expect(task).toMatchObject({ state: 'dead', reason: expect.stringContaining('decision.delayMs') });
    expect(attempts).toHaveLength(1);
  });

  it('refuses a dependency of a task on itself', async () => {
    const known: { id?: TaskId } = {};
    const decider = once(() => ({ kind: 'addDependency', dependencies: [{ on: known.id, until: 'settled' }], reason }));
    await using made = await make([steps({ odd: fails })], { decider });
    const jobId = await submitted(made.engine, { tasks: [spec('odd', { budget: { attempts: 1 } })] });
    known.id = await idOf(made.engine, jobId, 'odd');
    await runJob(made.engine, jobId);
    expect((await taskByKey(made.engine, jobId, 'odd')).attempts).toMatchObject([
      { reason: 'decision.dependencies[0].on: is the task itself' },
    ]);
  });
}
