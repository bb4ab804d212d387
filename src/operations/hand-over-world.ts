import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { authorOf, parseIssue } from '../domain/issue.ts';
import type { RunAttributes } from '../domain/run.ts';
import { resultBranch, runAttributesSchema } from '../domain/run.ts';
import { spanOfJob } from '../domain/trace.ts';
import type { JobView } from '../weaver/engine.ts';
import { handoverTasks } from '../workflow/handover-tasks.ts';
import { baseOfWorld, leaveAtRemote } from './base-of-world.ts';
import type { OperationTools } from './tools.ts';
import type { WorldOfRun } from './world-of-run.ts';

export interface HandoverAsked {
  readonly startedBy: NonNullable<RunAttributes['startedBy']>;
  /** In the words of who asks. */
  readonly reason: string | undefined;
  /** Of what asks for it: asked for again it is the same run. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * Begins a run whose only work is to hand the change of a world over, as `<branch of the run>-<world>`, with the task before the world where there are
 * several. Where such a run is open already, that one does it.
 * @throws Failure (notFoundOrLocked) where this machine cannot have the change any more.
 */
export async function handOverWorld(
  tools: OperationTools,
  job: JobView,
  found: WorldOfRun,
  { startedBy, reason, idempotencyKey }: HandoverAsked,
): Promise<{ readonly jobId: JobId; readonly branch: string; readonly notes: readonly string[] }> {
  const run = displayId('run', job.id);
  const source = runAttributesSchema.parse(job.attributes);
  const { planTask, world, commit, base } = found;
  const title = `Hand over ${world} of ${run}: ${found.title}`;
  const issue = parseIssue(`# ${title}`, { kind: 'text', ...(authorOf(source.issue) === 'others' ? { words: 'others' as const } : {}) });
  if (issue === undefined) throw new Error('a handover has a title');
  const branch = [resultBranch(source.branchTemplate, run), ...(found.isOneOfSeveral ? [planTask] : []), world].join('-');
  const startedFrom = { kind: 'pick', run: job.id, planTask, world, commit, ...(reason === undefined ? {} : { reason }) } as const;
  const attributes: RunAttributes = {
    ...source,
    issue,
    base: (await baseOfWorld(tools, job, found)).base,
    // It is named for the run whose world it is.
    branchTemplate: branch,
    into: null,
    startedBy,
    approveAll: false,
    startedFrom,
    cause: { links: [spanOfJob(job.id, job.attributes)] },
  };
  const submitted = await tools.engine.submit({
    title: issue.title,
    groupKey: source.repositoryId,
    exclusiveKey: `pick:${job.id}:${planTask}:${world}`,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    attributes,
    tasks: handoverTasks(attributes, { commit, base }),
  });
  const { jobId } = submitted;
  const begun = { jobId, from: job.id, kind: 'pick', planTask, world, commit, by: startedBy.who, reason, at: tools.clock.now() } as const;
  if (submitted.kind === 'submitted') await tools.ledger.followUps.record(begun);
  await leaveAtRemote(tools, jobId, attributes);
  const against = found.verdict.against.length === 0 ? [] : [`What speaks against ${world}: ${found.verdict.against.join(' ')}`];
  return { jobId, branch, notes: against };
}
