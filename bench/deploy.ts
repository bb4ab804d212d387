/**
 * Whether users notice that a release takes over, how soon a bad one is taken back, and what becomes of deployments that are killed.
 *
 * A real Miyabi deploys one small service again and again to the target `process`, under a load that nothing slows down. What a bad release costs is
 * counted from its third failed health check, by the clock of whoever judges it, until the keeper gives all traffic to the release before.
 *
 *     npm run bench -- deploy [--switches 10] [--rollbacks 10] [--rate 200] [--trials 0] [--json]
 */
import { parseArgs } from 'node:util';
import { deployCampaign, drawTrials } from '../test/chaos/deploy-campaign.ts';
import type { DeployStand } from '../test/support/deploy-stand.ts';
import { deployStand } from '../test/support/deploy-stand.ts';
import type { LoadResult } from '../test/support/load.ts';
import { startLoad } from '../test/support/load.ts';
import type { ServiceBehaviour } from '../test/support/service-releases.ts';
import type { Figure, Skipped } from './support/figures.ts';
import { atLeast, atMost, figure, report } from './support/figures.ts';
import { percentile } from './support/statistics.ts';

const { values } = parseArgs({
  options: {
    switches: { type: 'string', default: '10' },
    rollbacks: { type: 'string', default: '10' },
    rate: { type: 'string', default: '200' },
    trials: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});
const [switches, rollbacks, rate, trials] = [values.switches, values.rollbacks, values.rate, values.trials].map(Number) as [
  number,
  number,
  number,
  number,
];

/** Checks that a bad release is well for: one beside, one where it serves, two of its watch. */
const well = 4;

await using stand = await deployStand();
await stand.configure({ environments: [{ name: 'production', health: { intervalSeconds: 1 }, watch: { seconds: 3 } }] });
await deploy({}, 'live');

const taken = await underLoad(async () => {
  for (let one = 0; one < switches; one += 1) await deploy({}, 'live');
});

await stand.configure({ environments: [{ name: 'production', health: { intervalSeconds: 1 }, watch: { seconds: 60 } }] });
const backMs: number[] = [];
const provenMs: number[] = [];
const returned = await underLoad(async () => {
  for (let one = 0; one < rollbacks; one += 1) {
    await deploy({ sickAfterChecks: well }, 'rolled-back');
    const { verdict, endedAt, leaves } = stand.deployments().at(-1)!;
    if (verdict?.rule !== 'health') throw new Error(`it was taken back for ${verdict?.rule}`);
    backMs.push((await servedAgainAt(stand, leaves!)) - verdict.at);
    provenMs.push(endedAt! - verdict.at);
  }
});

const [killed, skipped] = await killedOnes();
const detail = `${backMs.length} releases, healthy for ${well} checks and failing then; checks every second`;
report(
  'deploy',
  [
    figure('switch-failed', taken.failed, 'requests', {
      goal: atMost(0),
      detail: [`${taken.sent} requests at ${rate}/s during ${switches} switches of a good release`, ...taken.failures.slice(0, 3)].join(
        '; ',
      ),
    }),
    figure('switch-p99', taken.p99Ms, 'ms', { detail: `from when a request was due; the longest took ${Math.round(taken.longestMs)} ms` }),
    figure('rollback-p50', percentile(backMs, 0.5), 'ms', { goal: atMost(5_000), detail }),
    figure('rollback-max', Math.max(...backMs), 'ms', { goal: atMost(30_000), detail }),
    figure('rollback-proven-p50', percentile(provenMs, 0.5), 'ms', {
      detail: 'until the old one was verified and the environment given back',
    }),
    figure('rollback-failed', returned.failed, 'requests', {
      detail: `of ${returned.sent} at ${rate}/s meanwhile: the bad releases failed only their health checks`,
    }),
    ...killed,
  ],
  { json: values.json, skipped },
);

/** @throws where it ends otherwise. */
async function deploy(behaviour: ServiceBehaviour, end: string): Promise<void> {
  await stand.commit(behaviour);
  const done = await stand.deploy();
  if (done.report.deployments[0]?.end !== end) throw new Error(`it did not end as ${end}: ${done.reasons}`);
}

async function underLoad(work: () => Promise<void>): Promise<LoadResult> {
  const load = startLoad({ url: await stand.url(), perSecond: rate, atMostMs: 3_600_000 });
  await work();
  return await load.stop();
}

/** Epoch ms at which the keeper last gave all traffic to a release. */
async function servedAgainAt(at: DeployStand, release: number): Promise<number> {
  const line = (await at.keeperLog()).findLast((each) => each.endsWith(` r${release} serves`));
  return Date.parse(line?.split(' ', 1)[0] ?? '');
}

async function killedOnes(): Promise<readonly [readonly Figure[], readonly Skipped[]]> {
  const name = 'killed-ended-right';
  if (trials === 0) return [[], [{ name, reason: 'It takes ten seconds a trial: --trials 50, or npm run kills -- deployments.' }]];
  const { wrong, kills, requests, failed } = await deployCampaign({ trials: drawTrials(trials, 1) });
  for (const line of wrong) console.error(line);
  const right = trials - new Set(wrong.map((line) => line.split(' ', 1)[0])).size;
  const told = `of ${trials} deployments and rollbacks, killed ${kills} times; ${failed} of ${requests} requests failed while only Miyabi was killed`;
  return [[figure(name, right, 'deployments', { goal: atLeast(trials), detail: told })], []];
}
