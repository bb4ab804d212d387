import type { Config } from './config.ts';
import type { FallbackStrategy, UnsureStrategy } from './config-judging.ts';
import { parseModelName } from './model.ts';
import type { ModelName } from './model.ts';
import type { AgentChoice, WorldPlan } from './world.ts';

/** Why worlds were begun after the first ones: these did not agree (`grow`), or too few passed, or none was clearly the best. */
export type WaveStrategy = 'grow' | Extract<FallbackStrategy, 'lower-temperature' | 'switch-model' | 'second-wave'>;

/** One thing that was done because of what a choice came to; kept in the order in which it happened. */
export interface WaveStep {
  readonly strategy: WaveStrategy | FallbackStrategy | UnsureStrategy;
  /** In a sentence. */
  readonly because: string;
}

/** The worlds of one task so far: a task has nine at most, and each keeps its name. */
export interface Waves {
  /** In the order in which they were begun. */
  readonly begun: readonly WorldPlan[];
  /** Planned, and begun only where the first ones do not agree. */
  readonly heldBack: readonly WorldPlan[];
  readonly steps: readonly WaveStep[];
}

/** Worlds that are begun first: all of them, or two that tell whether more are needed. */
export function firstWave(worlds: readonly WorldPlan[], { grow }: Pick<Config['worlds'], 'grow'>): Waves {
  const first = grow ? worlds.slice(0, 2) : worlds;
  return { begun: first, heldBack: worlds.slice(first.length), steps: [] };
}

/** Worlds of a later wave at most: what five could not do is not bought four times more. */
const mostLater = 2;

/** By how much a model is made less daring; where it gets to 0 it always says the likeliest. */
const cooler = 0.2;

/**
 * The worlds of a later wave; none where the strategy can change nothing: a search does not read what others tried, and a program without a
 * temperature cannot be made cooler.
 *
 * @param all the nine worlds that a task could have, as they would be planned.
 */
export function laterWave(
  strategy: Exclude<WaveStrategy, 'grow'>,
  { waves, all, otherModel }: { readonly waves: Waves; readonly all: readonly WorldPlan[]; readonly otherModel: string | undefined },
): readonly WorldPlan[] {
  const taken = new Set([...waves.begun, ...waves.heldBack].map(({ name }) => name));
  const free = all.filter(({ name }) => !taken.has(name)).slice(0, mostLater);
  switch (strategy) {
    case 'lower-temperature':
      return asCooler(free, waves.begun);
    case 'switch-model':
      return onModel(free, waves.begun, otherModel === undefined ? undefined : parseModelName(otherModel));
    case 'second-wave':
      return free.filter(({ agent }) => agent.name !== 'repair');
  }
}

function asCooler(free: readonly WorldPlan[], begun: readonly WorldPlan[]): readonly WorldPlan[] {
  const warm = begun.flatMap((plan) => {
    const temperature = temperatureOf(plan.agent);
    return temperature === undefined || temperature === 0 ? [] : [{ plan, temperature }];
  });
  return free.flatMap((place, index): WorldPlan[] => {
    const source = warm[index];
    if (source === undefined) return [];
    const temperature = Math.round(Math.max(0, source.temperature - cooler) * 10) / 10;
    const agent = { ...source.plan.agent, temperature } as AgentChoice;
    return [{ ...place, agent, stance: `${source.plan.stance}, cooler` }];
  });
}

function temperatureOf(agent: AgentChoice): number | undefined {
  return 'temperature' in agent ? agent.temperature : undefined;
}

function onModel(free: readonly WorldPlan[], begun: readonly WorldPlan[], other: ModelName | undefined): readonly WorldPlan[] {
  if (other === undefined) return [];
  const isOther = ({ agent }: WorldPlan): boolean =>
    'model' in agent && agent.model?.provider === other.provider && agent.model.model === other.model;
  if (begun.every(isOther)) return [];
  return free.flatMap((place): WorldPlan[] =>
    'model' in place.agent ? [{ ...place, agent: { ...place.agent, model: other }, stance: `${place.stance}, other model` }] : [],
  );
}

/** Words that come between a task and what was tried before, for agents that go about it again. */
export interface TriedBefore {
  readonly world: string;
  /** What it said of its change; empty where there was none. */
  readonly summary: string;
  /** Why it did not win, in sentences. */
  readonly against: readonly string[];
}

/** Characters of what is told of one world. */
const mostTold = 1_500;

/** The instructions of a task with what was learnt from the worlds before: their summaries rather than all that they did. */
export function withLessons(instructions: string, tried: readonly TriedBefore[]): string {
  const told = tried.map(({ world, summary, against }) => {
    const text = [summary, ...against.map((reason) => `Not taken: ${reason}`)].filter((part) => part.trim() !== '').join('\n  ');
    return `- ${world}: ${text.slice(0, mostTold)}`;
  });
  return `${instructions.trimEnd()}\n\n## What was tried before, and what came of it\n\n${told.join('\n')}\n\nDo not repeat these mistakes; go another way where they all went the same.\n`;
}
