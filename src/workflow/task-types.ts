import { z } from 'zod';
import { analysisSchema } from '../domain/analysis.ts';
import type { Change } from '../domain/change.ts';
import type { ChecksPlan } from '../domain/checks.ts';
import type { WorldEvidence } from '../domain/choice.ts';
import type { ExamColumn, ExamEvidence, PoolAtBase, PooledTests, ProbePlan } from '../domain/examination.ts';
import type { Choice, IntegrityFinding } from '../domain/choice.ts';
import type { CheckEvidence } from '../domain/evidence.ts';
import type { EarlyEnd } from '../domain/early-end.ts';
import type { CommitId, TaskId } from '../domain/ids.ts';
import type { Incident } from '../domain/incident.ts';
import type { ModelUsage } from '../domain/model.ts';
import type { Plan } from '../domain/plan.ts';
import { planTaskSchema } from '../domain/plan.ts';
import type { ReviewReport } from '../domain/review.ts';
import type { QualityEvidence } from '../domain/score.ts';
import type { SecurityEvidence } from '../domain/security.ts';
import { defineTaskType } from '../domain/task-type.ts';
import type { WaveStep, Waves } from '../domain/waves.ts';
import type { AgentName, AgentPlan, WorldName, WorldPlan, WorldStatus } from '../domain/world.ts';
import { testWriterNames, worldNames } from '../domain/world.ts';
import type { Background } from '../ports/agent.ts';
import type { Configuration } from '../ports/breakers.ts';
import type { PlanGate } from './gates.ts';
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
const judgedAnalysis = analysisSchema.extend({
  warnings: z.array(z.string()).optional(),
  /** Past runs that were about something alike, best first; absent in results of older versions. */
  similar: z.array(z.object({ run: z.string(), title: z.string(), outcome: z.string() })).optional(),
});
export type JudgedIssue = z.infer<typeof judgedAnalysis>;

export const analyseType = defineTaskType({ name: 'miyabi.issue.analyse', schemaVersion: 1, payload: nothing, result: judgedAnalysis });

/** A plan with all that people are told of it. */
export interface ToldPlan {
  readonly analysis: JudgedIssue;
  readonly plan: Plan;
  readonly gate: PlanGate;
  /** What a user should know of how it was made, a sentence each. */
  readonly warnings: readonly string[];
}

export const planType = defineTaskType({
  name: 'miyabi.issue.plan',
  schemaVersion: 1,
  payload: z.object({
    /** What a person was asked about; it is planned at first where that is absent. */
    asked: keptOf(ours<ToldPlan>()).optional(),
  }),
  result: nothing,
});

export const approveType = defineTaskType({
  name: 'miyabi.person.approve',
  schemaVersion: 1,
  payload: z.object({
    /** Why it is asked, in a few words. */
    reason: z.string(),
    question: z.string(),
    /** An `Escalation` without its deadline; of runs of older versions what the person decides about. */
    details: z.unknown(),
    /** How long it waits, and what silence means; it waits for ever where that is absent. */
    patience: z.object({ ms: z.number(), otherwise: z.enum(['approve', 'reject']) }).optional(),
  }),
  /** `plan`: what it is to be instead. `fixed`: where the person has mended the run's branch themselves. */
  result: z.object({ approvedBy: z.string(), plan: z.unknown().optional(), fixed: commitId.optional(), reason: z.string().optional() }),
});
export type ApprovePayload = z.infer<typeof approveType.payload>;

/** Worlds of earlier waves of a task, with what is known of them and the task in which each was lived. */
export interface EarlierWorlds {
  readonly evidence: readonly WorldEvidence[];
  readonly tasks: readonly { readonly world: WorldName; readonly taskId: TaskId }[];
}
const earlierWorlds = keptOf(ours<EarlierWorlds>()).optional();

/** Where `task.implement` goes on; each step is one short execution between two sets of children. */
const implementStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start') }),
  z.object({ kind: z.literal('worlds'), base: commitId }),
  /** What the choice came to. `waves` and `earlier` are absent in payloads of older versions. */
  z.object({
    kind: z.literal('integrate'),
    base: commitId,
    checks: plannedChecks,
    waves: ours<Waves>().optional(),
    earlier: earlierWorlds,
  }),
  z.object({
    kind: z.literal('finish'),
    winner: z.string(),
    worldScore: z.number(),
    summary: z.string().optional(),
    isTaken: z.boolean().optional(),
  }),
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
    /** `skipped`: no world passed, and the run goes on without this task. */
    integrated: z.enum(['forward', 'picked', 'skipped']),
    /** What the winner said that it did. Absent in results of older versions. */
    summary: z.string().optional(),
    /** Whether a person took it, who was told what speaks against it. Absent in results of older versions. */
    isTaken: z.boolean().optional(),
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

const agentTask = z.object({
  base: commitId,
  checks: plannedChecks,
  planTask: keptOf(planTaskSchema),
  /** Gathered once for all worlds of the task; absent in payloads before version 3. */
  background: keptOf(ours<Background>()).optional(),
  implementTaskId: z.string(),
  round: z.int(),
});

/** Before version 3 a command was told of no provider's gateway. */
function nameNoProviders(payload: unknown): unknown {
  const { world, ...rest } = payload as { readonly world: { readonly agent: { readonly name: AgentName } } };
  return world.agent.name === 'command' ? { ...rest, world: { ...world, agent: { providers: [], ...world.agent } } } : payload;
}

export const worldRunType = defineTaskType({
  name: 'miyabi.world.run',
  schemaVersion: 3,
  payload: agentTask.extend({ world: ours<WorldPlan>() }),
  result: ours<WorldRunResult>(),
  upcastPayload: nameNoProviders,
});
export type WorldRunPayload = z.infer<typeof worldRunType.payload>;

