import { z } from 'zod';
import { analysisSchema } from '../domain/analysis.ts';
import type { Change } from '../domain/change.ts';
import type { ChecksPlan } from '../domain/checks.ts';
import type { Choice, IntegrityFinding } from '../domain/choice.ts';
import type { CheckEvidence } from '../domain/evidence.ts';
import type { EarlyEnd } from '../domain/early-end.ts';
import type { CommitId } from '../domain/ids.ts';
import type { Incident } from '../domain/incident.ts';
import type { ModelUsage } from '../domain/model.ts';
import { planTaskSchema } from '../domain/plan.ts';
import type { ReviewReport } from '../domain/review.ts';
import type { QualityEvidence } from '../domain/score.ts';
import { defineTaskType } from '../domain/task-type.ts';
import type { WorldPlan, WorldStatus } from '../domain/world.ts';
import type { Background } from '../ports/agent.ts';
import type { Configuration } from '../ports/breakers.ts';
import type { Kept } from './kept.ts';

/**
 * Every kind of task that a run is made of, in the order in which they happen. The names are stored and never
 * change; a shape that changes gets a new schemaVersion and an upcast.
 */

/** For values that only this program writes: their version is checked by the engine, their shape by the compiler. */
function ours<Value>(): z.ZodType<Value> {
  return z.custom<Value>((value) => typeof value === 'object' && value !== null);
}
/** Either version of {@link Kept}: five worlds are given the same task, and the same checks. */
function keptOf<Value extends object>(value: z.ZodType<Value>): z.ZodType<Kept<Value>> {
  return z.union([z.string(), value]);
}
const commitId = z.custom<CommitId>((value) => typeof value === 'string');
const nothing = z.object({});

/** How a project is checked, fixed at its base commit, with the digest under which evidence made this way is kept. */
export interface PlannedChecks {
  readonly plan: ChecksPlan;
  /** The Node that runs the project. */
  readonly node: { readonly path: string; readonly version: string; readonly because: string };
  readonly digest: string;
}
const plannedChecks = keptOf(ours<PlannedChecks>());

/** A world as it is compared with others. */
export type ComparedWorld = Pick<WorldPlan, 'name' | 'stance'> & { readonly agent: Pick<WorldPlan['agent'], 'name'> };

/** `warnings`: what a user should know of how it was made; absent in results of older versions. */
const judgedAnalysis = analysisSchema.extend({ warnings: z.array(z.string()).optional() });

export const analyseType = defineTaskType({ name: 'miyabi.issue.analyse', schemaVersion: 1, payload: nothing, result: judgedAnalysis });

export const planType = defineTaskType({ name: 'miyabi.issue.plan', schemaVersion: 1, payload: nothing, result: nothing });

export const approveType = defineTaskType({
  name: 'miyabi.person.approve',
  schemaVersion: 1,
  payload: z.object({
    /** Why it is asked, in a few words. */
    reason: z.string(),
    question: z.string(),
    /** What the person decides about: a plan, a report. */
    details: z.unknown(),
  }),
  result: z.object({ approvedBy: z.string() }),
});
export type ApprovePayload = z.infer<typeof approveType.payload>;

/** Where `task.implement` goes on; each step is one short execution between two sets of children. */
const implementStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start') }),
  z.object({ kind: z.literal('worlds'), base: commitId }),
  z.object({ kind: z.literal('integrate'), base: commitId, checks: plannedChecks }),
  z.object({ kind: z.literal('finish'), winner: z.string(), worldScore: z.number(), summary: z.string().optional() }),
]);

export const implementType = defineTaskType({
  name: 'miyabi.task.implement',
  schemaVersion: 2,
  payload: z.object({
    planTask: planTaskSchema,
    step: implementStep,
    /** From 1; a winner that did not fit on the moved branch starts another. */
    round: z.int().min(1),
  }),
  result: z.object({
    commit: commitId,
    winner: z.string(),
    worldScore: z.number(),
    integrated: z.enum(['forward', 'picked']),
    /** What the winner said that it did. Absent in results of older versions. */
    summary: z.string().optional(),
  }),
});
export type ImplementPayload = z.infer<typeof implementType.payload>;

const onBase = z.object({ base: commitId });

export interface BasePrepareResult {
  readonly checks: PlannedChecks;
  /** How the dependencies were installed, where a person should know. */
  readonly notes: readonly string[];
}

export const basePrepareType = defineTaskType({
  name: 'miyabi.base.prepare',
  schemaVersion: 1,
  payload: onBase,
  result: ours<BasePrepareResult>(),
});

export interface BaseCheckResult {
  readonly commit: CommitId;
  readonly checks: PlannedChecks;
  /** Was made earlier, for this very commit and these very checks. */
  readonly reused: boolean;
  readonly tests: { readonly kind: string; readonly passing: number; readonly failing: number; readonly flaky: number };
  readonly notes: readonly string[];
}

export const baseCheckType = defineTaskType({
  name: 'miyabi.base.check',
  schemaVersion: 1,
  payload: onBase,
  result: ours<BaseCheckResult>(),
});

