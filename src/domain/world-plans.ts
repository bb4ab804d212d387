import type { Config } from './config.ts';
import type { WorldSettings } from './config-models.ts';
import { Failure } from './failure.ts';
import type { Effort, ModelName, ProviderProtocol } from './model.ts';
import { highestTemperature, parseModelName } from './model.ts';
import { fromUsd } from './money.ts';
import { repairSettings } from './repair-worlds.ts';
import type { AgentChoice, AgentName, ModelSettings, PromptVariant, WorldName, WorldPlan } from './world.ts';
import { toolNames, worldNames } from './world.ts';

/** What each world stands for, in a word or two. */
const stances: Readonly<Record<WorldName, string>> = {
  alpha: 'conservative',
  beta: 'balanced',
  gamma: 'creative',
  delta: 'other framing',
  epsilon: 'other mind',
  zeta: 'patient',
  eta: 'bold',
  theta: 'frugal',
  iota: 'wide',
};

/** How a world differs where the agent is a language model. `temperature` holds where the model takes one, and then `otherwise` does not. */
interface Difference {
  readonly temperature: number;
  readonly prompt: PromptVariant;
  /** In place of a temperature: another prompt, another effort. */
  readonly otherwise: { readonly prompt: PromptVariant; readonly effort?: Effort };
}

const differences: Readonly<Record<WorldName, Difference>> = {
  alpha: { temperature: 0.3, prompt: 'standard', otherwise: { prompt: 'minimal-change' } },
  beta: { temperature: 0.7, prompt: 'standard', otherwise: { prompt: 'standard' } },
  // More than a provider takes is brought down to the most that it does.
  gamma: { temperature: 1.2, prompt: 'standard', otherwise: { prompt: 'root-cause' } },
  delta: { temperature: 0.7, prompt: 'reproduce-first', otherwise: { prompt: 'reproduce-first' } },
  epsilon: { temperature: 0.7, prompt: 'test-writer', otherwise: { prompt: 'test-writer' } },
  zeta: { temperature: 0.5, prompt: 'root-cause', otherwise: { prompt: 'standard', effort: 'high' } },
  eta: { temperature: 1, prompt: 'root-cause', otherwise: { prompt: 'root-cause', effort: 'high' } },
  theta: { temperature: 0.3, prompt: 'minimal-change', otherwise: { prompt: 'minimal-change', effort: 'low' } },
  iota: { temperature: 1, prompt: 'reproduce-first', otherwise: { prompt: 'reproduce-first', effort: 'high' } },
};

/** What planning takes beside the configuration. */
export interface PlanningWorlds {
  /** What a provider understands; undefined for one that is not configured. */
  readonly protocolOf: (provider: string) => ProviderProtocol | undefined;
  /** The model for a task of this size, in place of `agent.model`. */
  readonly model?: ModelName | undefined;
}

/**
 * The worlds of a task, each different from the others in what its agent is told or may do.
 *
 * @throws Failure (configuration) for worlds that would all be the same, for an agent without its command or model.
 */
export function planWorlds(config: Config, planning: PlanningWorlds): readonly WorldPlan[] {
  const plans = worldNames.slice(0, config.worlds.count).map((name, index): WorldPlan => {
    const own = config.worlds.settings?.[index] ?? {};
    return {
      name,
      stance: stances[name],
      agent: agentOf(config, planning, { name, index, own }),
      timeoutMs: Math.round((own.timeoutMinutes ?? config.worlds.timeoutMinutes) * 60_000),
      costMicroUsd: costOf(own.costUsd ?? config.budget.worldUsd),
    };
  });
  refuseTheSame(plans);
  return plans;
}

interface Place {
  readonly name: WorldName;
  readonly index: number;
  readonly own: WorldSettings;
}

function agentOf(config: Config, planning: PlanningWorlds, place: Place): AgentChoice {
  const { own, name, index } = place;
  const agent = own.agent ?? config.agent.name;
  switch (agent) {
    case 'repair':
      return { name: agent, settings: repairSettings(shareOf(config, index)) };
    case 'command':
      return {
        name: agent,
        command: own.command ?? config.agent.command ?? missing('command', "--agent 'command:./fix.sh'"),
        variant: own.variant ?? config.agent.variants?.[index] ?? stances[name],
        providers: config.agent.providers,
      };
    case 'acp': {
      const [program, ...rest] = words(own.command ?? config.agent.command ?? missing('acp', "--agent 'acp:my-agent --acp'"));
      if (program === undefined) return missing('acp', "--agent 'acp:my-agent --acp'");
      return { name: agent, command: [program, ...rest], providers: config.agent.providers, ...settingsOf(config, planning, place, agent) };
    }
    case 'claude-code':
    case 'codex':
      return { name: agent, through: config.agent.through, ...settingsOf(config, planning, place, agent) };
    case 'opencode':
    case 'gemini':
      return { name: agent, ...settingsOf(config, planning, place, agent) };
    case 'model': {
      const settings = settingsOf(config, planning, place, agent);
      const model = settings.model ?? missing('model', '--agent model:anthropic/claude-sonnet-5');
      return { name: agent, tools: own.tools ?? toolNames, ...settings, model };
    }
  }
}

