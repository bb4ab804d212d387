import { z } from 'zod';
import type { Baseline, Verdict } from '../../domain/deployment.ts';
import type { DeploymentEnd, DeploymentProgress, StepOutcome } from '../../domain/deployment-flow.ts';
import { deploySteps } from '../../domain/deployment-flow.ts';
import type { CommitId } from '../../domain/ids.ts';
import { defineTaskType } from '../../domain/task-type.ts';

/**
 * The kinds of task that a deployment is made of; the rules of `task-types.ts` hold here too. `begin` builds the release and takes it through the
 * environments; each environment is a task that goes on step by step, and every step is a child of it with one idempotent effect.
 */

function ours<Value>(): z.ZodType<Value> {
  return z.custom<Value>((value) => typeof value === 'object' && value !== null);
}
const commitId = z.custom<CommitId>((value) => typeof value === 'string');
const releaseNumber = z.int().min(1);

/** What is to go out. */
const whatToDeploy = z.discriminatedUnion('kind', [
  /** What this run has merged, or moved a branch to. */
  z.object({ kind: z.literal('merged') }),
  z.object({ kind: z.literal('commit'), commit: commitId }),
  z.object({ kind: z.literal('release'), release: releaseNumber }),
]);
export type WhatToDeploy = z.infer<typeof whatToDeploy>;

/** What became of a release in one environment. */
export interface EnvironmentResult {
  readonly environment: string;
  /** In `deployments` of the ledger; null where the environment was never taken. */
  readonly deployment: string | null;
  readonly release: number;
  readonly end: DeploymentEnd;
  /** What serves now, as far as is known. */
  readonly serving: number | null;
  /** Why it ended so, in a sentence; null for one that is live. */
  readonly reason: string | null;
}

/** Where `deploy.begin` goes on; the children of each step are in its name. */
const beginStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start') }),
  z.object({ kind: z.literal('built') }),
  /** The child is the first of these environments; the others wait for it. */
  z.object({ kind: z.literal('deployed'), release: releaseNumber, commit: commitId, environments: z.array(z.string()).min(1) }),
  /** What comes after the last environment was done: the tag, or what is told and mended. */
  z.object({ kind: z.literal('closed'), release: releaseNumber, commit: commitId }),
]);

export const deployType = defineTaskType({
  name: 'miyabi.deploy.begin',
  schemaVersion: 1,
  payload: z.object({
    what: whatToDeploy,
    /** By name; null: all that are configured, in their order. */
    environments: z.array(z.string()).min(1).nullable(),
    /** Leaves out the environments that are skipped where something has to go out at once. */
    hotfix: z.boolean(),
    /** A person puts back an earlier release: it is not watched, and where it is bad as well nothing else is put in its place. */
    rollback: z.boolean(),
    step: beginStep,
    /** What became of the environments that are done. */
    done: z.array(ours<EnvironmentResult>()),
  }),
  result: ours<DeployResult>(),
});
export type DeployPayload = z.infer<typeof deployType.payload>;

export type DeployResult =
  | {
      readonly kind: 'deployed';
      readonly release: number;
      readonly commit: CommitId;
      readonly environments: readonly EnvironmentResult[];
      /** That the release was given; null where none is configured, or it is not live in the last environment. */
      readonly tag: string | null;
    }
  /** There was nothing to deploy: what was merged is left to people, or nowhere. */
  | { readonly kind: 'nothing'; readonly reason: string };

export const deployBuildType = defineTaskType({
  name: 'miyabi.deploy.build',
  schemaVersion: 1,
  payload: z.object({ commit: commitId }),
  result: z.object({ release: releaseNumber, commit: commitId, digest: z.string(), reused: z.boolean(), notes: z.array(z.string()) }),
});

/** A deployment that holds its environment, as its steps are told of it. */
export interface OpenedDeployment {
  readonly id: string;
  readonly environment: string;
  readonly release: number;
  readonly commit: CommitId;
  readonly fence: number;
  /** The release to go back to: the last good one; null for the first. */
  readonly good: { readonly release: number; readonly commit: CommitId } | null;
}
const opened = ours<OpenedDeployment>();

export const deployEnvironmentType = defineTaskType({
  name: 'miyabi.deploy.environment',
  schemaVersion: 1,
  payload: z.object({
    environment: z.string(),
    release: releaseNumber,
    commit: commitId,
    rollback: z.boolean(),
    /** The step whose child has ended, or was asked about; null before the first. */
    step: z.enum(deploySteps).nullable(),
    /** A person was asked whether it is tried again. */
    asked: z.boolean(),
    /** Null until the environment was taken. */
    opened: opened.nullable(),
    progress: ours<DeploymentProgress>(),
  }),
  result: ours<EnvironmentResult>(),
});
export type DeployEnvironmentPayload = z.infer<typeof deployEnvironmentType.payload>;

