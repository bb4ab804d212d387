import type { CommitId } from '../domain/ids.ts';
import type { TaskSpec } from '../domain/job.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { openMirror } from './open-mirror.ts';
import type { ImplementPayload } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf } from './tools.ts';

/** What the steps of `task.implement` share. */
export type ImplementContext = TaskContext<ImplementPayload>;
export type ImplementStep<Kind extends ImplementPayload['step']['kind']> = Extract<ImplementPayload['step'], { readonly kind: Kind }>;

interface Implemented {
  readonly commit: CommitId;
  readonly winner: string;
  readonly worldScore: number;
  readonly integrated: 'forward' | 'picked' | 'skipped';
  readonly summary?: string;
}
export type ImplementOutcome = Outcome<Implemented>;

/** What the run has integrated so far, or where it began. */
export async function headOf(tools: Pick<WorkflowTools, 'git' | 'state'>, context: ImplementContext): Promise<CommitId> {
  const run = runOf(context);
  const mirror = await openMirror(tools, context, run.base.commit);
  return (await mirror.readRef(runHeadRef(context.jobId))) ?? run.base.commit;
}

export function noMore(reason: string): ImplementOutcome {
  return { kind: 'failure', reason, retryHint: 'never' };
}

/** Gives the lease back, lets the children work, and goes on with `next` when all of them have settled. */
export function proceed(payload: ImplementPayload, next: Partial<ImplementPayload>, children: readonly TaskSpec[]): ImplementOutcome {
  return { kind: 'success', decomposition: { join: 'resume', children, nextPayload: { ...payload, ...next } } };
}
