import { prepareRollback } from '../operations/rollback.ts';
import type { DeployingOptions } from './begin-deployment.ts';
import { beginDeployment, deployedRepository, withExample } from './begin-deployment.ts';
import { numberOf } from './deploy.ts';
import type { Shell } from './shell.ts';

export interface RollbackOptions extends DeployingOptions {
  readonly to?: string;
}

/** `miyabi rollback`: puts the last good release back, as a run that is watched here. */
export async function rollback(shell: Shell, options: RollbackOptions): Promise<number> {
  const release = options.to === undefined ? undefined : numberOf(options.to);
  await using app = await shell.open(options);
  const repository = await deployedRepository(shell, options.repo);
  const prepared = await withExample(
    shell,
    async () => await prepareRollback(app.tools, { repository, environment: options.env, release }),
  );
  return await beginDeployment(shell, app.tools, prepared, options);
}
