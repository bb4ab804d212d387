import { z } from 'zod';
import type { Analysis } from '../domain/analysis.ts';
import type { MergeMethod } from '../domain/forge.ts';
import type { CommitId } from '../domain/ids.ts';
import { defineTaskType } from '../domain/task-type.ts';
import type { ReviewResult } from './task-types.ts';

/** The kinds of task that only runs of an issue at a forge have; the rules of `task-types.ts` hold here too. */

function ours<Value>(): z.ZodType<Value> {
  return z.custom<Value>((value) => typeof value === 'object' && value !== null);
}
const commitId = z.custom<CommitId>((value) => typeof value === 'string');

/** What a pull request says of the work in it, as far as that is known when the work is planned. */
export interface PlannedWork {
  readonly type: Analysis['type'];
  readonly priority: Analysis['priority'];
  readonly tasks: readonly { readonly id: string; readonly title: string }[];
}

/** The pull request of a run as it was last brought up to date. */
export interface OpenedPullRequest {
  readonly number: number;
  readonly url: string;
  readonly branch: string;
  /** That stands at its branch. */
  readonly commit: CommitId;
  /** When that was (epoch ms): checks of the commit are waited for from then on. */
  readonly at: number;
}

const common = {
  work: ours<PlannedWork>(),
  /** Of a task that waits for the review itself it is null. */
  review: ours<ReviewResult>().nullable(),
};

export const pullRequestType = defineTaskType({
  name: 'miyabi.run.pull-request',
  schemaVersion: 1,
  payload: z.object(common),
  result: ours<OpenedPullRequest>(),
});
export type PullRequestPayload = z.infer<typeof pullRequestType.payload>;

/** Failures of checks that were repaired already: their number, and their fingerprints (SHA-256). */
const repaired = z.object({ rounds: z.int().min(0), fingerprints: z.array(z.string()) });
export type Repaired = z.infer<typeof repaired>;

/** Where `run.ci` goes on. */
const ciStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('follow') }),
  /** The children have mended the branch, pushed it, and brought the pull request up to date. */
  z.object({ kind: z.literal('mended') }),
  /** A person was asked whether to go on with this commit all the same. */
  z.object({ kind: z.literal('asked'), commit: commitId }),
]);

export const ciType = defineTaskType({
  name: 'miyabi.run.ci',
  schemaVersion: 1,
  payload: z.object({
    ...common,
    step: ciStep,
    /** As it was before the last children; null before the first. */
    current: ours<OpenedPullRequest>().nullable(),
    repaired,
  }),
  result: ours<CiResult>(),
});
export type CiPayload = z.infer<typeof ciType.payload>;

export interface CiResult {
  /** `none`: nothing checks there. `accepted`: a person went on although checks failed. `merged`: somebody merged it meanwhile. */
  readonly kind: 'passed' | 'none' | 'accepted' | 'merged';
  readonly current: OpenedPullRequest;
  readonly by: string | null;
  readonly repaired: Repaired;
}

const ids = z.array(z.string());

/** Where `run.merge` goes on. */
const mergeStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('look') }),
  /** A person was asked. */
  z.object({ kind: z.literal('asked'), about: z.enum(['merge', 'conflict', 'moving', 'objection']) }),
  /** The children have pushed the branch as it is now, and followed its checks. */
  z.object({ kind: z.literal('followed'), because: z.literal('objection').optional() }),
  /** A commit did not fit on the base and was done again there; these are still to be put on top. */
  z.object({ kind: z.literal('redone'), rest: z.array(commitId) }),
]);

export const mergeType = defineTaskType({
  name: 'miyabi.run.merge',
  schemaVersion: 1,
  payload: z.object({
    ...common,
    step: mergeStep,
    /** Times that the branch was put on a base that had moved. */
    round: z.int().min(0),
    /** What became of the checks last; null before the first children. */
    ci: ours<CiResult>().nullable(),
    /** Who said that it may be merged. */
    approvedBy: z.string().nullable(),
    /** Ids of reviews that ask for changes: what was done about them; absent before the first. */
    objections: z.object({ mended: ids, asked: ids, overruled: ids }).optional(),
  }),
  result: ours<MergeResult>(),
});
export type MergePayload = z.infer<typeof mergeType.payload>;

export type MergeResult =
  /** `commit`: of the merge, where the forge tells. `method` and `by`: null where somebody else merged it. */
  | {
      readonly kind: 'merged';
      readonly number: number;
      readonly commit: string | null;
      readonly method: MergeMethod | null;
      readonly approvedBy: string | null;
    }
  /** It is ready, and left to people as configured. */
  | { readonly kind: 'left'; readonly number: number; readonly reason: string };

export const closeType = defineTaskType({
  name: 'miyabi.run.close',
  schemaVersion: 1,
  payload: z.object({}),
  /** `url`: of the comment. `why`: in a sentence, where it could not be told. */
  result: z.object({ url: z.string().nullable(), why: z.string().optional() }),
});
