import type { Config } from './config.ts';
import { repairWorlds } from './repair-worlds.ts';
import type { AgentChoice, WorldName, WorldPlan } from './world.ts';
import { worldNames } from './world.ts';

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

/** The worlds of a task, each different from the others in what its agent is told or may do. */
export function planWorlds(config: Config): readonly WorldPlan[] {
  return worldNames.slice(0, config.worlds.count).map((name, index) => ({
    name,
    stance: stances[name],
    agent: agentOf(config, name, index),
    timeoutMs: Math.round(config.worlds.timeoutMinutes * 60_000),
  }));
}

function agentOf(config: Config, name: WorldName, index: number): AgentChoice {
  if (config.agent.name === 'repair') return { name: 'repair', settings: repairWorlds[name] };
  return { name: 'command', command: config.agent.command ?? '', variant: config.agent.variants?.[index] ?? stances[name] };
}
