import { isolationNeeds } from '../domain/machine.ts';
import { channelNeed, forgeNeed } from '../domain/needs.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { labelsOfProject } from '../workflow/deploy/deploy-needs.ts';
import { channelFindings } from './doctor/forges.ts';
import type { OperationTools } from './tools.ts';

/**
 * What this machine has for tasks that need it: its agents, its walls and its memory, the forges that it is let in at, the ways to tell people that
 * are configured for it, and the projects that it deploys. Tasks name their needs the same way, see `workflow/needs-of.ts`.
 *
 * @param more labels that the operator gives it besides, for needs of their own.
 */
export async function labelsOfMachine(
  tools: Pick<OperationTools, 'agents' | 'ladders' | 'machine' | 'forges' | 'channel' | 'ownConfiguration'>,
  more: readonly string[] = [],
): Promise<readonly string[]> {
  const [agents, rungs, size] = await Promise.all([tools.agents(), tools.ladders.isolation(), tools.machine.size()]);
  const { config } = resolveConfig(tools.ownConfiguration);
  const channels = await usableChannels(tools);
  const levels = rungs.filter(({ usable }) => usable).map(({ level }) => level);
  return [
    ...agents.filter(({ usable }) => usable).map(({ name }) => `agent:${name}`),
    ...isolationNeeds(levels),
    `memoryMb=${Math.floor(size.memoryBytes / 1024 ** 2)}`,
    ...tools.forges.names.map(forgeNeed),
    ...channels.map(channelNeed),
    ...new Set(config.deploy.projects.flatMap((project) => labelsOfProject(config, project))),
    ...more,
  ];
}

/** The ways to tell people that this machine has all secrets for. */
async function usableChannels({
  channel,
  ownConfiguration,
}: Pick<OperationTools, 'channel' | 'ownConfiguration'>): Promise<readonly string[]> {
  const { notify } = resolveConfig(ownConfiguration).config;
  const findings = await channelFindings(channel, notify);
  return Object.keys(notify.channels).filter((_, index) => findings[index]?.status === 'ok');
}
