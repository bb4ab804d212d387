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
  /** The longest time between two kills, in ms. */
  readonly longestPauseMs: number;
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
  const killing = killNowAndThen(site, machines, request).finally(() => over.abort());
  killing.catch(() => undefined);
  const lanes = Array.from({ length: request.runsAtATime }, async (_, lane) => await runsUntil(over.signal, site, lane, request));
  const runs = (await Promise.all(lanes)).reduce((sum, count) => sum + count, 0);
  await killing;
  await expectNothingLeft(site, machines);
  const [lost] = await site.query<{ count: number }>("SELECT count(*)::int AS count FROM weaver_attempt WHERE outcome = 'error'");
  return { kills: request.kills, runs, attemptsLost: lost?.count ?? 0 };
}

async function killNowAndThen(
  site: DistributedSite,
  machines: Map<string, SiteMachine>,
  { seed, kills, longestPauseMs, tell }: CampaignRequest,
): Promise<void> {
  const random = seededRandom(seed);
  for (let kill = 1; kill <= kills; kill += 1) {
    await delay(random.fraction() * longestPauseMs);
    const name = random.pick(names);
    const machine = machines.get(name);
    machine?.process.kill('SIGKILL');
    const end = await machine?.process;
    // It has not ended by itself before.
    if (end?.signal !== 'SIGKILL') throw new Error(`${name} had ended: ${machine?.said.join('\n') ?? ''}`);
    machines.set(name, await site.machine(name));
    if (kill % 10 === 0) tell?.(`${kill} of ${kills} kills`);
  }
}

/** Runs one after the other, the last of which is begun before the last kill. @returns how many. */
async function runsUntil(over: AbortSignal, site: DistributedSite, lane: number, { seed, tell }: CampaignRequest): Promise<number> {
  for (let count = 0; ;) {
    const { stdout, stderr } = await site.run(`add() is wrong, ${seed} says ${lane} for the ${count}. time`, undefined, 1);
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
