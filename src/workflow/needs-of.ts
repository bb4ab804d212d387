import type { Config } from '../domain/config.ts';
import { authorOf } from '../domain/issue.ts';
import type { Need } from '../domain/needs.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { AgentChoice } from '../domain/world.ts';

/**
 * What tasks of a run need of the worker that executes them, where there are several. A worker states it the same way: see
 * `labelsOf` in `operations/worker-labels.ts`.
 */

type Run = Pick<RunAttributes, 'config' | 'issue'>;

/** For whatever runs programs of the project: the walls that are asked for. */
export function needsOfPrograms({ config, issue }: Run): readonly Need[] {
  if (config.isolation === 'none') return [];
  if (config.isolation !== 'auto') return [`isolation:${config.isolation}`];
  // Whose words are not the user's own is never without walls; see `chooseIsolation`.
  return authorOf(issue) === 'user' ? [] : ['isolation:walls'];
}

/** For a world, or who writes tests: the agent besides, and room for it. */
export function needsOfAgent(run: Run, agent: Pick<AgentChoice, 'name'>): readonly Need[] {
  return [`agent:${agent.name}`, `memoryMb>=${memoryOf(run.config)}`, ...needsOfPrograms(run)];
}

function memoryOf({ worlds }: Config): number {
  return Math.ceil(worlds.needs.memoryGigabytes * 1_024);
}
