import type { Config } from './config.ts';
import type { DeployProject } from './config-deploy.ts';
import { deploySecretVariables } from './deploy-secrets.ts';
import { Failure } from './failure.ts';
import type { IsolationRung } from './machine.ts';

/** What of a deployment is executed as programs of the project itself. */
export interface DeployedPrograms {
  readonly project: DeployProject;
  /** As it is asked for. */
  readonly isolation: Config['isolation'];
}

/** Whether whoever builds and smokes has secrets in its own environment, which a program of the same user could read without walls. */
export function holdsSecrets(project: DeployProject): boolean {
  return deploySecretVariables({ projects: [project] }).length > 0;
}

/** Whether build and smoke test run only within walls: `isolation: none` is the user's own decision, and any other way confines by itself. */
export function mustBeWalled({ project, isolation }: DeployedPrograms): boolean {
  return isolation === 'auto' && holdsSecrets(project);
}

/** @throws Failure (configuration) where they must be walled, and this machine has no walls. */
export function refuseWithoutWalls(programs: DeployedPrograms, ladder: readonly IsolationRung[]): void {
  if (!mustBeWalled(programs) || hasWalls(ladder)) return;
  const missing = ladder.filter(({ level, usable }) => !usable && level !== 'limits').map(({ level, detail }) => `No ${level}: ${detail}`);
  throw new Failure(
    'configuration',
    {
      what: `There is no sandbox on this machine, and deploying ${programs.project.repository} takes secrets.`,
      why: ['Its build and its smoke test could read them out of the environment of the process that deploys.', ...missing].join(' '),
      fix: 'Install bubblewrap (`apt install bubblewrap`, `dnf install bubblewrap`), or accept the risk with `isolation: none` in your own configuration.',
    },
    { facts: { ladder } },
  );
}

export function hasWalls(ladder: readonly IsolationRung[]): boolean {
  return ladder.some(({ level, usable }) => usable && level !== 'limits');
}

/** What a person should know where they have decided that there are to be none. */
export function withoutWallsNote({ project, isolation }: DeployedPrograms): string | undefined {
  return isolation === 'none' && holdsSecrets(project)
    ? 'Isolation: none, as `isolation: none` asks for: build and smoke test can read the secrets of the process that deploys.'
    : undefined;
}
