import { setTimeout } from 'node:timers/promises';
import { createCommandDeployer } from './adapters/deploy/command/create-command-deployer.ts';
import { createComposeDeployer } from './adapters/deploy/compose/create-compose-deployer.ts';
import { createContainerDeployer } from './adapters/deploy/container/create-container-deployer.ts';
import { createKubernetesDeployer } from './adapters/deploy/kubernetes/create-kubernetes-deployer.ts';
import { createProcessDeployer } from './adapters/deploy/process/create-process-deployer.ts';
import { secretPlaces } from './adapters/deploy/process/secret-places.ts';
import { plainEnvironment } from './adapters/deploy/program-environment.ts';
import { releaseFolders } from './adapters/deploy/release-folders.ts';
import { createTrafficSource } from './adapters/measure/create-traffic-source.ts';
import { createHealthProbe } from './adapters/measure/health-probe.ts';
import type { Config } from './domain/config.ts';
import type { DeployEnvironment } from './domain/config-deploy.ts';
import { secretsOfTarget } from './domain/deploy-secrets.ts';
import { deployProjectAt, deployProjectOf } from './domain/deploy-project.ts';
import { Failure } from './domain/failure.ts';
import { forgeOrigin } from './domain/issue.ts';
import type { RepositoryPlace } from './domain/run.ts';
import type { Ledger } from './ports/ledger.ts';
import type { Clock } from './ports/clock.ts';
import type { Deployer } from './ports/deployer.ts';
import type { ProcessRunner } from './ports/process.ts';
import type { StateFolder } from './domain/state-folder.ts';
import type { Telemetry } from './ports/telemetry.ts';
import { observeDeployer, observeProbe } from './telemetry/observe/deploying.ts';
import type { Deploying, EnvironmentPlace } from './workflow/deploy/deploying.ts';
import type { Host } from './workflow/tools.ts';

/** What deploying is wired from; a part of `app.ts` that is loaded when something is first deployed. */
export interface DeployingRequest extends Pick<Deploying, 'hasEnded' | 'repair'> {
  /** This machine's own. */
  readonly config: Config;
  readonly host: Host;
  readonly home: string;
  /** Where the user's own configuration lies. */
  readonly configFolder: string;
  readonly state: StateFolder;
  readonly clock: Clock;
  readonly processes: ProcessRunner;
  readonly ledger: Pick<Ledger, 'repositoryById'>;
  readonly telemetry: Telemetry;
}

export function wireDeploying(request: DeployingRequest): Deploying {
  const { config, host, home, configFolder, state, clock, processes, ledger, hasEnded, repair, telemetry } = request;
  const hidden = secretPlaces({ home, stateRoot: state.root, configFolder });
  const folderOf = ({ repositoryId, environment }: EnvironmentPlace): string => state.environment(repositoryId, environment.name);
  const targetSecrets = (environment: DeployEnvironment): Readonly<Record<string, string>> =>
    namedValues(host, secretsOfTarget(environment), `whatever deploys to ${environment.name}`);
  return {
    project: (run) => {
      const project = deployProjectOf(config, run.repository, forgeOrigin(run.issue));
      if (project === undefined) throw nothingToDeploy(run.repository);
      return project;
    },
    placeOf: async ({ repositoryId, environment: name }) => {
      const repository = await ledger.repositoryById(repositoryId);
      const project = repository === undefined ? undefined : deployProjectAt(config, repository.root);
      const environment = project?.environments.find((one) => one.name === name);
      return environment === undefined ? undefined : { repositoryId, environment };
    },
    open: async (place) => await Promise.resolve(observeDeployer(openTarget(place), telemetry)),
    releaseEnvironment: ({ name, target, variables, releaseSecrets }) => ({
      // An image has its own programs, at places of its own.
      ...(target.kind === 'process' || target.kind === 'command' ? releaseBasis(host) : {}),
      ...variables,
      ...namedValues(host, releaseSecrets, `the releases in ${name}`),
    }),
    releases: releaseFolders(),
    probe: observeProbe(createHealthProbe({ clock }), telemetry),
    traffic: async (place, deployer) =>
      await Promise.resolve(
        createTrafficSource({
          environment: place.environment,
          deployer,
          clock,
          process: processes,
          folder: state.root,
          host: host.environment,
          secrets: targetSecrets(place.environment),
        }),
      ),
    wait: async (ms, signal) => await setTimeout(ms, undefined, { signal }),
    hasEnded,
    repair,
  };

  function openTarget(place: EnvironmentPlace): Deployer {
    const { name, target } = place.environment;
    const secrets = targetSecrets(place.environment);
    const usual = { environment: name, folder: folderOf(place), process: processes, host: host.environment, secrets };
    const local = { ...usual, nodePath: host.nodePath, hidden };
    switch (target.kind) {
      case 'process':
        return createProcessDeployer({ target, folder: usual.folder, nodePath: host.nodePath, hidden });
      case 'command':
        return createCommandDeployer({ ...local, target });
      case 'container':
        return createContainerDeployer({ ...local, target });
      case 'compose':
        return createComposeDeployer({ ...usual, target });
      case 'kubernetes':
        return createKubernetesDeployer({ ...usual, target });
    }
  }
}

/** What every program of a release may see of Miyabi's own environment: where programs are found, and how times and words are written. */
function releaseBasis({ environment }: Host): Readonly<Record<string, string>> {
  const plain = plainEnvironment(environment);
  return Object.fromEntries(['PATH', 'LANG', 'LC_ALL', 'TZ'].flatMap((name) => (plain[name] === undefined ? [] : [[name, plain[name]]])));
}

/** @throws Failure (configuration) for one that is not set on this machine. */
function namedValues({ environment }: Host, names: readonly string[], what: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map((name) => {
      const value = environment[name];
      if (value !== undefined && value !== '') return [name, value];
      throw new Failure('configuration', {
        what: `The variable ${name} is not set here.`,
        why: `The configuration names it as a secret of ${what}.`,
        fix: `Set ${name} in the environment of the process that deploys, or take it out of \`deploy.projects\`.`,
      });
    }),
  );
}

function nothingToDeploy(repository: RepositoryPlace): Failure {
  const name = repository.kind === 'local' ? repository.root : repository.url;
  return new Failure('configuration', {
    what: `Nothing is configured here for deploying ${name}.`,
    why: 'No entry of `deploy.projects` in the configuration of this machine means this repository.',
    fix: 'Add one; docs/deploying.md begins with an example.',
  });
}
