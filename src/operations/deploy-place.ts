import type { DeployProject } from '../domain/config-deploy.ts';
import type { Config } from '../domain/config.ts';
import { deployProjectOf } from '../domain/deploy-project.ts';
import { Failure } from '../domain/failure.ts';
import { repositoryNameSchema } from '../domain/forge.ts';
import type { RepositoryId } from '../domain/ids.ts';
import { parseRemoteUrl } from '../domain/remote-url.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import type { RepositoryPlace } from '../domain/run.ts';
import { repositoryIdentity } from '../domain/run.ts';
import { ForgeUnavailable } from '../ports/forge.ts';
import type { OperationTools } from './tools.ts';

/** A repository that is deployed, as it is configured here. */
export interface DeployPlace {
  readonly config: Config;
  readonly project: DeployProject;
  readonly place: RepositoryPlace;
  readonly repositoryId: RepositoryId;
  /** As it was named: a folder, or where a remote lies. */
  readonly named: string;
}

/**
 * Finds what is configured for deploying a repository. Nothing is fetched.
 * @param wanted a folder inside it, its address, or `owner/name` (`forge:owner/name`) at a forge.
 * @throws Failure: usage for what is none, configuration where no project means it.
 */
export async function deployPlace(
  tools: Pick<OperationTools, 'git' | 'ledger' | 'forges' | 'sharing' | 'ownConfiguration'>,
  wanted: string,
): Promise<DeployPlace> {
  const { config } = resolveConfig(tools.ownConfiguration);
  const { named, places } = await placesOf(tools, wanted);
  for (const place of places) {
    const project = deployProjectOf(config, place);
    if (project === undefined) continue;
    const { id } = await tools.ledger.repository(repositoryIdentity(place));
    return { config, project, place, repositoryId: id, named };
  }
  throw notConfigured(places, config);
}

/**
 * The same for whoever is not at this machine: only what the configuration names is looked at.
 * @throws Failure as {@link deployPlace}, and (usage) for a repository that `deploy.projects` does not name so.
 */
export async function configuredPlace(
  tools: Pick<OperationTools, 'git' | 'ledger' | 'forges' | 'sharing' | 'ownConfiguration'>,
  repository: string,
): Promise<DeployPlace> {
  const known = configuredRepositories(tools);
  if (known.includes(repository)) return await deployPlace(tools, repository);
  throw new Failure('usage', {
    what: `No project of the configuration is called ${JSON.stringify(repository)}.`,
    why: known.length === 0 ? 'It has no `deploy.projects`.' : `There are ${known.join(', ')}.`,
    fix: 'Name one of these, or add it to `deploy.projects` of the service.',
  });
}

/** As `deploy.projects` names them. */
export function configuredRepositories({ ownConfiguration }: Pick<OperationTools, 'ownConfiguration'>): readonly string[] {
  return resolveConfig(ownConfiguration).config.deploy.projects.map(({ repository }) => repository);
}

interface Named {
  readonly named: string;
  readonly places: readonly RepositoryPlace[];
}

async function placesOf(tools: Pick<OperationTools, 'git' | 'forges' | 'sharing'>, wanted: string): Promise<Named> {
  const [, forge, repository = ''] = /^(?:([a-z][a-z\d-]*):)?([\w.-]+\/[\w.-]+)$/.exec(wanted) ?? [];
  const gitUrl = repositoryNameSchema.safeParse(repository).success ? await addressOf(tools, forge, repository) : undefined;
  if (gitUrl !== undefined) return { named: gitUrl, places: [{ kind: 'remote', url: parseRemoteUrl(gitUrl).url }] };
  const inspected = await (await tools.git()).inspect(wanted);
  if (inspected.kind === 'not-a-repository') return { named: wanted, places: [remoteNamed(wanted)] };
  const origin = inspected.kind === 'repository' ? remoteOrNone(inspected.origin) : undefined;
  return {
    named: inspected.root,
    places: [
      ...(tools.sharing ? [] : [{ kind: 'local', root: inspected.root } as const]),
      ...(origin === undefined ? [] : [{ kind: 'remote', url: origin } as const]),
    ],
  };
}

/** Where the code of `owner/name` lies: at the forge that is named, else at the first that has it. Undefined where none has. */
async function addressOf(
  tools: Pick<OperationTools, 'forges'>,
  forge: string | undefined,
  repository: string,
): Promise<string | undefined> {
  for (const name of tools.forges.names.filter((known) => forge === undefined || known === forge)) {
    try {
      return await addressAt(tools, name, repository);
    } catch (error) {
      // It is not there, or we are not let in: another one may have it.
      if (!(error instanceof Failure) || error.reason === 'interrupted') throw error;
    }
  }
  return undefined;
}

/** @throws Failure (interrupted) where the forge cannot be asked now. */
async function addressAt({ forges }: Pick<OperationTools, 'forges'>, forge: string, repository: string): Promise<string> {
  try {
    return (await (await forges.open(forge)).repository(repository)).gitUrl;
  } catch (error) {
    if (!(error instanceof ForgeUnavailable)) throw error;
    const fix = `Try again in ${Math.max(1, Math.ceil(error.retryAfterMs / 1_000))} s, or name a folder of it; nothing was begun.`;
    throw new Failure(
      'interrupted',
      { what: `The forge ${forge} cannot be used at the moment.`, why: `${error.message.replace(/\.$/, '')}.`, fix },
      { cause: error },
    );
  }
}

/** @throws Failure (usage) for what is neither a repository here nor the address of one. */
function remoteNamed(wanted: string): RepositoryPlace {
  if (/^[a-z]+:\/\/|^[^/]+@[^/]+:/i.test(wanted)) return { kind: 'remote', url: parseRemoteUrl(wanted).url };
  throw new Failure('usage', {
    what: `${wanted} is not inside a git repository.`,
    why: 'What is deployed is a commit of a repository that is configured for it.',
    fix: 'Go to the repository, or name it with --repo: a folder, an address, or owner/name at a forge.',
  });
}

/** An origin that no machine could share is none. */
function remoteOrNone(origin: string | undefined): string | undefined {
  try {
    return origin === undefined ? undefined : parseRemoteUrl(origin).url;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return undefined;
  }
}

function notConfigured(places: readonly RepositoryPlace[], { deploy }: Config): Failure {
  const known = deploy.projects.map(({ repository }) => repository);
  const named = places.map(repositoryIdentity).join(', at the remote ');
  return new Failure(
    'configuration',
    {
      what: `Nothing says how ${named} is deployed.`,
      why:
        known.length === 0
          ? 'Your configuration has no `deploy.projects`, and a repository may not say it for itself.'
          : `Configured are ${known.join(', ')}.`,
      fix: 'Add it to `deploy.projects` in your own configuration; docs/deploying.md begins with an example.',
    },
    { facts: { notConfigured: places.map(repositoryIdentity) } },
  );
}
