import type { Choice } from '../domain/choice.ts';
import type { Config } from '../domain/config.ts';
import type { FallbackStrategy, UnsureStrategy } from '../domain/config-judging.ts';
import type { WaveStep, WaveStrategy, Waves } from '../domain/waves.ts';
import { laterWave } from '../domain/waves.ts';
import type { WorldPlan } from '../domain/world.ts';

/** What a task does once a choice has been made. */
export type NextStep =
  | { readonly kind: 'integrate' }
  | { readonly kind: 'wave'; readonly step: WaveStep & { readonly strategy: WaveStrategy }; readonly worlds: readonly WorldPlan[] }
  | { readonly kind: 'ask'; readonly step: WaveStep }
  | { readonly kind: 'skip'; readonly step: WaveStep }
  | { readonly kind: 'give-up'; readonly because: string };

export interface AfterChoice {
  readonly choice: Choice;
  readonly waves: Waves;
  /** All nine worlds that the task could have. */
  readonly all: readonly WorldPlan[];
  readonly config: Config;
  /** Whether somebody is there who could be asked at once. */
  readonly attended: boolean;
  /** Whether the run has other tasks, which are worth something without this one. */
  readonly isOneOfSeveral: boolean;
}

/**
 * Goes on from a choice: a clear winner is integrated; two worlds that do not agree are given company (`worlds.grow`); where too few passed the
 * strategies of `worlds.fallback` follow in their order, where worlds behave differently and none is clearly right those of `choice.whenUnsure`. Each strategy comes at most once, and
 * one that can change nothing is passed over. A world that fails is never taken unless a person says so.
 */
export function afterChoice(given: AfterChoice): NextStep {
  const { choice, waves, config } = given;
  if (choice.kind === 'chosen' && choice.decidedBy === 'person') return { kind: 'integrate' };
  if (waves.heldBack.length > 0 && !agree(choice)) {
    const because = choice.kind === 'chosen' ? 'the first two worlds do not agree' : 'neither of the first two worlds passed';
    return { kind: 'wave', step: { strategy: 'grow', because }, worlds: waves.heldBack };
  }
  if (choice.kind === 'none-passed') {
    const fallen = firstPossible(config.worlds.fallback, given, choice.reason);
    return fallen ?? { kind: 'give-up', because: `no world passed: ${choice.reason}` };
  }
  // Where nothing was compared, nobody who goes about it again would know more.
  const isOpen = (choice.examination?.clusters.length ?? 0) > 1;
  if (!isOpen || choice.confidence >= config.choice.sureFrom) return { kind: 'integrate' };
  const because = `confidence ${Math.round(choice.confidence * 100)} % is below ${Math.round(config.choice.sureFrom * 100)} %`;
  return firstPossible(config.choice.whenUnsure, given, because) ?? { kind: 'integrate' };
}

/** Both passed, and nothing that is known tells them apart. */
function agree(choice: Choice): boolean {
  if (choice.kind === 'none-passed') return false;
  const passed = choice.verdicts.filter(({ against }) => against.length === 0);
  if (passed.length < 2) return false;
  if (choice.decidedBy === 'agreement') return true;
  const together = choice.examination?.clusters.find(({ worlds }) => worlds.includes(choice.winner))?.worlds ?? [];
  return passed.every(({ world }) => together.includes(world));
}

function firstPossible(
  strategies: readonly (FallbackStrategy | UnsureStrategy)[],
  given: AfterChoice,
  because: string,
): NextStep | undefined {
  const done = new Set(given.waves.steps.map(({ strategy }) => strategy));
  for (const [index, strategy] of strategies.entries()) {
    if (done.has(strategy)) continue;
    const next = nextBy({ strategy, because }, given, index === strategies.length - 1);
    if (next !== undefined) return next;
  }
  return undefined;
}

function nextBy(step: WaveStep, given: AfterChoice, isLast: boolean): NextStep | undefined {
  const { strategy, because } = step;
  switch (strategy) {
    case 'grow':
      return undefined;
    case 'lower-temperature':
    case 'switch-model':
    case 'second-wave': {
      const { waves, all, config } = given;
      const worlds = laterWave(strategy, { waves, all, otherModel: config.agent.otherModel });
      return worlds.length === 0 ? undefined : { kind: 'wave', step: { strategy, because }, worlds };
    }
    case 'ask':
      // Nobody waits for an answer that something else can be done without.
      return given.attended || isLast ? { kind: 'ask', step } : undefined;
    case 'skip':
      return given.isOneOfSeveral ? { kind: 'skip', step } : undefined;
    case 'accept':
      return { kind: 'integrate' };
  }
}
