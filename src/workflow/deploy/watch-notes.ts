import type { Observation, ReleaseWatch } from '../../domain/release-watch-state.ts';
import type { LookTools } from './step-verdict.ts';

/** Keeps with a deployment what is seen of it: all that is unusual, and of what is usual a line now and then. */
export interface WatchNotes {
  /** Called with what has just been seen, and what is known since. */
  readonly keep: (observation: Observation, watch: ReleaseWatch) => Promise<void>;
}

/** In ms: the same unusual thing is kept no more often. */
const sameMs = 1_000;

/** @param usualMs between two usual lines of a kind. */
export function watchNotes({ note }: Pick<LookTools, 'note'>, usualMs: number): WatchNotes {
  const keptAt = new Map<string, number>();
  return {
    async keep(observation, { lines }) {
      const line = lines.at(-1);
      if (line === undefined || !hasLine(observation)) return;
      const isUnusual = isUnusualOf(observation);
      const name = isUnusual ? line.text : observation.kind;
      const last = keptAt.get(name);
      if (last !== undefined && line.at - last < (isUnusual ? sameMs : usualMs)) return;
      if (keptAt.size > 1_000) keptAt.clear();
      keptAt.set(name, line.at);
      await note([line]);
    },
  };
}

function hasLine({ kind }: Observation): boolean {
  return kind !== 'exits' && kind !== 'late' && kind !== 'window';
}

function isUnusualOf(observation: Observation): boolean {
  return observation.kind === 'check' ? observation.check.kind !== 'healthy' : observation.kind !== 'traffic';
}
