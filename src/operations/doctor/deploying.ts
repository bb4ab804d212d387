import type { Config } from '../../domain/config.ts';
import type { DeployEnvironment, DeployProject, Target } from '../../domain/config-deploy.ts';
import { holdsSecrets } from '../../domain/deploy-walls.ts';
import { Failure } from '../../domain/failure.ts';
import { repositoryNameSchema } from '../../domain/forge.ts';
import { parseRemoteUrl } from '../../domain/remote-url.ts';
import type { Finding } from './finding.ts';

/** What is looked at of this machine. */
export interface DeployingMachine {
  /** Of this process: whether a variable is set is looked at, never what it holds. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** Whether what is executed is confined here, where nobody has asked for less. */
  readonly isWalled: boolean;
  /** Whether a program can be started here. */
  readonly has: (program: string) => Promise<boolean>;
}

/** Whether what is configured to be deployed could be deployed from this machine. No target is asked anything. */
export async function deployFindings({ projects }: Config['deploy'], machine: DeployingMachine): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const project of projects) {
    for (const environment of project.environments) found.push(await environmentFinding(project, environment, machine));
  }
  return found;
}

async function environmentFinding(project: DeployProject, environment: DeployEnvironment, machine: DeployingMachine): Promise<Finding> {
  const name = `Deploy ${project.repository} ${environment.name}`;
  const faults = [
    ...repositoryFaults(project),
    ...wallFaults(project, machine),
    ...missingVariables(environment, machine),
    ...healthFaults(environment),
    ...(await targetFaults(environment.target, machine)),
  ];
  const [first] = faults;
  if (first === undefined) return { name, status: 'ok', detail: `${targetInWords(environment)}; not asked now`, fix: '' };
  return { name, status: 'failure', detail: faults.map(({ detail }) => detail).join(' '), fix: first.fix };
}

type Fault = Pick<Finding, 'detail' | 'fix'>;

function repositoryFaults({ repository }: DeployProject): readonly Fault[] {
  if (repositoryNameSchema.safeParse(repository).success) return [];
  try {
    parseRemoteUrl(repository);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [
      { detail: `${repository} means no repository.`, fix: 'Name it as owner/name at a forge, by its absolute path, or by its address.' },
    ];
  }
}

function wallFaults(project: DeployProject, { isWalled }: DeployingMachine): readonly Fault[] {
  if (isWalled || !holdsSecrets(project)) return [];
  return [
    {
      detail: 'It takes secrets, and its build and smoke test could read them: there is no sandbox here.',
      fix: 'Install bubblewrap, or accept the risk with `isolation: none` in your own configuration.',
    },
  ];
}

/** Names of variables that hold secrets, wherever they are configured. */
function secretVariables({ releaseSecrets, deploySecrets, target, watch }: DeployEnvironment): readonly string[] {
  const registry = 'registryVariable' in target && target.registryVariable !== undefined ? [target.registryVariable] : [];
  const token = watch.source?.kind === 'prometheus' && watch.source.tokenVariable !== undefined ? [watch.source.tokenVariable] : [];
  return [...new Set([...releaseSecrets, ...deploySecrets, ...registry, ...token])];
}

function missingVariables(environment: DeployEnvironment, machine: DeployingMachine): readonly Fault[] {
  const missing = secretVariables(environment).filter((name) => (machine.environment[name] ?? '') === '');
  if (missing.length === 0) return [];
  return [
    {
      detail: `Not set here: ${missing.join(', ')}.`,
      fix: 'Set them in the environment of what deploys (the service or worker), from where you keep secrets.',
    },
  ];
}

/** Targets that do not know themselves where they are reached. */
function healthFaults({ target, health }: DeployEnvironment): readonly Fault[] {
  const knows = target.kind === 'process' || target.kind === 'container' || target.kind === 'command';
  if (knows || health.url !== undefined) return [];
  return [
    {
      detail: `A target of kind ${target.kind} does not know where it is reached.`,
      fix: 'Set health.url of the environment to the address that its users have.',
    },
  ];
}

async function targetFaults(target: Target, { has, isRoot }: DeployingMachine): Promise<readonly Fault[]> {
  const user = target.kind === 'process' && target.user !== undefined && !isRoot;
  const missing = await missingProgram(target, has);
  return [
    ...(user ? [{ detail: `Only root can start programs as ${target.user}.`, fix: 'Leave target.user out, or let root deploy.' }] : []),
    ...(missing === undefined
      ? []
      : [{ detail: `${missing} cannot be started here.`, fix: `Install it, or leave this environment to a worker that has ${missing}.` }]),
  ];
}

async function missingProgram(target: Target, has: DeployingMachine['has']): Promise<string | undefined> {
  switch (target.kind) {
    case 'process':
    case 'command':
      return undefined;
    case 'container': {
      const engines = target.engine === undefined ? (['docker', 'podman'] as const) : [target.engine];
      for (const engine of engines) if (await has(engine)) return undefined;
      return engines.join(' or ');
    }
    case 'compose': {
      const [program = 'docker'] = target.program;
      return (await has(program)) ? undefined : program;
    }
    case 'kubernetes':
      return (await has('kubectl')) ? undefined : 'kubectl';
  }
}

function targetInWords({ target, releaseSecrets, deploySecrets }: DeployEnvironment): string {
  const where = 'listen' in target ? ` at ${target.listen.host}:${target.listen.port}` : '';
  const secrets = releaseSecrets.length + deploySecrets.length;
  return `${target.kind}${where}, ${secrets === 0 ? 'no secrets' : secrets === 1 ? 'its secret is set' : `its ${secrets} secrets are set`}`;
}
