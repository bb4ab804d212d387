import type { Observation, ReleaseWatch } from '../../domain/release-watch-state.ts';
import type { LookTools } from './step-verdict.ts';

/** Keeps with a deployment what is seen of it: all that is unusual, and of what is usual a line now and then. */
export interface WatchNotes {
  /** Called with what has just been seen, and what is known since. */
  readonly keep: (observation: Observation, watch: ReleaseWatch) => Promise<void>;
}

/** @param everyMs between two usual lines of a kind, and between two unusual ones that say the same. */
export function watchNotes({ note }: Pick<LookTools, 'note'>, everyMs: number): WatchNotes {
  const keptAt = new Map<string, number>();
  return {
    async keep(observation, { lines }) {
      const line = lines.at(-1);
      if (line === undefined || !hasLine(observation)) return;
      const name = isUnusual(observation) ? line.text : observation.kind;
      const last = keptAt.get(name);
      if (last !== undefined && line.at - last < everyMs) return;
      if (keptAt.size > 1_000) keptAt.clear();
      keptAt.set(name, line.at);
      await note([line]);
    },
  };
}

function hasLine({ kind }: Observation): boolean {
  return kind !== 'exits' && kind !== 'late' && kind !== 'window';
}

function isUnusual(observation: Observation): boolean {
  return observation.kind === 'check' ? observation.check.kind !== 'healthy' : observation.kind !== 'traffic';
}
