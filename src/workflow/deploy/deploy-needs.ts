import { createHash } from 'node:crypto';
import type { Config } from '../../domain/config.ts';
import { deployedAs, namesOfProject } from '../../domain/deploy-project.ts';
import { forgeOrigin } from '../../domain/issue.ts';
import type { Need } from '../../domain/needs.ts';
import { deployNeed } from '../../domain/needs.ts';
import type { RunAttributes } from '../../domain/run.ts';

/**
 * What every task of a deployment needs: a machine that is configured for this project, whatever others it deploys.
 * @param run without an issue where only the deployment is the work.
 */
export function needOfDeploying({
  config,
  repository,
  issue,
}: Pick<RunAttributes, 'config' | 'repository'> & Partial<Pick<RunAttributes, 'issue'>>): Need {
  return labelOf(deployedAs(config, repository, issue === undefined ? undefined : forgeOrigin(issue)));
}

/** What a machine of this configuration has for the tasks of one project: a label for every name by which it knows the repository. */
export function labelsOfProject(config: Pick<Config, 'deploy' | 'forge'>, project: Config['deploy']['projects'][number]): readonly Need[] {
  return namesOfProject(config, project).map(labelOf);
}

/** The last part of the name, for people, and what tells it from all others: a path or an address has characters that no label has. */
function labelOf(name: string): Need {
  const said = (name.split(/[/:]/).at(-1) ?? '').replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 32);
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return deployNeed(said === '' ? digest : `${said}-${digest}`);
}
