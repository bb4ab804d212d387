import { hasWalls } from '../../domain/deploy-walls.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import { diagnoseAgents } from '../agents.ts';
import type { OperationTools } from '../tools.ts';
import { deployFindings } from './deploying.ts';
import type { Diagnosis, Finding } from './finding.ts';
import { fine } from './finding.ts';
import { channelFindings, forgeFindings } from './forges.ts';
import { leftoverFindings } from './leftovers.ts';
import { machineFindings } from './machine.ts';
import { programFindings, versionOf } from './programs.ts';
import { providerFindings } from './providers.ts';
import { repositoryFindings } from './repository.ts';
import { serviceFindings } from './service.ts';
import { sharedEnvironmentFindings } from './shared-environments.ts';
import { storageFindings } from './storage.ts';

export interface DiagnosisRequest {
  /** The folder whose repository is looked at; absent: none. */
  readonly repository?: string | undefined;
  /** Whether those are asked who are elsewhere: models for one token each, GitHub for its time. */
  readonly network?: boolean;
}

/** What this machine, and this folder where one is named, have of what Miyabi needs. Changes nothing but making the state folder. */
export async function diagnose(
  tools: OperationTools,
  { repository, network = false }: DiagnosisRequest = {},
): Promise<readonly Diagnosis[]> {
  return [
    ...(await programFindings(tools, network)),
    configuration(tools),
    ...(await storageFindings(tools)),
    ...(await machineFindings(tools, network)),
    ...(await leftoverFindings(tools)),
    ...(await serviceFindings(tools)),
    ...(await breakers(tools)),
    ...(await diagnoseAgents(tools)),
    ...(await providerFindings(tools, network)),
    ...(await forgesAndChannels(tools)),
    ...(await deploying(tools)),
    ...(repository === undefined ? [] : await repositoryFindings(tools, repository)),
  ];
}

/** It was read before anything was opened: what is wrong with it is told then. */
function configuration({ ownConfiguration }: OperationTools): Finding {
  const { explained } = resolveConfig(ownConfiguration);
  const set = explained.filter(({ source }) => source !== 'default').length;
  return fine('Configuration', `valid; ${set} of ${explained.length} keys are set (\`miyabi config explain\` says where)`);
}

async function forgesAndChannels({ forges, channel, ownConfiguration }: OperationTools): Promise<readonly Finding[]> {
  const { forge, notify } = resolveConfig(ownConfiguration).config;
  return [...(await forgeFindings(forges, forge)), ...(await channelFindings(channel, notify))];
}

async function deploying(tools: OperationTools): Promise<readonly Finding[]> {
  const { config } = resolveConfig(tools.ownConfiguration);
  const { environment } = tools.host;
  const isWalled = config.isolation !== 'auto' || hasWalls(await tools.ladders.isolation());
  const has = async (program: string): Promise<boolean> => (await versionOf(tools, program)) !== undefined;
  return [
    ...(await deployFindings(config.deploy, { environment, isRoot: process.getuid?.() === 0, isWalled, has })),
    ...(tools.sharing ? sharedEnvironmentFindings(config, await tools.engine.workers()) : []),
  ];
}

/** Only those that keep worlds out or a provider from being asked, or have done so a moment ago. */
async function breakers({ ledger }: OperationTools): Promise<readonly Finding[]> {
  const known = await ledger.breakers.list();
  return known
    .filter(({ circuit }) => circuit.kind !== 'closed')
    .map(({ key, name, circuit }) => ({
      name: 'Breaker',
      status: 'warning',
      detail: `${name} is ${circuit.kind === 'open' ? 'open' : 'half open'}: ${key.startsWith('provider:') ? 'it' : 'worlds that are configured so'} failed too often in a row`,
      fix: '`miyabi show <run>` says why; it is tried again by itself.',
    }));
}
