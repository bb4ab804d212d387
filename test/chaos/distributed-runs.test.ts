import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endOfCommand } from '../support/miyabi.ts';
import { noPostgres } from '../support/postgres.ts';
import { expectRunWhole } from './distributed-records.ts';
import { distributedSite } from './distributed-site.ts';
import type { DistributedSite, RunEvent, SiteMachine } from './distributed-site.ts';

const lacking = noPostgres();

/** Kinds of tasks of a run: when the first of each begins, the machine that executes it is killed. */
const phases = [
  'miyabi.issue.plan',
  'miyabi.base.check',
  'miyabi.world.run',
  'miyabi.world.check',
  'miyabi.tests.collect',
  'miyabi.task.choose',
  'miyabi.task.integrate',
  'miyabi.run.publish',
] as const;

/** Whoever has to wait for a lease to run out waits for at least so long. */
const leaseSeconds = 4;

describe.skipIf(lacking !== undefined)(`runs on three machines${lacking === undefined ? '' : ` (${lacking})`}`, () => {
  let site: DistributedSite;
  const machines = new Map<string, SiteMachine>();

  beforeAll(async () => {
    site = await distributedSite({ leaseSeconds });
    const [first, ...others] = await Promise.all([site.machine('one', 'serve'), site.machine('two', 'serve'), site.machine('three')]);
    for (const machine of [first, ...others]) {
      await machine.until('Takes tasks');
      machines.set(machine.name, machine);
    }
  });

  afterAll(async () => await site?.[Symbol.asyncDispose]());

  /** The machine that executes what has started. */
  async function executor({ attemptId = '' }: RunEvent): Promise<SiteMachine> {
    const pid = await site.executorOf(attemptId);
    const found = [...machines.values()].find((machine) => machine.process.pid === pid);
    if (found === undefined) throw new Error(`Nobody is known who executes ${attemptId}.`);
    return found;
  }

  async function again({ name }: SiteMachine): Promise<SiteMachine> {
    const machine = await site.machine(name);
    machines.set(name, machine);
    return machine;
  }

  const lastOf = (stdout: string): RunEvent => JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as RunEvent;

  it('are cancelled before a lease runs out, on whichever machine they are', async () => {
    const events: RunEvent[] = [];
    const running = Promise.withResolvers<RunEvent>();
    const run = site.run(
      'add() is wrong, and nobody minds',
      (event) => {
        events.push(event);
        if (event.type === 'task.started' && event.taskType === 'miyabi.world.run') running.resolve(event);
      },
      600,
    );
    const { run: name = '' } = await running.promise;
    expect(await endOfCommand(site.miyabi(['cancel', name]))).toMatchObject({ code: 0 });
    await run;
    const cancelled = events.filter(({ type, state }) => type === 'task.state' && state === 'cancelled');
    // What waited is cancelled with the command, what ran has heard of it.
    const asked = cancelled[0]?.at ?? Number.NaN;
    const begun = events.filter(({ type, taskType }) => type === 'task.started' && taskType === 'miyabi.world.run');
    for (const { taskId } of begun) {
      const end = events.findLast((event) => event.type === 'task.state' && event.taskId === taskId);
      expect(end).toMatchObject({ state: 'cancelled' });
      expect((end?.at ?? Number.NaN) - asked).toBeLessThan(leaseSeconds * 1_000);
    }
  });

  it.each([
    { told: 'once', times: 1, does: 'finishes it' },
    { told: 'twice', times: 2, does: 'hands it back at once' },
  ])('go on elsewhere when a machine is told $told to stop: what it was doing, it $does', { tags: ['campaign'] }, async ({ times }) => {
    const leaving = Promise.withResolvers<{ readonly machine: SiteMachine; readonly taskId: string }>();
    let isTold = false;
    const tell = async (event: RunEvent): Promise<void> => {
      isTold = true;
      const machine = await executor(event);
      machine.stop();
      if (times === 2) {
        await machine.until('Takes nothing new');
        machine.stop();
      }
      leaving.resolve({ machine, taskId: event.taskId ?? '' });
    };
    const run = site.run(
      `add() is wrong, says who is told ${times} times`,
      (event) => {
        if (!isTold && event.type === 'task.started' && event.taskType === 'miyabi.world.run') tell(event).catch(leaving.reject);
      },
      4,
    );
    const { machine, taskId } = await leaving.promise;
    expect(await machine.process).toMatchObject({ exitCode: 0 });
    expect(site.left(machine.name)).toEqual([]);
    await (await again(machine)).until('Takes tasks');
    await expectRunWhole(site, lastOf((await run).stdout));
    const attempts = await site.query<{ outcome: string; waited: number }>(
      'SELECT outcome, (lead(started_at) OVER (ORDER BY epoch) - ended_at)::int AS waited FROM weaver_attempt WHERE task_id = $1 ORDER BY epoch',
      [taskId],
    );
    expect(attempts).toHaveLength(times);
    // Ready again at once: nobody waits for a lease to run out.
    for (const { waited } of attempts.slice(0, -1)) expect(waited).toBeLessThan(leaseSeconds * 1_000);
  });

  it('come to their one end when a machine is killed in each of their phases', { tags: ['campaign'], timeout: 180_000 }, async () => {
    const killed = new Set<string>();
    const restarts: Promise<unknown>[] = [];
    const run = site.run(
      'add() is wrong, whatever happens',
      (event) => {
        const { type, taskType = '' } = event;
        if (type !== 'task.started' || killed.has(taskType) || !phases.some((phase) => phase === taskType)) return;
        killed.add(taskType);
        restarts.push(
          executor(event).then(async (machine) => {
            machine.process.kill('SIGKILL');
            expect((await machine.process).signal).toBe('SIGKILL');
            await (await again(machine)).until('Takes tasks');
          }),
        );
      },
      1,
    );
    const report = lastOf((await run).stdout);
    await Promise.all(restarts);
    expect([...killed].toSorted()).toEqual([...phases].toSorted());
    await expectRunWhole(site, report);
    for (const { name, process, stop } of machines.values()) {
      stop();
      expect(await process, name).toMatchObject({ exitCode: 0 });
      expect(site.left(name), name).toEqual([]);
    }
  });
});
