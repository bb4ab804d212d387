import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Where something was measured; without it a figure means nothing. */
export interface Machine {
  readonly cpu: string;
  /** As many as this process may use. */
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  /** Average number of running processes over the last minute: above `cores`, times are not to be trusted. */
  readonly load: number;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    load: loadavg()[0] ?? 0,
  };
}
