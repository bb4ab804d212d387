import type { WorldUsage } from '../../../domain/incident.ts';

export type Sample = WorldUsage['samples'][number];

/**
 * Points in time, evenly spread, never more than `most`: when they are full, each two neighbours become one that has the higher
 * figures of both, and from then on a point stands for twice as many samples.
 */
export interface Samples {
  add(sample: Sample): void;
  /** With the one that is still growing as the last. */
  all(): readonly Sample[];
}

/** @param most at least 2, and even. */
export function createSamples(most = 120): Samples {
  let points: Sample[] = [];
  let growing: Sample | undefined;
  let inGrowing = 0;
  let each = 1;

  return {
    add(sample) {
      growing = growing === undefined ? sample : merged(growing, sample);
      inGrowing += 1;
      if (inGrowing < each) return;
      points.push(growing);
      growing = undefined;
      inGrowing = 0;
      if (points.length < most) return;
      points = points.flatMap((point, at) => (at % 2 === 0 ? [merged(point, points[at + 1] ?? point)] : []));
      each *= 2;
    },
    all: () => (growing === undefined ? [...points] : [...points, growing]),
  };
}

/** The time is that of the later one. */
function merged(earlier: Sample, later: Sample): Sample {
  return {
    atMs: later.atMs,
    memoryBytes: Math.max(earlier.memoryBytes, later.memoryBytes),
    cpuMs: Math.max(earlier.cpuMs, later.cpuMs),
    processes: Math.max(earlier.processes, later.processes),
  };
}
