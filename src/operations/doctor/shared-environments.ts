import type { Config } from '../../domain/config.ts';
import type { WorkerView } from '../../weaver/workers.ts';
import { labelsOfProject } from '../../workflow/deploy/deploy-needs.ts';
import type { Finding } from './finding.ts';

/** Targets whose releases run on the machine that deploys them. */
const onOneMachine: ReadonlySet<string> = new Set(['process', 'container', 'compose']);

/**
 * Projects of this machine that workers on several machines would deploy, each to an environment of its own.
 * @param workers all that share the records, this machine's among them.
 */
export function sharedEnvironmentFindings(
  config: Pick<Config, 'deploy' | 'forge'>,
  workers: readonly Pick<WorkerView, 'alive' | 'host' | 'labels'>[],
): readonly Finding[] {
  return config.deploy.projects.flatMap((project): readonly Finding[] => {
    const bound = project.environments.filter(({ target }) => onOneMachine.has(target.kind)).map(({ name }) => name);
    const own = new Set(labelsOfProject(config, project));
    const having = workers.filter(({ alive, labels = [] }) => alive && labels.some((label) => own.has(label)));
    const hosts = [...new Set(having.map(({ host }) => host))].toSorted();
    if (bound.length === 0 || hosts.length < 2) return [];
    return [
      {
        name: `Deploy ${project.repository}`,
        status: 'warning',
        detail: `${hosts.join(', ')} all deploy it, and the releases of ${bound.join(', ')} run on the machine that deploys them: each would have its own.`,
        fix: 'Leave the project in `deploy.projects` of one machine, and take it out on the others.',
      },
    ];
  });
}
