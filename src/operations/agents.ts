import type { Config } from '../domain/config.ts';
import { Failure } from '../domain/failure.ts';
import { knownProviders } from '../domain/providers.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { planWorlds } from '../domain/world-plans.ts';
import type { AgentChoice } from '../domain/world.ts';
import type { AgentState } from '../ports/agent.ts';
import type { Finding } from './doctor/finding.ts';
import type { OperationTools } from './tools.ts';

/** An agent on this machine. */
export interface AgentView extends AgentState {
  /** Whether a run without `--agent` would have it work in a world. */
  readonly chosen: boolean;
}

/** Every agent that there is, with what keeps it from working here. Asks nobody outside. */
export async function listAgents(tools: OperationTools): Promise<readonly AgentView[]> {
  const { agent, worlds } = resolveConfig(tools.ownConfiguration).config;
  const chosen = new Set([agent.name, ...(worlds.settings ?? []).flatMap((own) => own.agent ?? [])]);
  return (await tools.agents()).map((state) => ({ ...state, chosen: chosen.has(state.name) }));
}

/** What is to be known of agents before a run: which can work, and how worlds differ whose agent takes no temperature. */
export async function diagnoseAgents(tools: OperationTools): Promise<readonly Finding[]> {
  const { config } = resolveConfig(tools.ownConfiguration);
  return [inShort(await listAgents(tools)), ...differences(config)];
}

function inShort(agents: readonly AgentView[]): Finding {
  const usable = agents
    .filter((agent) => agent.usable)
    .map(({ name, installed }) => (installed.kind === 'found' ? `${name} ${installed.version}` : name));
  const others = agents.filter((agent) => !agent.usable).map(({ name }) => name);
  const detail = `${usable.join(', ')}${others.length === 0 ? '' : `; not usable: ${others.join(', ')} (\`miyabi agents\` says why)`}`;
  const broken = agents.find((agent) => agent.chosen && !agent.usable);
  if (broken === undefined) return { name: 'Agents', status: 'ok', detail, fix: '' };
  return { name: 'Agents', status: 'warning', detail: `${broken.name} is configured: ${broken.detail} Others: ${detail}`, fix: broken.fix };
}

type Told = Extract<AgentChoice, { prompt: unknown }>;

/** Only where temperatures are not what the worlds differ by, although a model works in them. */
function differences(config: Config): readonly Finding[] {
  const providers = knownProviders(config.models);
  try {
    const plans = planWorlds(config, { protocolOf: (provider) => providers.get(provider)?.protocol });
    const told = plans.flatMap(({ name, agent }) => ('prompt' in agent && agent.temperature === undefined ? [{ name, agent }] : []));
    if (told.length < 2) return [];
    const names = [...new Set(told.map(({ agent }) => agent.name))].join(' and ');
    const detail = `${names} cannot be told a temperature; in its place: ${told.map(({ name, agent }) => `${name} ${inWords(agent)}`).join(', ')}`;
    return [{ name: 'Differences', status: 'ok', detail, fix: '' }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { what, why, fix } = error.text;
    return [{ name: 'Differences', status: 'warning', detail: `${what} ${why}`, fix }];
  }
}

function inWords({ prompt, effort, model }: Told): string {
  return [prompt, ...(effort === undefined ? [] : [`effort ${effort}`]), ...(model === undefined ? [] : [model.model])].join(' + ');
}
