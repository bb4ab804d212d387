import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../simulation/random.ts';
import { expectRunWhole } from './distributed-records.ts';
import { distributedSite } from './distributed-site.ts';
import type { DistributedSite, RunEvent, SiteMachine } from './distributed-site.ts';

/** How a campaign goes. */
export interface CampaignRequest {
  /** The same seed draws the same machines and moments; what they meet there is up to the system. */
  readonly seed: number;
  readonly kills: number;
  /** Runs under way at a time. */
  readonly runsAtATime: number;
  /** In place of a database of its own. */
  readonly database?: string;
  /** Told how far it is. */
  readonly tell?: (text: string) => void;
}

/** What has come of it. Everything that was looked at was as it should be, or it would have been thrown. */
export interface CampaignReport {
  readonly kills: number;
  readonly runs: number;
  /** Attempts that ended with the death of the process that made them. */
  readonly attemptsLost: number;
}

const names = ['one', 'two', 'three'] as const;
/** So many tasks are begun between two kills, at most, and so many ms pass then: most begin, some end. */
const between = { tasks: 6, ms: 1_500 };
/** A task that five processes have died of in a row is given up, as it should be: who executes one that so many have died of is spared. */
const mostDeaths = 3;

/**
 * Full runs on three machines, any of which is killed at random moments and started again. After each run: it was handed over once, and
 * the records say all of it without gaps. At the end nothing is left on any disk, mounted or running.
 *
 * @throws what was not as it should be.
 */
export async function campaign(request: CampaignRequest): Promise<CampaignReport> {
  await using site = await distributedSite({
    leaseSeconds: 4,
    ...(request.database === undefined ? {} : { database: request.database }),
  });
  const machines = new Map<string, SiteMachine>();
  for (const name of names) machines.set(name, await site.machine(name));
  await Promise.all([...machines.values()].map(async (machine) => await machine.until('Takes tasks')));
  const over = new AbortController();
  const begun = counter();
  const killing = killNowAndThen(site, { machines, begun }, request).finally(() => over.abort());
  // Once a run has failed, nobody is killed any more.
  const lanes = Array.from(
    { length: request.runsAtATime },
    async (_, lane) => await runsUntil(over.signal, { site, lane, begun }, request).finally(() => begun.close()),
  );
  const [, ...counts] = await Promise.all([killing, ...lanes]).catch(async (error: unknown) => {
    await Promise.allSettled([killing, ...lanes]);
    throw error;
  });
  const runs = counts.reduce((sum, count) => sum + count, 0);
  await expectNothingLeft(site, machines);
  const [lost] = await site.query<{ count: number }>("SELECT count(*)::int AS count FROM weaver_attempt WHERE outcome = 'error'");
  return { kills: request.kills, runs, attemptsLost: lost?.count ?? 0 };
}

async function killNowAndThen(
  site: DistributedSite,
  { machines, begun }: { readonly machines: Map<string, SiteMachine>; readonly begun: Counter },
  { seed, kills, tell }: CampaignRequest,
): Promise<void> {
  const random = seededRandom(seed);
  for (let kill = 0; kill < kills;) {
    if (!(await begun.more(random.whole(1, between.tasks)))) return;
    await delay(random.fraction() * between.ms);
    const spared = await sparedProcesses(site);
    const others = [...machines.values()].filter(({ process }) => !spared.includes(process.pid ?? -1));
    if (others.length === 0) continue;
    const machine = random.pick(others);
    machine.process.kill('SIGKILL');
    const end = await machine.process;
    // It has not ended by itself before.
    if (end.signal !== 'SIGKILL') throw new Error(`${machine.name} had ended: ${machine.said.join('\n')}`);
    machines.set(machine.name, await site.machine(machine.name));
    kill += 1;
    if (kill % 10 === 0) tell?.(`${kill} of ${kills} kills`);
  }
}

async function sparedProcesses(site: DistributedSite): Promise<readonly number[]> {
  const rows = await site.query<{ pid: number }>(
    `SELECT process.pid::int AS pid FROM weaver_task AS task JOIN weaver_process AS process ON process.id = task.lease_owner
      WHERE task.state = 'running' AND task.leases_lost + task.crashes >= $1`,
    [mostDeaths],
  );
  return rows.map(({ pid }) => pid);
}

interface Counter {
  /** One more. */
  count(): void;
  /** @returns after so many more, or false as soon as it is closed. */
  more(of: number): Promise<boolean>;
  /** There will be no more. */
  close(): void;
}

function counter(): Counter {
  let awaited: { left: number; readonly resolve: (reached: boolean) => void } | undefined;
  let closed = false;
  return {
    count: () => {
      if (awaited === undefined) return;
      awaited.left -= 1;
      if (awaited.left === 0) awaited.resolve(true);
    },
    more: (of) => (closed ? Promise.resolve(false) : new Promise((resolve) => (awaited = { left: of, resolve }))),
    close: () => {
      closed = true;
      awaited?.resolve(false);
    },
  };
}

/** Runs one after the other, the last of which is begun before the last kill. @returns how many. */
async function runsUntil(
  over: AbortSignal,
  { site, lane, begun }: { readonly site: DistributedSite; readonly lane: number; readonly begun: Counter },
  { seed, tell }: CampaignRequest,
): Promise<number> {
  const onEvent = ({ type }: RunEvent): void => {
    if (type === 'task.started') begun.count();
  };
  for (let count = 0; ;) {
    const { stdout, stderr } = await site.run(`add() is wrong, ${seed} says ${lane} for the ${count}. time`, onEvent, 1);
    const last = stdout.trim().split('\n').at(-1);
    if (last === undefined || !last.includes('run.finished')) throw new Error(`A run has ended without a report: ${stderr}`);
    const report = JSON.parse(last) as RunEvent;
    await expectRunWhole(site, report);
    count += 1;
    tell?.(`${report.run ?? ''} was handed over once`);
    if (over.aborted) return count;
  }
}

async function expectNothingLeft(site: DistributedSite, machines: ReadonlyMap<string, SiteMachine>): Promise<void> {
  for (const [name, machine] of machines) {
    await machine.until('Takes tasks');
    machine.stop();
    const { exitCode } = await machine.process;
    if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode ?? 'a signal'}: ${machine.said.join('\n')}`);
    const left = site.left(name);
    if (left.length > 0) throw new Error(`There is something left of ${name}: ${left.join(', ')}`);
  }
}