/** What a step came to, with what it found out. `notes`: for people, a sentence each. */
export type StepResult<More extends object = object> =
  | ({ readonly kind: 'done'; readonly notes?: readonly string[] } & More)
  | Exclude<StepOutcome, { readonly kind: 'done' | 'given-up' }>;

const onTarget = z.object({ opened });
/** `rollback`: a person puts back a release that may still run. */
const onTargetOrBack = onTarget.extend({ rollback: z.boolean().default(false) });

/** Takes the environment: waits while another deployment holds it. */
export const deployOpenType = defineTaskType({
  name: 'miyabi.deploy.open',
  schemaVersion: 1,
  payload: z.object({
    environment: z.string(),
    release: releaseNumber,
    commit: commitId,
    /** Asked for again under the same key, the environment is taken once. */
    openedBy: z.string(),
  }),
  result: ours<StepResult<{ readonly opened: OpenedDeployment }>>(),
});

export const deployPlaceType = defineTaskType({
  name: 'miyabi.deploy.place',
  schemaVersion: 1,
  payload: onTargetOrBack,
  result: ours<StepResult>(),
});

export const deployHookType = defineTaskType({
  name: 'miyabi.deploy.hook',
  schemaVersion: 1,
  payload: onTarget.extend({ hook: z.enum(['expand', 'contract']) }),
  result: ours<StepResult>(),
});

export const deployStartType = defineTaskType({
  name: 'miyabi.deploy.start',
  schemaVersion: 1,
  payload: onTargetOrBack,
  /** `beside`: it can be asked before it serves. */
  result: ours<StepResult<{ readonly beside: boolean }>>(),
});

/** Health with grace, the right commit, the smoke test. */
export const deployVerifyType = defineTaskType({
  name: 'miyabi.deploy.verify',
  schemaVersion: 1,
  payload: onTarget.extend({
    /** `back`: the release that was put back, where the environment is reached. */
    where: z.enum(['beside', 'serving', 'back']),
    /** Whether the smoke test is still to come. */
    smoke: z.boolean(),
  }),
  result: ours<StepResult>(),
});

/** Measures the old release; what cannot be measured is no reason not to go on. */
export const deployBaselineType = defineTaskType({
  name: 'miyabi.deploy.baseline',
  schemaVersion: 1,
  payload: onTarget,
  result: ours<StepResult<{ readonly baseline: Baseline | null }>>(),
});

export const deployServeType = defineTaskType({
  name: 'miyabi.deploy.serve',
  schemaVersion: 1,
  payload: onTarget.extend({
    /** `back`: to the last good release; `better`: to the new one once more. */
    way: z.enum(['forward', 'back', 'better']),
    /** Why it goes back. */
    verdict: ours<Verdict>().nullable(),
  }),
  result: ours<StepResult>(),
});

export const deployWatchType = defineTaskType({
  name: 'miyabi.deploy.watch',
  schemaVersion: 1,
  payload: onTarget,
  result: ours<StepResult>(),
});

/** Writes down how it ended, gives the environment back, and ends what is not needed any more. */
export const deployFinishType = defineTaskType({
  name: 'miyabi.deploy.finish',
  schemaVersion: 1,
  payload: onTarget.extend({
    end: z.enum(['live', 'refused', 'rolled-back', 'broken', 'abandoned']),
    verdict: ours<Verdict>().nullable(),
    reason: z.string().nullable(),
    /** Whether the commit may not go out again until a person lifts that. */
    block: z.boolean(),
  }),
  result: ours<StepResult<{ readonly ended: EnvironmentResult }>>(),
});

/** Gives the commit of a release that is live in the last environment its name, where others see it. */
export const deployTagType = defineTaskType({
  name: 'miyabi.deploy.tag',
  schemaVersion: 1,
  payload: z.object({ release: releaseNumber, commit: commitId }),
  result: z.object({ tag: z.string().nullable(), notes: z.array(z.string()) }),
});

/** Tells at the issue that a release was not kept, opens it again, and begins to mend it where that is configured. */
export const deployTellType = defineTaskType({
  name: 'miyabi.deploy.tell',
  schemaVersion: 1,
  payload: z.object({ ended: ours<EnvironmentResult>() }),
  /** `why`: in a sentence, where something of it could not be done. */
  result: z.object({ url: z.string().nullable(), repair: z.string().nullable(), why: z.string().nullable() }),
});
