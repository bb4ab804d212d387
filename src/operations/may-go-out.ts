import type { DeployEnvironment, DeployProject } from '../domain/config-deploy.ts';
import type { Release } from '../domain/deployment.ts';
import { openDeploymentStates, releaseName } from '../domain/deployment.ts';
import { mustBeWalled, refuseWithoutWalls, withoutWallsNote } from '../domain/deploy-walls.ts';
import { Failure } from '../domain/failure.ts';
import type { CommitId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { DeployPlace } from './deploy-place.ts';
import type { OperationTools } from './tools.ts';

type Records = Pick<OperationTools, 'engine' | 'ledger'>;
type Where = Pick<DeployPlace, 'repositoryId' | 'project'>;

/** @throws Failure (usage) for one that is not configured. */
export function environmentNamed({ environments, repository }: DeployProject, name: string): DeployEnvironment {
  const found = environments.find((environment) => environment.name === name);
  if (found !== undefined) return found;
  throw new Failure('usage', {
    what: `${repository} has no environment ${JSON.stringify(name)}.`,
    why: `It has ${environments.map((environment) => environment.name).join(', ')}.`,
    fix: 'Name one of these with --env, or add it in your own configuration.',
  });
}

/**
 * Where the tasks are executed here, walls have to be here too. @returns what a person should know about that, in sentences.
 * @param executes whether anything of the project is executed: a build, or a smoke test.
 * @throws Failure (configuration) where build and smoke test would be beside secrets without walls.
 */
export async function refuseOpen(
  { sharing, ladders }: Pick<OperationTools, 'sharing' | 'ladders'>,
  { project, config: { isolation } }: Pick<DeployPlace, 'project' | 'config'>,
  executes: boolean,
): Promise<readonly string[]> {
  const programs = { project, isolation };
  if (!executes) return [];
  if (!sharing && mustBeWalled(programs)) refuseWithoutWalls(programs, await ladders.isolation());
  const note = withoutWallsNote(programs);
  return note === undefined ? [] : [note];
}

/** @throws Failure (notFoundOrLocked) for a commit that a release of was taken back, and that nobody has lifted. */
export async function refuseBlocked({ ledger }: Records, { repositoryId }: Where, commit: CommitId, name: string): Promise<void> {
  const blocked = await ledger.deployments.blockOf(repositoryId, commit);
  if (blocked === undefined) return;
  throw new Failure(
    'notFoundOrLocked',
    {
      what: `${name} may not go out.`,
      why: `It is blocked since ${new Date(blocked.at).toISOString().slice(0, 16).replace('T', ' ')} UTC: ${blocked.reason.replace(/\.$/, '')}.`,
      fix: `\`miyabi releases lift ${name} --reason "..."\` lets it out again, when you know that it is good.`,
    },
    { facts: { commit, blockedAt: blocked.at } },
  );
}

/** @throws Failure (notFoundOrLocked) where another deployment holds one of the environments. */
export async function refuseHeld({ engine, ledger }: Records, { repositoryId }: Where, environments: readonly string[]): Promise<void> {
  for (const environment of environments) {
    const [last] = await ledger.deployments.latest({ repositoryId, environment }, 1);
    if (last === undefined || !(openDeploymentStates as readonly string[]).includes(last.state)) continue;
    const holder = await engine.status(last.jobId);
    // What an ended run has left open is taken over.
    if (holder === undefined || holder.endedAt !== undefined) continue;
    const run = displayId('run', last.jobId);
    throw new Failure(
      'notFoundOrLocked',
      {
        what: `${environment} is held by ${run}, which deploys ${releaseName({ number: last.release })} there.`,
        why: 'One deployment at a time goes to an environment, so that it is clear what serves and what is judged.',
        fix: `\`miyabi resume ${run}\` goes on with it or watches it; \`miyabi cancel ${run}\` gives the environment back as it is then.`,
      },
      { facts: { environment, run: last.jobId, release: last.release } },
    );
  }
}

/** @throws Failure (notFoundOrLocked) for a number that no release of the repository has. */
export async function releaseNumbered({ ledger }: Pick<Records, 'ledger'>, { repositoryId }: Where, number: number): Promise<Release> {
  const release = await ledger.deployments.releaseOf(repositoryId, number);
  if (release !== undefined) return release;
  throw new Failure('notFoundOrLocked', {
    what: `There is no release ${releaseName({ number })}.`,
    why: 'Releases are numbered as they are built, for each repository by itself.',
    fix: '`miyabi releases` lists them.',
  });
}
