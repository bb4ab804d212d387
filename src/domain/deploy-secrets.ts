import type { Config } from './config.ts';
import type { DeployEnvironment } from './config-deploy.ts';

/** Variables whose values the programs that deploy to an environment and measure it are given. */
export function secretsOfTarget({ deploySecrets, target, watch }: DeployEnvironment): readonly string[] {
  const account = 'registryVariable' in target ? target.registryVariable : undefined;
  const token = watch.source?.kind === 'prometheus' ? watch.source.tokenVariable : undefined;
  return [...deploySecrets, account, token].filter((variable) => variable !== undefined);
}

/** Every variable that the configuration of what is deployed names as a secret. */
export function deploySecretVariables({ projects }: Config['deploy']): readonly string[] {
  const environments = projects.flatMap((project) => project.environments);
  return environments.flatMap((environment) => [...environment.releaseSecrets, ...secretsOfTarget(environment)]);
}
