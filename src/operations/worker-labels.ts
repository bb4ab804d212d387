import { isolationNeeds } from '../domain/machine.ts';
import { channelNeed, forgeNeed } from '../domain/needs.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import type { OperationTools } from './tools.ts';

/**
 * What this machine has for tasks that need it: its agents, its walls and its memory, the forges that it is let in at, and the ways to tell people
 * that are configured for it. Tasks name their needs the same way, see `workflow/needs-of.ts`.
 *
 * @param more labels that the operator gives it besides, for needs of their own.
 */
export async function labelsOfMachine(
  tools: Pick<OperationTools, 'agents' | 'ladders' | 'machine' | 'forges' | 'ownConfiguration'>,
  more: readonly string[] = [],
): Promise<readonly string[]> {
  const [agents, rungs, size] = await Promise.all([tools.agents(), tools.ladders.isolation(), tools.machine.size()]);
  const levels = rungs.filter(({ usable }) => usable).map(({ level }) => level);
  return [
    ...agents.filter(({ usable }) => usable).map(({ name }) => `agent:${name}`),
    ...isolationNeeds(levels),
    `memoryMb=${Math.floor(size.memoryBytes / 1024 ** 2)}`,
    ...tools.forges.names.map(forgeNeed),
    ...Object.keys(resolveConfig(tools.ownConfiguration).config.notify.channels).map(channelNeed),
    ...more,
  ];
}
