import { setTimeout as delay } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { seededRandom } from '../simulation/random.ts';
import type { Random } from '../simulation/random.ts';
import type { DeployStand } from '../support/deploy-stand.ts';
import { deployStand, reasonsOf } from '../support/deploy-stand.ts';
import { startLoad } from '../support/load.ts';
import { hookFile, lookAt, wrongWith } from './deploy-records.ts';

/** One deployment that is killed. */
export interface DeployTrial {
  /** `bad`: a release that is well at first, and has to be taken back. */
  readonly way: 'good' | 'bad';
  /** Miyabi is killed so many ms after this event of the task with this key. */
  readonly event: 'task.started' | 'task.state';
  readonly key: string;
  readonly afterMs: number;
  /** So many ms after it was resumed it is killed again. */
  readonly againMs?: number;
  /** Whether the keeper of the environment is killed together with Miyabi. */
  readonly keeper: boolean;
}

/** How a campaign goes. */
export interface DeployCampaignRequest {
  readonly trials: readonly DeployTrial[];
  /** Told how far it is. */
  readonly tell?: (text: string) => void;
}

/** What has come of it. */
export interface DeployCampaignReport {
  readonly trials: number;
  /** What was not as it should be, a line each; empty where every trial ended right. */
  readonly wrong: readonly string[];
  readonly kills: number;
  /** Requests of users while deployments were killed, and how many of them failed; those of trials in which the keeper was killed by themselves. */
  readonly requests: number;
  readonly failed: number;
  readonly keeperKills: number;
  readonly failedWithKeeper: number;
}

const forward = [
  'deploy',
  'build',
  'production',
  'open',
  'place',
  'expand',
  'start',
  'verify-beside',
  'baseline',
  'serve',
  'verify-serving',
  'watch',
  'contract',
  'finish',
  'cleanup',
];
const back = ['watch', 'serve-back', 'verify-back', 'finish'];

/** Where a deployment and a rollback can be killed at the border of a step. */
const moments = (
  [
    ['good', forward],
    ['bad', back],
  ] as const
).flatMap(([way, keys]) => keys.flatMap((key) => (['task.started', 'task.state'] as const).map((event) => ({ way, key, event }))));

/** Every border of a step before any of them comes again; half of the trials a little or much later than that. */
export function drawTrials(count: number, seed: number): readonly DeployTrial[] {
  const random = seededRandom(seed);
  const drawn: DeployTrial[] = [];
  while (drawn.length < count) {
    for (const moment of shuffled(moments, random)) {
      const isWatch = moment.key === 'watch' && moment.event === 'task.started';
      drawn.push({
        ...moment,
        afterMs: random.chance(0.5) ? 0 : random.whole(1, isWatch ? 2_500 : 300),
        keeper: random.chance(0.15),
        ...(random.chance(0.3) ? { againMs: random.whole(500, 4_000) } : {}),
      });
    }
  }
  return drawn.slice(0, count);
}

function shuffled<T>(all: readonly T[], random: Random): readonly T[] {
  return all
    .map((one) => ({ one, at: random.fraction() }))
    .toSorted((first, second) => first.at - second.at)
    .map(({ one }) => one);
}

/** Well for two checks before its watch and two in it, whenever it is killed: its first death comes later. */
const bad = { sickAfterChecks: 4 };

/** One deployment after the other goes to an environment that serves all the time, each killed where its trial says and resumed. */
export async function deployCampaign({ trials, tell }: DeployCampaignRequest): Promise<DeployCampaignReport> {
  await using stand = await deployStand();
  const appended = (name: string): string => `echo "${name} $MIYABI_RELEASE" >> ${hookFile(stand)}`;
  const hooks = { expand: appended('expand'), contract: appended('contract') };
  await stand.configure({ environments: [{ name: 'production', hooks, watch: { seconds: 3 } }] });
  await stand.commit();
  const first = await stand.deploy();
  if (first.report.status !== 'succeeded') throw new Error(`nothing could be deployed at all: ${first.end.stderr}`);
  const wrong: string[] = [];
  const count = { kills: 0, requests: 0, failed: 0, keeperKills: 0, failedWithKeeper: 0 };
  for (const [index, trial] of trials.entries()) {
    const { kills, found, sent, failed } = await tryOnce(stand, trial);
    count.kills += kills;
    count.requests += sent;
    count[trial.keeper ? 'failedWithKeeper' : 'failed'] += failed;
    count.keeperKills += trial.keeper ? 1 : 0;
    const name = `${index + 1} (${inWords(trial)})`;
    wrong.push(...found.map((each) => `${name}: ${each}`));
    tell?.(`${name}: ${found.length === 0 ? 'right' : found.join('; ')}; ${failed} of ${sent} requests failed`);
  }
  return { trials: trials.length, wrong, ...count };
}

interface Tried {
  readonly kills: number;
  readonly found: readonly string[];
  readonly sent: number;
  readonly failed: number;
}

async function tryOnce(stand: DeployStand, trial: DeployTrial): Promise<Tried> {
  const before = await lookAt(stand);
  const commit = await stand.commit(trial.way === 'good' ? {} : bad);
  const load = startLoad({ url: await stand.url(), perSecond: 100, timeoutMs: 20_000, atMostMs: 600_000 });
  const kills = await killed(stand, trial);
  const end = await stand.miyabi('resume', '--json');
  const { sent, failed, failures } = await load.stop();
  const found = [...(await wrongWith(stand, { trial, before, commit, end }))];
  if (!trial.keeper && failed > 0) found.push(`${failed} of ${sent} requests failed (${failures.slice(0, 3).join(', ')})`);
  if (found.length > 0) {
    found.push(reasonsOf(end).split('\n').slice(-5).join(' | '));
    // What goes on no more would be in the way of the next trial.
    await stand.miyabi('cancel', 'last', '--reason', 'it did not end right');
  }
  return { kills, found, sent, failed };
}

/** Begins a deployment and kills it where its trial says, and once more. @returns how often it was killed. */
async function killed(stand: DeployStand, trial: DeployTrial): Promise<number> {
  const started = stand.start('deploy', '--yes', '--json');
  for await (const line of createInterface({ input: started.stdout })) {
    const event = JSON.parse(line) as { readonly type: string; readonly key?: string };
    if (event.type !== trial.event || event.key !== trial.key) continue;
    await delay(trial.afterMs);
    started.kill('SIGKILL');
    if (trial.keeper) process.kill((await stand.keeper()).pid, 'SIGKILL');
    break;
  }
  started.stdout.resume();
  const { signal } = await started;
  if (trial.againMs === undefined) return signal === 'SIGKILL' ? 1 : 0;
  const resumed = stand.start('resume', '--json');
  await Promise.race([resumed, delay(trial.againMs)]);
  resumed.kill('SIGKILL');
  const again = await resumed;
  return [signal, again.signal].filter((each) => each === 'SIGKILL').length;
}

function inWords({ way, event, key, afterMs, againMs, keeper }: DeployTrial): string {
  const moment = `${way} release, ${event === 'task.started' ? 'start' : 'end'} of ${key}${afterMs === 0 ? '' : ` and ${afterMs} ms`}`;
  return `${moment}${keeper ? ', with its keeper' : ''}${againMs === undefined ? '' : `, again after ${againMs} ms`}`;
}
