import type { DeployEnvironment, MeasurementSource } from '../../domain/config-deploy.ts';
import { Failure } from '../../domain/failure.ts';
import { redactor } from '../../domain/redact.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployer } from '../../ports/deployer.ts';
import type { TrafficSource } from '../../ports/measurements.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import { plainEnvironment } from '../deploy/program-environment.ts';
import { systemResolve } from '../network/destination.ts';
import type { Resolve } from '../network/destination.ts';
import { commandSource } from './command-source.ts';
import { prometheusSource } from './prometheus-source.ts';
import { proxySource } from './proxy-source.ts';

export interface TrafficSettings {
  readonly environment: DeployEnvironment;
  readonly deployer: Pick<Deployer, 'traffic'>;
  readonly clock: Clock;
  readonly process: ProcessRunner;
  /** Where a command that measures runs. */
  readonly folder: string;
  /** Miyabi's own environment, of which a command gets the little that every program needs. */
  readonly host: Readonly<Record<string, string | undefined>>;
  /** Values by name of `deploySecrets`, and of the variable with a token. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly resolve?: Resolve;
}

/**
 * Where it is known how users' requests went: as configured, else what the target itself sees of them.
 *
 * @returns undefined where nothing but our own probes says anything.
 * @throws Failure (configuration) for a source that the target cannot be, and where the variable with the token is not set.
 */
export function createTrafficSource(settings: TrafficSettings): TrafficSource | undefined {
  const source = sourceOf(settings, settings.environment.watch.source ?? usualSource(settings.environment));
  if (source === undefined) return undefined;
  const redact = redactor(Object.values(settings.secrets));
  return {
    name: source.name,
    async measure(release, window, signal) {
      const measured = await source.measure(release, window, signal);
      return measured.kind === 'measured' ? measured : { ...measured, why: redact(measured.why).text };
    },
  };
}

function usualSource(environment: DeployEnvironment): MeasurementSource {
  return { kind: seesTraffic(environment) ? 'proxy' : 'probes' };
}

function seesTraffic({ target }: DeployEnvironment): boolean {
  return target.kind === 'process' || target.kind === 'container';
}

function sourceOf(settings: TrafficSettings, source: MeasurementSource): TrafficSource | undefined {
  const { environment, deployer, clock, process, folder, host, secrets, resolve = systemResolve } = settings;
  switch (source.kind) {
    case 'probes':
      return undefined;
    case 'proxy':
      if (seesTraffic(environment)) return proxySource(deployer);
      throw new Failure('configuration', {
        what: `The traffic of ${environment.name} cannot be measured by a proxy.`,
        why: `A target of the kind ${environment.target.kind} has none of ours; those of the kinds process and container have.`,
        fix: 'Leave out `watch.source`, or name `probes`, `prometheus` or `command`.',
      });
    case 'prometheus':
      return prometheusSource({ clock, resolve }, source, tokenOf(environment, source.tokenVariable, secrets));
    case 'command':
      return commandSource({ process, folder, environment: { ...plainEnvironment(host), ...secretsOf(environment, secrets) } }, source);
  }
}

function secretsOf({ deploySecrets }: DeployEnvironment, secrets: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => deploySecrets.includes(name)));
}

function tokenOf({ name }: DeployEnvironment, variable: string | undefined, secrets: Readonly<Record<string, string>>): string | undefined {
  if (variable === undefined) return undefined;
  const token = secrets[variable];
  if (token !== undefined && token !== '') return token;
  throw new Failure('configuration', {
    what: `Prometheus cannot be asked about ${name}.`,
    why: `Its token is to be in ${variable}, which is not set.`,
    fix: `Set ${variable} where Miyabi runs, or leave out \`tokenVariable\`.`,
  });
}
