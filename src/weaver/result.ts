import type { JobId, TaskId } from '../domain/ids.ts';
import { hasEnded } from '../domain/task.ts';
import type { Task, Waiting } from '../domain/task.ts';
import type { AttemptRecord, DecisionRecord } from '../ports/records.ts';
import type { AttemptView, DecisionView, JobResult, TaskHistory } from './engine.ts';
import { jobStateReason } from './job-state-reason.ts';
import { noSuchJob } from './no-such-job.ts';
import type { EngineParts } from './parts.ts';

/** What a job has come to. @throws Failure (notFoundOrLocked) when there is no such job. */
export function jobResult(parts: EngineParts, jobId: JobId): Promise<JobResult> {
  return parts.store.read(async (records) => {
    const job = await records.job(jobId);
    if (job === undefined) throw noSuchJob(jobId);
    const all = await records.tasks(jobId);
    const attempts = Map.groupBy(await records.attempts({ jobId }), (each) => each.taskId);
    const decisions = Map.groupBy(await records.decisions({ jobId }), (each) => each.taskId);
    const tasks = all.map((task) => historyOf(task, attempts.get(task.id) ?? [], decisions.get(task.id) ?? []));
    return {
      jobId,
      state: job.state,
      reason: await jobStateReason(records, job, job.state),
      tasks,
      completed: tasks.filter(({ task }) => task.state === 'succeeded' || task.state === 'decomposed' || task.state === 'skipped'),
      failed: tasks.filter(({ task }) => task.state === 'dead' || task.state === 'cancelled'),
      unfinished: tasks.filter(({ task }) => !hasEnded(task)),
    };
  });
}

export function taskHistory(parts: EngineParts, taskId: TaskId): Promise<TaskHistory | undefined> {
  return parts.store.read(async (records) => {
    const task = await records.task(taskId);
    return task && historyOf(task, await records.attempts({ taskId }), await records.decisions({ taskId }));
  });
}

export async function attemptsOf(parts: EngineParts, jobId: JobId): Promise<readonly (AttemptView & { readonly taskId: TaskId })[]> {
  const attempts = await parts.store.read((records) => records.attempts({ jobId }));
  return attempts.map((attempt) => ({ ...attemptView(attempt), taskId: attempt.taskId }));
}

export async function decisionsOf(
  parts: EngineParts,
  jobId: JobId,
): Promise<readonly (DecisionView & { readonly id: string; readonly taskId: TaskId })[]> {
  const decisions = await parts.store.read((records) => records.decisions({ jobId }));
  return decisions.map((decision) => ({ ...decisionView(decision), id: decision.id, taskId: decision.taskId }));
}

function historyOf(task: Task, attempts: readonly AttemptRecord[], decisions: readonly DecisionRecord[]): TaskHistory {
  return {
    task,
    why: why(task, decisions.at(-1)),
    attempts: attempts.map(attemptView),
    decisions: decisions.map(decisionView),
    artifacts: attempts.flatMap((attempt) => attempt.end?.artifacts ?? []),
    childTaskIds: decisions.flatMap((decision) => decision.childTaskIds),
  };
}

/** Why a task is in its state, for people. */
function why(task: Task, last: DecisionRecord | undefined): string {
  switch (task.state) {
    case 'pending':
      return whyWaiting(task.waiting, last);
    case 'ready':
      return 'Waits for a free place';
    case 'running':
      return `Runs in process ${task.lease.owner}`;
    case 'succeeded':
      return 'Succeeded';
    case 'decomposed':
      return last?.reason ?? 'Its children stand on their own';
    case 'dead':
    case 'cancelled':
    case 'skipped':
      return task.reason;
  }
}

function whyWaiting(waiting: Waiting, last: DecisionRecord | undefined): string {
  switch (waiting.reason) {
    case 'person':
    case 'event':
    case 'budget':
    case 'deadline':
      return waiting.need.question;
    case 'deps':
      return `Waits for ${waiting.left === 1 ? 'a task' : `${waiting.left} tasks`} that it depends on`;
    case 'children':
      return `Waits for ${waiting.left === 1 ? 'a child' : `${waiting.left} children`}`;
    case 'backoff':
    case 'repair':
      return last?.reason ?? `Waits for ${waiting.reason}`;
    case 'capacity':
      return `As many tasks run as may under the limit on ${waiting.limit.of} «${waiting.limit.name}»`;
    case 'paused':
      return 'The job is paused';
  }
}

export function attemptView(attempt: AttemptRecord): AttemptView {
  return {
    id: attempt.id,
    epoch: attempt.epoch,
    startedAt: attempt.startedAt,
    endedAt: attempt.end?.at,
    outcome: attempt.end?.outcome,
    errorKind: attempt.end?.errorKind,
    reason: attempt.end?.reason,
    artifacts: attempt.end?.artifacts ?? [],
    observations: attempt.end?.observations ?? [],
    costMicroUsd: attempt.end?.costMicroUsd ?? 0,
  };
}

export function decisionView(decision: DecisionRecord): DecisionView {
  return {
    attemptId: decision.attemptId,
    trigger: decision.trigger,
    policy: decision.policy,
    kind: decision.kind,
    reason: decision.reason,
    childTaskIds: decision.childTaskIds,
    decidedAt: decision.decidedAt,
  };
}