/** The worlds that search divide the search; what else works beside them has no part of it. */
function shareOf({ agent, worlds }: Config, index: number): { readonly index: number; readonly of: number } {
  const searches = worldNames
    .slice(0, worlds.count)
    .flatMap((_, place) => ((worlds.settings?.[place]?.agent ?? agent.name) === 'repair' ? [place] : []));
  return { index: searches.indexOf(index), of: searches.length };
}

/** How the model of a world works; a temperature only where we ask the model ourselves and it takes one. */
function settingsOf(config: Config, planning: PlanningWorlds, { name, own }: Place, agent: AgentName): ModelSettings {
  const difference = differences[name];
  const model = modelOf(config, planning, name, own);
  const highest = agent === 'model' && model !== undefined ? highestOf(planning, model) : undefined;
  const base =
    highest === undefined
      ? { temperature: undefined, ...difference.otherwise }
      : { temperature: Math.min(own.temperature ?? difference.temperature, highest), prompt: difference.prompt };
  return {
    model,
    temperature: base.temperature,
    prompt: own.prompt ?? base.prompt,
    effort: own.effort ?? ('effort' in base ? base.effort : undefined) ?? config.agent.effort,
  };
}

function modelOf(config: Config, planning: PlanningWorlds, name: WorldName, own: WorldSettings): ModelName | undefined {
  const { agent, models } = config;
  const writesTests = (own.prompt ?? differences[name].prompt) === 'test-writer';
  const named = own.model ?? (name === 'epsilon' ? agent.otherModel : undefined) ?? (writesTests ? models.testWriter : undefined);
  if (named !== undefined) return parseModelName(named);
  const common = planning.model ?? (agent.model === undefined ? undefined : parseModelName(agent.model));
  return common !== undefined && canAsk(own.agent ?? agent.name, planning.protocolOf(common.provider)) ? common : undefined;
}

/** Programs that speak one protocol only. */
const spoken: Partial<Record<AgentName, ProviderProtocol>> = { 'claude-code': 'anthropic', codex: 'openai', gemini: 'google' };

/** A model that is meant for all agents is not told to a program that cannot ask it: that one takes its own. */
function canAsk(agent: AgentName, protocol: ProviderProtocol | undefined): boolean {
  const own = spoken[agent];
  return own === undefined || protocol === undefined || own === protocol;
}

function highestOf({ protocolOf }: PlanningWorlds, { provider, model }: ModelName): number | undefined {
  const protocol = protocolOf(provider);
  return protocol === undefined ? undefined : highestTemperature(protocol, model);
}

function costOf(usd: number | undefined): number | undefined {
  return usd === undefined ? undefined : fromUsd(usd);
}

/** A program with its arguments, as a shell would read plain words and quotes; nothing else of a shell's is known here. */
function words(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double?.replaceAll(/\\(.)/g, '$1') ?? single ?? plain ?? '',
  );
}

function missing(agent: AgentName, example: string): never {
  const what = agent === 'model' ? 'model' : 'command';
  throw new Failure('usage', {
    what: `The agent \`${agent}\` has no ${what}.`,
    why:
      agent === 'model' ? 'It asks a language model, and none is named.' : 'It runs a program of yours in each world, and none is named.',
    fix: `Say it on the command line, such as ${example}, or set agent.${what} in your own configuration.`,
  });
}

/** Samples of the same, five times paid for, are not five worlds. A single world has nobody to differ from. */
function refuseTheSame(plans: readonly WorldPlan[]): void {
  const kinds = new Set(plans.map(({ agent }) => JSON.stringify(agent)));
  if (plans.length < 2 || kinds.size > 1) return;
  throw new Failure('configuration', {
    what: `All ${plans.length} worlds would be told the same by the same agent.`,
    why: 'Worlds are worth their price by what they do differently.',
    fix: 'Let them differ in worlds.settings or agent.variants (model, temperature, effort, prompt, command), or run one: --worlds 1.',
  });
}
