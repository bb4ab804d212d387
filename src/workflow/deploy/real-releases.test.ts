import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { keptEnvironment } from '../../../test/support/kept-environment.ts';
import { startLoad } from '../../../test/support/load.ts';
import { serviceRelease, serviceStart } from '../../../test/support/service-releases.ts';
import type { ServiceBehaviour } from '../../../test/support/service-releases.ts';
import { systemClock } from '../../adapters/clock.ts';
import { createProcessDeployer } from '../../adapters/deploy/process/create-process-deployer.ts';
import { createHealthProbe } from '../../adapters/measure/health-probe.ts';
import { proxySource } from '../../adapters/measure/proxy-source.ts';
import { deploySection } from '../../domain/config-deploy.ts';
import type { Baseline, WatchRule } from '../../domain/deployment.ts';
import type { CommitId } from '../../domain/ids.ts';
import { measureBaseline } from './baseline.ts';
import type { LookTools, StepVerdict } from './step-verdict.ts';
import { verifyRelease } from './verify.ts';
import { watchRelease } from './watch.ts';

/** How a release behaves beside the one before it, and how it is looked at. */
interface Trial {
  readonly before?: ServiceBehaviour;
  readonly behaviour: ServiceBehaviour;
  /** Answers so many times as slowly as 95 % of the old one's answers were. */
  readonly slower?: number;
  /** Requests of users a second. */
  readonly load?: number;
  readonly health?: object;
  readonly watch?: object;
}

/** What became of the second release. */
interface Outcome {
  readonly served: boolean;
  readonly rule: WatchRule | 'none';
  readonly baseline: Baseline | undefined;
}

/** Puts a release in the place of another as a deployment does, at a real target, with users who go on asking. */
async function deployed({ before = {}, behaviour, slower, load: perSecond = 20, health = {}, watch = {} }: Trial): Promise<Outcome> {
  await using kept = await keptEnvironment();
  const target = { kind: 'process', listen: { host: '127.0.0.1', port: 0 }, start: serviceStart, stopSeconds: 2 } as const;
  const environment = deploySection.parse({
    projects: [
      {
        repository: 'ada/shop',
        environments: [
          {
            name: 'production',
            target,
            health: { intervalSeconds: 0.3, graceSeconds: 20, timeoutSeconds: 5, ...health },
            watch: { seconds: 4, errorSeconds: 4, ...watch },
          },
        ],
      },
    ],
  }).projects[0]!.environments[0]!;
  await using deployer = createProcessDeployer({ folder: kept.folder, nodePath: process.execPath, hidden: [], target });
  const change = { fence: 1, signal: AbortSignal.timeout(110_000), onLine: () => undefined };
  const start = async (number: number, how: ServiceBehaviour) => {
    const release = await serviceRelease(kept.scratch, number, how);
    await deployer.place(release, change);
    await deployer.start(release, change);
    return release;
  };
  const tools: LookTools = {
    clock: systemClock,
    wait: async (ms, signal) => await setTimeout(ms, undefined, { signal }),
    probe: createHealthProbe({ clock: systemClock }),
    note: async () => await Promise.resolve(),
    progress: () => undefined,
  };
  const look = (release: { readonly number: number; readonly commit: CommitId }) => ({ environment, release, deployer, ...change });

  const old = await start(1, before);
  await deployer.serve(old, change);
  const { url = '' } = await deployer.status(change.signal);
  const load = perSecond === 0 ? undefined : startLoad({ url, perSecond });
  try {
    await load?.answered(60);
    const source = proxySource(deployer);
    // Before the next one is started: on a small machine that alone makes the old one slower.
    const { baseline } = await measureBaseline(tools, { ...look(old), source });
    const answerMs = slower === undefined ? {} : { answerMs: Math.ceil((baseline?.p95Ms ?? 0) * slower) };
    const fresh = await start(2, { ...behaviour, ...answerMs });
    const beside = await verifyRelease(tools, { ...look(fresh), where: 'beside', isStarting: true });
    if (beside.kind === 'bad') return outcomeOf(false, beside, undefined);
    await deployer.serve(fresh, change);
    const servedAt = systemClock.now();
    const serving = await verifyRelease(tools, { ...look(fresh), where: 'serving', isStarting: false });
    if (serving.kind === 'bad') return outcomeOf(true, serving, baseline);
    return outcomeOf(true, await watchRelease(tools, { ...look(fresh), servedAt, lookedAt: [], baseline, source }), baseline);
  } finally {
    await load?.stop();
  }
}

