import type { Config } from '../domain/config.ts';
import type { DeployProject } from '../domain/config-deploy.ts';
import { mustBeWalled } from '../domain/deploy-walls.ts';
import { authorOf, forgeOrigin } from '../domain/issue.ts';
import type { Need } from '../domain/needs.ts';
import { forgeNeed } from '../domain/needs.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { AgentChoice } from '../domain/world.ts';

/**
 * What tasks of a run need of the worker that executes them, where there are several. A worker states it the same way: see
 * `labelsOfMachine` in `operations/worker-labels.ts`.
 */

type Run = Pick<RunAttributes, 'config' | 'issue'>;

/** For whatever runs programs of the project: the walls that are asked for. */
export function needsOfPrograms({ config, issue }: Run): readonly Need[] {
  if (config.isolation === 'none') return [];
  if (config.isolation !== 'auto') return [`isolation:${config.isolation}`];
  // Whose words are not the user's own is never without walls; see `chooseIsolation`.
  return authorOf(issue) === 'user' ? [] : ['isolation:walls'];
}

/** For the build and the smoke test of what is deployed: whoever wrote the text, they are not left beside secrets without walls. */
export function needsOfDeployed(run: Run, project: DeployProject): readonly Need[] {
  return mustBeWalled({ project, isolation: run.config.isolation }) ? ['isolation:walls'] : needsOfPrograms(run);
}

/** For whatever asks or tells something at the forge of the run's issue: not every machine is let in there. */
export function needsOfForge({ issue }: Pick<Run, 'issue'>): readonly Need[] {
  const origin = forgeOrigin(issue);
  return origin === undefined ? [] : [forgeNeed(origin.forge)];
}

/** For a world, or who writes tests: the agent besides, and room for it. */
export function needsOfAgent(run: Run, agent: Pick<AgentChoice, 'name'>): readonly Need[] {
  return [`agent:${agent.name}`, `memoryMb>=${memoryOf(run.config)}`, ...needsOfPrograms(run)];
}

function memoryOf({ worlds }: Config): number {
  return Math.ceil(worlds.needs.memoryGigabytes * 1_024);
}
