const resources = ['memory', 'cpu', 'disk'] as const;
type Resource = (typeof resources)[number];

/** How much of each a machine has in use, as shares from 0 to 1. */
export type MachineLoad = Readonly<Record<Resource, number>>;

/** In percent: above any of `high` one world fewer runs, below all of `low` one more may. What lies between changes nothing. */
export interface LoadThresholds {
  readonly high: Readonly<Record<Resource, number>>;
  readonly low: Readonly<Record<Resource, number>>;
}

export interface ScalerInput {
  readonly load: MachineLoad;
  /** Worlds that may run at the same time now. */
  readonly current: number;
  /** The most that may, at least 1. */
  readonly ceiling: number;
  readonly thresholds: LoadThresholds;
}

/** How many worlds may run at the same time from now on, and why, in words. */
export interface ScalerDecision {
  readonly change: 'fewer' | 'same' | 'more';
  readonly worlds: number;
  readonly reason: string;
}

/** Decides on one step at most, so that its effect is seen before the next one. */
export function scale({ load, current, ceiling, thresholds: { high, low } }: ScalerInput): ScalerDecision {
  const same = (reason: string): ScalerDecision => ({ change: 'same', worlds: current, reason });
  const over = resources.filter((resource) => load[resource] > high[resource] / 100);
  if (over.length > 0) {
    const reason = over.map((resource) => `${told(load, resource)} (more than ${high[resource]} %)`).join(', ');
    return current > 1 ? { change: 'fewer', worlds: current - 1, reason } : same(`${reason}, and only one world may run as it is`);
  }
  // A share that is not a number stands in the way too.
  const inTheWay = resources.filter((resource) => !(load[resource] < low[resource] / 100));
  if (inTheWay.length > 0) return same(inTheWay.map((resource) => `${told(load, resource)} (not below ${low[resource]} %)`).join(', '));
  const reason = resources.map((resource) => told(load, resource)).join(', ');
  return current < ceiling ? { change: 'more', worlds: current + 1, reason } : same(`${reason}, and ${current} is the most`);
}

const names: Readonly<Record<Resource, string>> = { memory: 'memory', cpu: 'processors', disk: 'disk' };

function told(load: MachineLoad, resource: Resource): string {
  return `${names[resource]} ${Math.round(load[resource] * 1_000) / 10} % in use`;
}