/** All at once. Where one fails it is told when all have ended: nothing is left running. */
async function together(...trials: readonly Trial[]): Promise<readonly Outcome[]> {
  const settled = await Promise.allSettled(trials.map(deployed));
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason as Error;
    return one.value;
  });
}

function outcomeOf(served: boolean, found: StepVerdict, baseline: Baseline | undefined): Outcome {
  return { served, rule: found.kind === 'good' ? 'none' : found.verdict.rule, baseline };
}

it.concurrent(
  'keeps releases that are good: quick ones, slow starters, ones that flap, ones that nobody asks',
  { tags: ['campaign'] },
  async () => {
    const outcomes = await together(
      { behaviour: {} },
      { behaviour: { startsAfterMs: 1_500 } },
      { behaviour: { checks: ['ok', 'ok', 'fail', 'ok', 'fail', 'ok', 'fail', 'fail', 'ok'] } },
      { behaviour: {}, load: 0 },
    );
    expect(outcomes.map(({ served, rule }) => (served ? rule : 'refused'))).toEqual(['none', 'none', 'none', 'none']);
    expect(outcomes[0]?.baseline?.requests).toBeGreaterThanOrEqual(60);
  },
);

it.concurrent('never lets serve what dies at once, does not start in time or is another version', { tags: ['campaign'] }, async () => {
  const dead = await together(
    { behaviour: { diesAfterChecks: 0 } },
    { behaviour: { startsAfterMs: 60_000 }, health: { graceSeconds: 3 } },
    { behaviour: { saysCommit: 'f'.repeat(40) }, health: { graceSeconds: 3 } },
  );
  expect(dead.map(({ served }) => served)).toEqual([false, false, false]);
  expect(dead.map(({ rule }) => rule)).toEqual([expect.stringMatching(/crash-loop|health/), 'health', 'wrong-version']);
});

it.concurrent('finds what dies or falls ill after so many checks', async () => {
  const [ill, ...dead] = await together(
    { behaviour: { sickAfterChecks: 4 } },
    ...[1, 2, 3].map((checks) => ({ behaviour: { diesAfterChecks: checks }, watch: { seconds: 20 } })),
  );
  expect(ill).toMatchObject({ served: true, rule: 'health' });
  // Which of the three shows it first is a matter of moments.
  for (const { rule } of dead) expect(['crash-loop', 'health', 'errors']).toContain(rule);
});

// Figures closer to the 5 % that may fail are a matter of single requests on a busy machine: they are tried in a time that passes as the test says.
it.concurrent(
  'keeps a release of which 3 % of the requests fail, and takes back one of which 10 % do',
  { tags: ['campaign'] },
  async () => {
    const watch = { seconds: 7, errorSeconds: 7, errorRatio: 0.05 };
    const [few, many] = await together(
      { behaviour: { errorShare: 0.03 }, load: 350, watch },
      { behaviour: { errorShare: 0.1 }, load: 350, watch },
    );
    expect(few).toMatchObject({ served: true, rule: 'none' });
    expect(many).toMatchObject({ served: true, rule: 'errors' });
  },
);

// Figures closer to each other are a matter of moments on a busy machine: they are tried in a time that passes as the test says.
it.concurrent(
  'keeps a release that is 1.5 times as slow as the one before, and takes back one that is 2.1 times as slow',
  { tags: ['campaign'] },
  async () => {
    const before = { answerMs: 400 };
    // The proxy counts by two seconds: a window that is no longer than that may hold next to nothing when it is asked for.
    const watch = { seconds: 9, windowSeconds: 4, latencyWindows: 2 };
    const [slow, slower] = await together({ before, behaviour: {}, slower: 1.5, watch }, { before, behaviour: {}, slower: 2.1, watch });
    expect(slow).toMatchObject({ served: true, rule: 'none' });
    expect(slower).toMatchObject({ served: true, rule: 'latency' });
  },
);