/** What an agent's work in a place of its own takes: a world's, or that of somebody who only writes tests. */
export type AgentPayload = Omit<WorldRunPayload, 'world'> & { readonly world: AgentPlan };

export const testsWriteType = defineTaskType({
  name: 'miyabi.tests.write',
  schemaVersion: 1,
  payload: agentTask.extend({ world: ours<AgentPlan>() }),
  result: ours<WorldRunResult>(),
});

interface WorldEnded {
  readonly world: Pick<AgentPlan, 'name'>;
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
  payload: z.object({
    base: commitId,
    checks: plannedChecks,
    world: z.string(),
    /** What the task is to change. Absent in payloads of older versions: code. */
    purpose: z.enum(['code', 'tests']).optional(),
  }),
  result: ours<WorldCheckResult>(),
});
export type WorldCheckPayload = z.infer<typeof worldCheckType.payload>;

export type WorldCheckResult =
  | {
      readonly kind: 'checked';
      /** It names every test of a project; results of older versions hold the value itself. */
      readonly check: Kept<CheckEvidence>;
      readonly integrity: readonly IntegrityFinding[];
      readonly quality: QualityEvidence;
      /** Absent in results of older versions. */
      readonly security?: SecurityEvidence;
      /** SHA-256 of the diff. */
      readonly patchDigest: string;
      readonly durationMs: number;
      /** Points of 100, before it is known what the other worlds could do. */
      readonly provisionalScore: number;
    }
  /** The world left no commit to check. */
  | { readonly kind: 'nothing-to-check'; readonly reason: string };

/** The tests of all worlds and test writers, how they did at the base, and the inputs on which changed functions are tried. */
export interface CollectedTests {
  readonly tests: readonly PooledTests[];
  readonly atBase: readonly PoolAtBase[];
  readonly probes: readonly ProbePlan[];
}

/** Where `tests.collect` goes on: it collects, has every world that could win examined, and gathers what was seen. */
const collectStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('collect') }),
  z.object({ kind: z.literal('gather'), collected: keptOf(ours<CollectedTests>()), notes: z.array(z.string()) }),
]);

export type CollectResult =
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'examined'; readonly evidence: Kept<ExamEvidence> };

export const testsCollectType = defineTaskType({
  name: 'miyabi.tests.collect',
  schemaVersion: 1,
  payload: z.object({
    base: commitId,
    checks: plannedChecks,
    worlds: z.array(ours<ComparedWorld>()),
    writers: z.array(z.enum(testWriterNames)),
    earlier: earlierWorlds,
    step: collectStep,
  }),
  result: ours<CollectResult>(),
});
export type CollectPayload = z.infer<typeof testsCollectType.payload>;

export interface ExamResult {
  readonly column: Kept<ExamColumn>;
  readonly notes: readonly string[];
}

export const examWorldType = defineTaskType({
  name: 'miyabi.exam.world',
  schemaVersion: 1,
  payload: z.object({
    checks: plannedChecks,
    world: z.enum(worldNames),
    commit: commitId,
    collected: keptOf(ours<CollectedTests>()),
  }),
  result: ours<ExamResult>(),
});
export type ExamPayload = z.infer<typeof examWorldType.payload>;

export const chooseType = defineTaskType({
  name: 'miyabi.task.choose',
  schemaVersion: 2,
  payload: z.object({
    base: commitId,
    checks: plannedChecks,
    worlds: z.array(ours<ComparedWorld>()),
    earlier: earlierWorlds,
    /** What was done before because of what earlier choices came to. */
    steps: z.array(ours<WaveStep>()).optional(),
    /** The world that a person took, who it was, and the examination that they were told of. */
    exam: keptOf(ours<ExamEvidence>()).optional(),
    picked: z.object({ world: z.string(), by: z.string() }).optional(),
  }),
  result: ours<Choice>(),
});
export type ChoosePayload = z.infer<typeof chooseType.payload>;

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
    /** On the branch as it was before it was sent back, oldest first. Absent in payloads of older versions. */
    earlier: z.array(ours<ReviewReport>()).optional(),
    /** What the run is to change. Absent in payloads of older versions: code. */
    purpose: z.enum(['code', 'tests']).optional(),
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
      /** On the branch as it was before it was sent back, oldest first. Absent in results of older versions. */
      readonly earlier?: readonly ReviewReport[];
    }
  /** A simple issue with a winner above 90 points goes on without one. */
  | {
      readonly kind: 'not-needed';
      readonly reason: string;
      /** Of the world that made the branch. Absent in results of older versions. */
      readonly points?: number;
    };

export const publishType = defineTaskType({
  name: 'miyabi.run.publish',
  schemaVersion: 1,
  payload: z.object({
    /** What a person was asked about before a commit is pushed: secrets in it, or somebody else's at the branch. Absent where nobody was. */
    asked: z.object({ about: z.enum(['leak', 'head']), commit: commitId }).optional(),
    /** A change of another run that is handed over in place of the run's own branch, and what it is one of. */
    change: z.object({ commit: commitId, base: commitId }).optional(),
  }),
  result: z.object({ branch: z.string(), commit: commitId, into: z.string().nullable(), notes: z.array(z.string()) }),
});

export type PublishPayload = z.infer<typeof publishType.payload>;

export const cleanupType = defineTaskType({
  name: 'miyabi.run.cleanup',
  schemaVersion: 1,
  payload: nothing,
  result: z.object({ removedFolders: z.int(), freedBytes: z.number() }),
});