export const worldRunType = defineTaskType({
  name: 'miyabi.world.run',
  schemaVersion: 3,
  payload: z.object({
    base: commitId,
    checks: plannedChecks,
    planTask: keptOf(planTaskSchema),
    /** Gathered once for all worlds of the task; absent in payloads before version 3. */
    background: keptOf(ours<Background>()).optional(),
    implementTaskId: z.string(),
    round: z.int(),
    world: ours<WorldPlan>(),
  }),
  result: ours<WorldRunResult>(),
});
export type WorldRunPayload = z.infer<typeof worldRunType.payload>;

interface WorldEnded {
  readonly world: Pick<WorldPlan, 'name'>;
  readonly summary: string;
  /** What was written outside of the world while it ran, by whom only the world could be. */
  readonly integrity: readonly IntegrityFinding[];
  /** Said to people: such as files of the user's tree that changed meanwhile. */
  readonly warnings: readonly string[];
  /** What it was denied and went on without. Absent where nothing was watched yet. */
  readonly denied?: readonly Incident[];
  /** Why the agent stopped: `done`, or the kind of its end with what bounded it or was at fault, such as `limit: steps`. Absent where it never began. */
  readonly stop?: string;
  /** By which its conversation could be taken up again. */
  readonly sessionId?: string;
  /** The decision that ended it before its time. */
  readonly early?: EarlyEnd;
  /** Of all calls to models; absent where there were none. */
  readonly usage?: ModelUsage;
  readonly calls?: number;
  /** Of these, answered from the cache. */
  readonly cachedCalls?: number;
  /** Of these, at a price that nobody knows: the cost is the most that it can be. */
  readonly unknownPrices?: number;
  /** Under which its configuration is known to the breakers. Absent in results of older versions. */
  readonly configuration?: Configuration;
  readonly costMicroUsd: number;
  readonly durationMs: number;
}

/** How the agent's part of a world ended. */
export type WorldRunResult =
  | (WorldEnded & { readonly kind: 'harvested'; readonly commit: CommitId; readonly change: Change })
  | (WorldEnded & { readonly kind: 'ended'; readonly status: Exclude<WorldStatus, 'success'>; readonly reason: string });

export const worldCheckType = defineTaskType({
  name: 'miyabi.world.check',
  schemaVersion: 2,
  payload: z.object({ base: commitId, checks: plannedChecks, world: z.string() }),
  result: ours<WorldCheckResult>(),
});
export type WorldCheckPayload = z.infer<typeof worldCheckType.payload>;

export type WorldCheckResult =
  | {
      readonly kind: 'checked';
      readonly check: CheckEvidence;
      readonly integrity: readonly IntegrityFinding[];
      readonly quality: QualityEvidence;
      /** SHA-256 of the diff. */
      readonly patchDigest: string;
      readonly durationMs: number;
      /** Points of 100, before it is known what the other worlds could do. */
      readonly provisionalScore: number;
    }
  /** The world left no commit to check. */
  | { readonly kind: 'nothing-to-check'; readonly reason: string };

export const chooseType = defineTaskType({
  name: 'miyabi.task.choose',
  schemaVersion: 2,
  payload: z.object({ base: commitId, checks: plannedChecks, worlds: z.array(ours<ComparedWorld>()) }),
  result: ours<Choice>(),
});

export const integrateType = defineTaskType({
  name: 'miyabi.task.integrate',
  schemaVersion: 2,
  payload: z.object({ base: commitId, checks: plannedChecks, commit: commitId, mustPass: z.array(z.string()) }),
  result: ours<IntegrateResult>(),
});
export type IntegratePayload = z.infer<typeof integrateType.payload>;

export type IntegrateResult =
  /** `forward`: the branch had not moved. `picked`: it had; the change was put on top and checked again. */
  | { readonly kind: 'integrated'; readonly commit: CommitId; readonly how: 'forward' | 'picked' }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] }
  | { readonly kind: 'red'; readonly reason: string };

export const reviewType = defineTaskType({
  name: 'miyabi.run.review',
  schemaVersion: 1,
  payload: z.object({
    complexity: z.number(),
    tasks: z.int(),
    sentBack: z.int(),
    /** The report a person was asked about; their answer decides on this one. */
    asked: ours<ReviewReport>().nullable(),
    /** What a user should know of how the plan was made, which leaves no result of its own. Absent in payloads of older versions. */
    warnings: z.array(z.string()).optional(),
  }),
  result: ours<ReviewResult>(),
});

export type ReviewPayload = z.infer<typeof reviewType.payload>;

export type ReviewResult =
  | {
      readonly kind: 'reviewed';
      readonly report: ReviewReport;
      readonly label: string;
      readonly approvedBy: string | null;
      readonly warnings?: readonly string[];
    }
  /** A simple issue with a winner above 90 points goes on without one. */
  | { readonly kind: 'not-needed'; readonly reason: string };

export const publishType = defineTaskType({
  name: 'miyabi.run.publish',
  schemaVersion: 1,
  payload: nothing,
  result: z.object({ branch: z.string(), commit: commitId, into: z.string().nullable(), notes: z.array(z.string()) }),
});

export const cleanupType = defineTaskType({
  name: 'miyabi.run.cleanup',
  schemaVersion: 1,
  payload: nothing,
  result: z.object({ removedFolders: z.int(), freedBytes: z.number() }),
});
