import type { Change } from './change.ts';
import type { CommitId } from './ids.ts';
import type { CheckEvidence } from './evidence.ts';
import type { Examination } from './examination.ts';
import type { SecurityEvidence } from './security.ts';
import type { QualityEvidence, WorldScore } from './score.ts';
import type { AgentChoice, WorldName, WorldStatus } from './world.ts';

/** Something in a change that takes a world out of the choice unless a person asks for it. */
export interface IntegrityFinding {
  readonly rule:
    | 'test-deleted'
    | 'test-weakened'
    | 'test-skipped'
    | 'test-vanished'
    /** A change that is about tests changes what they test. */
    | 'source-changed'
    | 'new-test-fails'
    | 'expected-value-hard-coded'
    | 'lint-suppressed'
    | 'snapshot-rewritten'
    | 'test-command-changed'
    | 'test-configuration-changed'
    | 'check-command-changed'
    | 'check-program-changed'
    | 'check-configuration-changed'
    | 'continuous-integration-changed'
    | 'git-hooks-changed'
    | 'submodule-added'
    | 'link-leaves-the-tree'
    | 'wrote-outside-the-world';
  readonly path: string;
  /** In a sentence. */
  readonly detail: string;
}

/** What is known of one world when the choice is made. */
export type WorldEvidence =
  | {
      readonly kind: 'checked';
      readonly world: WorldName;
      readonly stance: string;
      readonly commit: CommitId;
      readonly change: Change;
      readonly check: CheckEvidence;
      /** Of an agent that only repairs (`repair`) a repaired test is demanded. */
      readonly agent?: AgentChoice['name'];
      /** Of its diff: the same for worlds that made the very same change. */
      readonly patchDigest?: string;
      /** Absent where it was not measured: the component quality is then taken out. */
      readonly quality?: QualityEvidence;
      /** Absent where nothing was analysed. */
      readonly security?: SecurityEvidence;
      readonly integrity: readonly IntegrityFinding[];
      readonly summary: string;
      readonly costMicroUsd: number;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'ended';
      readonly world: WorldName;
      readonly stance: string;
      readonly status: Exclude<WorldStatus, 'success'>;
      /** In a sentence. */
      readonly reason: string;
      readonly costMicroUsd: number;
      readonly durationMs: number;
    };

/** One world in the table that explains a choice. */
export interface WorldVerdict {
  readonly world: WorldName;
  readonly stance: string;
  readonly status: WorldStatus;
  /** Absent where nothing could be checked. */
  readonly score: WorldScore | undefined;
  /** Lines added plus removed; absent without a change. */
  readonly size: number | undefined;
  /** Files changed. */
  readonly files: readonly string[];
  /** Ids of old failures that are green here, the first thousand. */
  readonly fixed: readonly string[];
  /** Ids of tests that passed at the base and fail here, the first two hundred. */
  readonly broken: readonly string[];
  /** Why it cannot win, in sentences; empty for a world that could. */
  readonly against: readonly string[];
  /** Not even a person may take it: it holds a secret, or worse. Absent in choices of older versions. */
  readonly isStopped?: boolean;
  /** What each component of its score rests on, in sentences. Absent in choices of older versions. */
  readonly evidence?: ScoreEvidence;
  readonly summary: string;
  readonly commit: CommitId | undefined;
  /** Worlds that made the very same change, this one left out. */
  readonly sameChange: readonly WorldName[];
  readonly costMicroUsd: number;
  readonly durationMs: number;
}

/** For each component what it rests on: which tests, which new warnings, which findings; no more than a screen of it. */
export type ScoreEvidence = Readonly<Record<'build' | 'tests' | 'lint' | 'quality' | 'security', readonly string[]>>;

/** One step of the funnel: who went in, who came out, and why. */
export interface FunnelStep {
  readonly step:
    | 'integrity'
    | 'gates'
    | 'clusters'
    | 'examination'
    | 'distinguishing-test'
    | 'judge'
    | 'score'
    | 'smaller-change'
    | 'order';
  readonly left: readonly WorldName[];
  /** In a sentence. */
  readonly because: string;
}

/** Who would have won by score and size alone: computed beside every choice, so that both can be compared with what became of the change. */
export interface PlainChoice {
  readonly winner: WorldName | undefined;
  /** Points of each world that could win; their average is what a choice by lot is worth. */
  readonly scores: readonly { readonly world: WorldName; readonly total: number }[];
}

/** The step of the funnel that left one world standing; `agreement`: all that passed made the very same change. */
export type DecidedBy =
  | 'only-one-passed'
  | 'agreement'
  | 'examination'
  | 'distinguishing-test'
  | 'score'
  | 'judge'
  | 'smaller-change'
  | 'order'
  /** A person took it, asked because no world passed or none was clearly the best. */
  | 'person';

/** What a model said of worlds that the evidence left level, each pair asked about in both orders. */
export interface JudgeReport {
  /** As it is configured. */
  readonly model: string;
  readonly asked: readonly WorldName[];
  /** The one that it found better than others and never worse, whichever it was shown first; undefined where there is none. */
  readonly preferred: WorldName | undefined;
  /** A sentence for each pair. */
  readonly words: readonly string[];
}

/** A choice with the whole table, stored when it is made: a later explanation reads it and adds nothing. */
export type Choice =
  | {
      readonly kind: 'chosen';
      readonly winner: WorldName;
      readonly commit: CommitId;
      readonly decidedBy: DecidedBy;
      /** Points between the winner and the next world that could have won with another change; absent when there was none. */
      readonly margin: number | undefined;
      /** 0 to 1. */
      readonly confidence: number;
      /** Absent where none was asked. */
      readonly judge?: JudgeReport;
      /** The path to the winner. Absent in choices of older versions, like `plain`. */
      readonly funnel?: readonly FunnelStep[];
      readonly plain?: PlainChoice;
      /** Absent where there was nothing to examine. */
      readonly examination?: Examination;
      readonly verdicts: readonly WorldVerdict[];
      /** What was not known and therefore did not count, in sentences. */
      readonly caveats: readonly string[];
    }
  | {
      readonly kind: 'none-passed';
      readonly reason: string;
      readonly funnel?: readonly FunnelStep[];
      readonly plain?: PlainChoice;
      readonly examination?: Examination;
      readonly verdicts: readonly WorldVerdict[];
      readonly caveats: readonly string[];
    };
