import type { AgentBounds } from '../../ports/agent.ts';

/** What a loop has used so far. */
export interface Used {
  readonly turns: number;
  readonly tokens: number;
  /** Of the world's time, in ms. */
  readonly leftMs: number;
}

/** How far a loop may go, and when a model is told that it comes to an end: what is unfinished then is lost. */
export interface BoundsWatch {
  /** Asked before a turn. `reason`: a sentence without its full stop. */
  reached(used: Used): { readonly limit: 'steps' | 'tokens'; readonly reason: string } | undefined;
  /** Asked after a turn. @returns what the model is to know; of each bound once. */
  remark(used: Used): string | undefined;
}

const lastTurns = 5;
/** Of tokens and time. */
const lastShare = 0.2;

export function watchBounds({ steps, tokens }: Pick<AgentBounds, 'steps' | 'tokens'>, timeMs: number): BoundsWatch {
  const told = new Set<string>();
  return {
    reached(used) {
      if (used.turns >= steps) return { limit: 'steps', reason: `${steps} turns, which is as many as it may take` };
      if (used.tokens >= tokens) return { limit: 'tokens', reason: `${used.tokens} tokens, of ${tokens} that it may use` };
      return undefined;
    },
    remark(used) {
      const near: ReadonlyArray<readonly [name: string, isNear: boolean, left: string]> = [
        ['turns', steps - used.turns <= lastTurns, `${steps - used.turns} turns`],
        ['tokens', tokens - used.tokens <= lastShare * tokens, `${Math.max(0, tokens - used.tokens)} tokens`],
        ['time', used.leftMs <= lastShare * timeMs, `${Math.round(used.leftMs / 1000)} seconds`],
      ];
      const news = near.filter(([name, isNear]) => isNear && !told.has(name));
      for (const [name] of news) told.add(name);
      if (news.length === 0) return undefined;
      return `You have ${news.map(([, , left]) => left).join(' and ')} left. What is not finished then is lost: bring your work to an end.`;
    },
  };
}
