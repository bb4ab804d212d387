import type { Analysis } from '../analysis.ts';
import type { EarlyRule } from '../early-end.ts';
import type { RunPhase } from '../run-phase.ts';
import type { WorldStatus } from '../world.ts';

/**
 * Rises when runs are to be summed up in another way, or into another shape: facts of another version are made anew. Of runs whose records are gone they
 * cannot be: whoever lets it rise goes on reading those of the version before.
 */
export const factsVersion = 1;

/** A world that was begun. */
export interface WorldFacts {
  readonly planTask: string;
  readonly world: string;
  readonly agent: string;
  /** What set it apart from other worlds of its agent: its stance or its variant. */
  readonly settings: string;
  /** `provider/name`; null where no model worked, or nobody said which. */
  readonly model: string | null;
  readonly status: WorldStatus;
  readonly chosen: boolean;
  /** Points of 100; null where nothing could be judged. */
  readonly score: number | null;
  /** Whether its change builds; null where there is no evidence. */
  readonly builds: boolean | null;
  readonly testsPassed: number;
  readonly testsTotal: number;
  readonly costMicroUsd: number;
  /** Agent and checks together; null where the agent came to no end. */
  readonly ms: number | null;
  readonly calls: number;
  readonly cachedCalls: number;
  readonly unknownPrices: number;
  /** The rule that ended it, or one of its checks, before its time. */
  readonly early: EarlyRule | null;
}

/** The last choice of a task that had a winner. */
export interface ChoiceFacts {
  readonly planTask: string;
  readonly winner: string;
  /** Whom score and size alone would have taken; null in choices that do not say. */
  readonly plainWinner: string | null;
  readonly decidedBy: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** Worlds that could have won. */
  readonly candidates: number;
}

/** All tasks of the engine of one phase of a run. */
export interface PhaseFacts {
  readonly phase: RunPhase;
  /** See `phaseTimes` in phase-times.ts. */
  readonly ms: number;
  readonly tasks: number;
  /** Tasks that came to nothing. */
  readonly dead: number;
  /** Attempts that failed, or could not be made. */
  readonly failures: number;
  readonly costMicroUsd: number;
}

/** What is kept of a run that has ended, for statistics: what became of its change later is not in it. Times are in ms. */
export interface RunFacts {
  /** `issue`: a run of its own. `pick`, `fix`: begun of a world of another run. `deployment`: its only work. */
  readonly kind: 'issue' | 'pick' | 'fix' | 'deployment';
  readonly state: 'completed' | 'failed' | 'cancelled' | 'stuck';
  /** Null where it never came to an analysis, and where nothing was analysed. */
  readonly analysis: Pick<Analysis, 'type' | 'complexity' | 'priority'> | null;
  readonly costMicroUsd: number;
  /** Calls of models, whoever made them. */
  readonly calls: number;
  readonly cachedCalls: number;
  /** Calls for which the most that they can have cost counts. */
  readonly unknownPrices: number;
  /** From its beginning to its end, without what it waited for people. */
  readonly workMs: number;
  /** What it waited for people. */
  readonly waitedMs: number;
  /** How often a person decided something in it: questions answered, and its end by their hand. */
  readonly interventions: number;
  readonly phases: readonly PhaseFacts[];
  /** Tasks of the plan, in their order, each from its first attempt to its end without what it waited for people. */
  readonly planTasks: readonly { readonly id: string; readonly ms: number }[];
  /** From the first beginning of a task of the plan to the last end, likewise. */
  readonly planTasksMs: number;
  /** Tasks of the engine that failed and were tried again; and those of them that then succeeded. */
  readonly retried: number;
  readonly retriedWell: number;
  readonly worlds: readonly WorldFacts[];
  readonly choices: readonly ChoiceFacts[];
  /** The last report of the review; null where there was none. */
  readonly review: {
    readonly score: number;
    /** Times that the work was sent back. */
    readonly sentBack: number;
    /** What a person said to it; null where nobody was asked. */
    readonly person: 'approve' | 'reject' | 'fix' | null;
  } | null;
  /** What a person said to the plan; `changed`: a yes to another plan; null where nobody was asked. */
  readonly plan: 'approve' | 'reject' | 'changed' | null;
  /** Who merged its pull request; null where it was not merged. */
  readonly mergedBy: 'miyabi' | 'person' | 'others' | null;
}
