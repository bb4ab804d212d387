import { releaseNumber } from '../domain/deployment.ts';
import { Failure } from '../domain/failure.ts';
import { prepareDeployment } from '../operations/deploy.ts';
import type { DeployingOptions } from './begin-deployment.ts';
import { beginDeployment, deployedRepository, withExample } from './begin-deployment.ts';
import type { Shell } from './shell.ts';

export interface DeployOptions extends DeployingOptions {
  readonly release?: string;
  readonly commit?: string;
  readonly hotfix?: boolean;
}

/** `miyabi deploy`: takes a commit or a release through the environments, as a run that is watched here. */
export async function deploy(shell: Shell, options: DeployOptions): Promise<number> {
  const { release, commit, env, hotfix } = options;
  if (release !== undefined && commit !== undefined) {
    throw new Failure('usage', {
      what: '--release and --commit name two things to deploy.',
      why: 'A release is a commit that was built already.',
      fix: 'Give one of them; without both it is what HEAD stands for.',
    });
  }
  const what = release === undefined ? { revision: commit } : { release: numberOf(release) };
  await using app = await shell.open(options);
  const repository = await deployedRepository(shell, options.repo);
  const prepared = await withExample(
    shell,
    async () => await prepareDeployment(app.tools, { repository, what, environment: env, hotfix: hotfix === true }),
  );
  return await beginDeployment(shell, app.tools, prepared, options);
}

/** @throws Failure (usage) for what names no release. */
export function numberOf(text: string): number {
  const number = releaseNumber(text);
  if (number !== undefined) return number;
  throw new Failure('usage', {
    what: `${JSON.stringify(text)} names no release.`,
    why: 'A release is named by its number, such as r12.',
    fix: '`miyabi releases` lists them; a commit is named with --commit.',
  });
}
