import type { Deployer } from '../../ports/deployer.ts';
import type { TrafficSource } from '../../ports/measurements.ts';
import { shown } from './shown.ts';

/** What the proxy in front of a release has seen of users' requests. */
export function proxySource(deployer: Pick<Deployer, 'traffic'>): TrafficSource {
  return {
    name: 'the proxy',
    async measure({ number }, { from, to }, signal) {
      try {
        const window = await deployer.traffic(number, from, to, signal);
        return window === undefined ? { kind: 'measuring', why: 'the target sees no traffic' } : { kind: 'measured', ...window };
      } catch (error) {
        return { kind: 'measuring', why: shown(error instanceof Error ? error.message : String(error)) };
      }
    },
  };
}
