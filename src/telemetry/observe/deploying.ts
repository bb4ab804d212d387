import type { HealthCheck } from '../../domain/deployment.ts';
import { FencedOff } from '../../ports/deployer.ts';
import type { Deployer } from '../../ports/deployer.ts';
import type { HealthProbe } from '../../ports/measurements.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { observeCalls } from './calls.ts';

const methods = ['place', 'hook', 'start', 'serve', 'serveAsItIs', 'retire', 'status'] as const satisfies readonly (keyof Deployer)[];

/** The same target of deployments, where somebody else may have taken over. */
export function observeDeployer(deployer: Deployer, telemetry: Telemetry): Deployer {
  return observeCalls(deployer, telemetry, {
    kind: 'deploy',
    methods,
    failed: (error) => {
      if (error instanceof FencedOff) telemetry.tell({ type: 'fenced', by: 'environment' });
    },
  });
}

/** The same probe; what it finds is told. */
export function observeProbe(probe: HealthProbe, telemetry: Telemetry): HealthProbe {
  return {
    check: async (...args): Promise<HealthCheck> => {
      const check = await probe.check(...args);
      telemetry.tell({ type: 'health.checked', environment: '', result: check.kind });
      return check;
    },
  };
}
