import type { ForgeOrigin } from '../domain/issue.ts';
import { forgeOrigin } from '../domain/issue.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { Forge } from '../ports/forge.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { ReviewResult } from './task-types.ts';
import { reviewType } from './task-types.ts';
import { resultOf } from './settled.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** The forge of a run, and where its issue stands there. */
export interface ForgeOfRun {
  readonly run: RunAttributes;
  readonly origin: ForgeOrigin;
  readonly forge: Forge;
  /** The branch that its pull request is for. */
  readonly into: string;
}

/** @throws Failure (configuration) for a forge that is not configured here. */
export async function forgeOfRun(
  { forges }: Pick<WorkflowTools, 'forges'>,
  context: Pick<TaskContext<unknown>, 'attributes'>,
): Promise<ForgeOfRun> {
  const run = runOf(context);
  const origin = forgeOrigin(run.issue);
  if (origin === undefined) throw new Error('the issue of this run stands at no forge');
  return { run, origin, forge: await forges.open(origin.forge), into: intoOf(run) };
}

/** The branch that a pull request of the run is for. */
export function intoOf({ config, base }: Pick<RunAttributes, 'config' | 'base'>): string {
  return config.pullRequest.into ?? base.name;
}

/** What the review came to, which a task waited for or was given. */
export function reviewOf(context: Pick<TaskContext<{ readonly review: ReviewResult | null }>, 'payload' | 'dependencies'>): ReviewResult {
  return (
    context.payload.review ??
    resultOf(
      reviewType,
      context.dependencies.find(({ type }) => type === reviewType.name),
    )
  );
}

/** Points of 100; of a branch that needed no review those of the one world that made it. */
export function pointsOf(review: ReviewResult): number | undefined {
  return review.kind === 'reviewed' ? review.report.score : review.points;
}
