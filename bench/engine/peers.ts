import { atLeast, figure, type Figure, type Goal } from '../support/figures.ts';
import { inTurns, medianRatio, spread } from '../support/rounds.ts';
import { median, percentile } from '../support/statistics.ts';
import { drainEngine } from './drain-engine.ts';
import type { Drained } from './drained.ts';
import { drainedPerSecond, tasksPerSecond } from './drained.ts';
import { flushes } from './fsync.ts';
import type { Synchronous } from './open.ts';
import type { Bench, Part } from './part.ts';
import { drainBullmq } from './peers/bullmq.ts';
import { drainOpenworkflow } from './peers/openworkflow.ts';
import { drainPlainjob } from './peers/plainjob.ts';
import { openRedis, type Redis } from './peers/redis.ts';

/** Another engine, with as many workers as one likes. */
interface Peer {
  readonly name: string;
  /** What ours is set to beside it. */
  readonly synchronous: Synchronous;
  readonly goal: Goal | undefined;
  /** Those among which its best is sought; the first is taken where there is no time for that. */
  readonly workers: readonly number[];
  readonly how: string;
  readonly drain: (workers: number) => Promise<Drained>;
}

/** The same tasks through other engines, in the same minutes on the same disk. */
export const peers: Part = {
  name: 'peers',
  measure: async (bench) => {
    if (bench.peers === undefined) {
      const reason =
        'The other engines are not installed: npm run bench -- engine --install-peers fetches them, --peers names a folder that has them.';
      return { figures: [], skipped: [{ name: 'plainjob, openworkflow, BullMQ', reason }] };
    }
    const embedded = embeddedPeers(bench, bench.peers);
    const redis = await openRedis(bench.folder());
    if ('reason' in redis) return { figures: await compare(bench, embedded), skipped: [{ name: 'BullMQ', reason: redis.reason }] };
    await using server = redis;
    return { figures: await compare(bench, [...embedded, redisPeer(bench, bench.peers, server)]) };
  },
};

function embeddedPeers(bench: Bench, folder: string): readonly Peer[] {
  const size = { peers: folder, tasks: bench.quick ? 2_000 : 5_000, capMs: bench.quick ? 500 : 1_500 };
  const plainjob = (synchronous: Synchronous) => (workers: number) => bench.measure(drainPlainjob, { ...size, synchronous, workers });
  const openworkflow = (concurrency: number) => bench.measure(drainOpenworkflow, { ...size, concurrency });
  const twenty = atLeast(20);
  return [
    {
      name: 'plainjob at FULL',
      synchronous: 'FULL',
      goal: twenty,
      workers: [1, 4],
      how: 'added in one transaction',
      drain: plainjob('FULL'),
    },
    { name: 'plainjob at NORMAL', synchronous: 'NORMAL', goal: atLeast(3), workers: [1, 4], how: 'its default', drain: plainjob('NORMAL') },
    { name: 'openworkflow at FULL', synchronous: 'FULL', goal: twenty, workers: [64, 16, 1], how: 'no steps', drain: openworkflow },
  ];
}

function redisPeer(bench: Bench, folder: string, { url, description }: Redis): Peer {
  const size = { peers: folder, url, tasks: bench.quick ? 2_000 : 5_000, capMs: bench.quick ? 1_000 : 2_500 };
  const drain = (concurrency: number) => bench.measure(drainBullmq, { ...size, concurrency });
  return { name: 'BullMQ', synchronous: 'FULL', goal: undefined, workers: [64, 16, 256], how: description, drain };
}

async function compare(bench: Bench, others: readonly Peer[]): Promise<readonly Figure[]> {
  const best = new Map<Peer, number>();
  for (const peer of others) best.set(peer, bench.quick ? (peer.workers[0] ?? 1) : await bestWorkers(peer));
  const tasks = bench.quick ? 4_000 : 10_000;
  const ours = [...new Set(others.map(({ synchronous }) => synchronous))];
  const drains: Record<string, () => Promise<Drained>> = {
    ...Object.fromEntries(
      ours.map((synchronous) => [synchronous, () => bench.measure(drainEngine, { tasks, inFlight: 256, synchronous })]),
    ),
    ...Object.fromEntries(others.map((peer) => [peer.name, () => peer.drain(best.get(peer) ?? 1)])),
  };
  const fsyncMs: number[] = [];
  const rounds = await inTurns(drains, {
    rounds: bench.rounds,
    budgetMs: 50_000,
    // A disk can be ten times slower a minute later.
    before: async () => void fsyncMs.push(...(await bench.measure(flushes, { samples: 60 })).fsyncMs),
  });
  const compared = others.flatMap((peer) =>
    figures(peer, {
      workers: best.get(peer) ?? 1,
      sought: !bench.quick,
      theirs: rounds[peer.name] ?? [],
      ours: rounds[peer.synchronous] ?? [],
    }),
  );
  return [
    figure('fsync p50 between the engines', percentile(fsyncMs, 0.5), 'ms', {
      detail: `where one commits for each task and another for many, their ratio follows it; p90 ${percentile(fsyncMs, 0.9).toPrecision(3)} ms`,
    }),
    ...compared,
  ];
}

async function bestWorkers(peer: Peer): Promise<number> {
  let best = { workers: 1, rate: 0 };
  for (const workers of peer.workers) {
    const rate = tasksPerSecond(await peer.drain(workers));
    if (rate > best.rate) best = { workers, rate };
  }
  return best.workers;
}

interface Compared {
  /** Of the other engine. */
  readonly workers: number;
  /** Whether that is the best of several. */
  readonly sought: boolean;
  readonly theirs: readonly Drained[];
  readonly ours: readonly Drained[];
}

function figures(peer: Peer, { workers, sought, theirs, ours }: Compared): readonly Figure[] {
  const rates = theirs.map(tasksPerSecond);
  const withoutSubmit = medianRatio(ours.map(drainedPerSecond), theirs.map(drainedPerSecond));
  return [
    figure(peer.name, median(rates), 'tasks/s', {
      detail: `${peer.how}; ${workers} at the same time${sought ? `, the best of ${peer.workers.join(', ')}` : ''}; ${spread(rates)}; without the submit ${median(theirs.map(drainedPerSecond)).toFixed(0)}`,
    }),
    figure(`engine at ${peer.synchronous}/${peer.name}`, medianRatio(ours.map(tasksPerSecond), rates), 'ratio', {
      ...(peer.goal === undefined ? {} : { goal: peer.goal }),
      detail: `256 in flight, ${median(ours.map(tasksPerSecond)).toFixed(0)} tasks/s; without the submit ${withoutSubmit.toFixed(1)}`,
    }),
  ];
}
