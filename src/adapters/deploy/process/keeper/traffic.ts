import { z } from 'zod';
import type { TrafficWindow } from '../../../../domain/deployment.ts';
import { bucketOf, percentileOf, pickedFrom } from './latency-histogram.ts';

/** Requests are counted together over so long, in ms. */
const windowMs = 2_000;
/** Older counts are forgotten, in ms. */
const keptMs = 20 * 60_000;

/** Single answers that are told beside the figures. */
const mostPicked = 200;

const countsSchema = z.object({
  release: z.int(),
  /** Epoch ms of its beginning. */
  from: z.int(),
  requests: z.int(),
  errors: z.int(),
  latencies: z.record(z.coerce.number<string>(), z.int()),
});
type Counts = z.infer<typeof countsSchema>;

export const trafficSchema = z.array(countsSchema);

/** How one request of a user ended. */
export type Answered =
  /** Ms until the head of the answer. */
  | { readonly kind: 'answered'; readonly ms: number }
  /** With 5xx, broken off, or not at all. */
  | { readonly kind: 'failed' };

/** What users' requests to each release came to, over the last twenty minutes. */
export interface Traffic {
  add(release: number, at: number, answered: Answered): void;
  /**
   * Windows of two seconds count whole, by when they begin: questions that follow on one another count every window once.
   * The 95th percentile is of the answers that did not fail.
   */
  between(release: number, from: number, to: number): TrafficWindow;
  /** To be written down. */
  all(): z.infer<typeof trafficSchema>;
}

export function createTraffic(known: z.infer<typeof trafficSchema> = []): Traffic {
  const counted = new Map<string, Counts>(known.map((counts) => [keyOf(counts), counts]));

  function countsAt(release: number, at: number): Counts {
    const from = Math.floor(at / windowMs) * windowMs;
    const key = keyOf({ release, from });
    const there = counted.get(key);
    if (there !== undefined) return there;
    for (const [old, counts] of counted) if (counts.from < at - keptMs) counted.delete(old);
    const counts: Counts = { release, from, requests: 0, errors: 0, latencies: {} };
    counted.set(key, counts);
    return counts;
  }

  return {
    add(release, at, answered) {
      const counts = countsAt(release, at);
      counts.requests += 1;
      if (answered.kind === 'failed') {
        counts.errors += 1;
        return;
      }
      const bucket = bucketOf(answered.ms);
      counts.latencies[bucket] = (counts.latencies[bucket] ?? 0) + 1;
    },
    between(release, from, to) {
      const within = [...counted.values()].filter((counts) => counts.release === release && counts.from >= from && counts.from < to);
      const sum = (of: (counts: Counts) => number): number => within.reduce((total, counts) => total + of(counts), 0);
      const latencies = within.map((counts) => counts.latencies);
      return {
        from,
        to,
        requests: sum(({ requests }) => requests),
        errors: sum(({ errors }) => errors),
        p95Ms: percentileOf(latencies, 0.95),
        latenciesMs: pickedFrom(latencies, mostPicked),
      };
    },
    all: () => [...counted.values()],
  };
}

function keyOf({ release, from }: Pick<Counts, 'release' | 'from'>): string {
  return `${release} ${from}`;
}
