import type { JobId, TaskId } from '../../domain/ids.ts';
import type { RunAttributes } from '../../domain/run.ts';
import { runAttributesSchema } from '../../domain/run.ts';
import { lengthOf, without } from '../../domain/statistics/intervals.ts';
import type { Interval } from '../../domain/statistics/intervals.ts';
import type { TimedTask } from '../../domain/statistics/phase-times.ts';
import { phaseTimes } from '../../domain/statistics/phase-times.ts';
import { runPhases } from '../../domain/run-phase.ts';
import type { RunFacts } from '../../domain/statistics/run-facts.ts';
import type { Task } from '../../domain/task.ts';
import { hasEnded } from '../../domain/task.ts';
import type { AnsweredQuestion } from '../../ports/answers.ts';
import type { AskedQuestion, Spending } from '../../ports/model-ledger.ts';
import type { KeptRun } from '../../ports/run-statistics.ts';
import type { RecordedWorld } from '../../ports/world-ledger.ts';
import type { JobView } from '../../weaver/engine.ts';
import { mergeType } from '../../workflow/forge-task-types.ts';
import { phaseOfType } from '../../workflow/run-phases.ts';
import { analyseType, implementType, reviewType } from '../../workflow/task-types.ts';
import { resultOfTask } from '../task-results.ts';
import type { AttemptOfRun } from '../tasks-of-run.ts';
import { attemptsOfRun, startsOf } from '../tasks-of-run.ts';
import type { OperationTools } from '../tools.ts';
import { choicesOfRun, worldsOfRun } from './worlds-of-run.ts';

/** A run that has ended, with the records that statistics are made from. */
export interface EndedRun {
  readonly attributes: Pick<RunAttributes, 'startedFrom'>;
  readonly job: Pick<JobView, 'state' | 'createdAt' | 'costMicroUsd'> & { readonly endedAt: number };
  readonly tasks: readonly Task[];
  /** In the order in which they were begun. */
  readonly attempts: readonly Pick<AttemptOfRun, 'taskId' | 'startedAt' | 'outcome' | 'observations'>[];
  readonly worlds: readonly RecordedWorld[];
  /** The oldest answer first. */
  readonly answers: readonly AnsweredQuestion[];
  readonly questions: readonly AskedQuestion[];
  readonly spent: Pick<Spending, 'calls' | 'cached' | 'unknownPrices' | 'unsure'>;
}

/** Reads a run and sums it up. @returns undefined for one that has not ended, is not of this namespace, or was forgotten or opened again meanwhile. */
export async function factsOfRun(
  { engine, ledger }: Pick<OperationTools, 'engine' | 'ledger'>,
  jobId: JobId,
): Promise<KeptRun | undefined> {
  const job = await engine.status(jobId);
  if (job?.endedAt === undefined) return undefined;
  const { endedAt } = job;
  const attributes = runAttributesSchema.parse(job.attributes);
  const facts = sumUp({
    attributes,
    job: { ...job, endedAt },
    tasks: await engine.tasks(jobId),
    attempts: await attemptsOfRun(engine, jobId),
    worlds: await ledger.worlds.ofRun(jobId),
    answers: await ledger.answers.ofRun(jobId),
    questions: await ledger.questions.ofRun(jobId),
    spent: await ledger.money.spent({ jobId }),
  });
  // A half of one that another process forgets would take the place of what that one has summed up.
  if ((await engine.status(jobId))?.endedAt !== endedAt) return undefined;
  return { jobId, repositoryId: attributes.repositoryId, endedAt, facts };
}

/** What statistics keep of a run. */
export function sumUp(run: EndedRun): RunFacts {
  const { job, tasks, attempts, worlds, spent } = run;
  return {
    kind: kindOf(run),
    state: stateOf(job),
    analysis: analysisOf(tasks),
    costMicroUsd: job.costMicroUsd,
    calls: spent.calls,
    cachedCalls: spent.cached,
    unknownPrices: spent.unknownPrices + spent.unsure,
    ...timesOf(run),
    interventions: interventionsOf(run),
    ...retriesOf(run),
    worlds: worldsOfRun(worlds, tasks, attempts),
    choices: choicesOfRun(tasks),
    review: reviewOf(run),
    plan: planOf(run),
    mergedBy: mergedBy(tasks),
  };
}

function kindOf({ attributes: { startedFrom }, tasks }: EndedRun): RunFacts['kind'] {
  if (startedFrom !== undefined) return startedFrom.kind;
  return tasks.some(({ type }) => type === analyseType.name) ? 'issue' : 'deployment';
}

function stateOf({ state }: EndedRun['job']): RunFacts['state'] {
  if (state === 'completed' || state === 'failed' || state === 'cancelled' || state === 'stuck') return state;
  throw new Error(`A run that has ended is ${state}.`);
}

function analysisOf(tasks: readonly Task[]): RunFacts['analysis'] {
  const [found] = tasks.flatMap((task) => resultOfTask(analyseType, task) ?? []);
  return found === undefined ? null : { type: found.type, complexity: found.complexity, priority: found.priority };
}

/** Everything about time: of the run, its phases, and the tasks of its plan. */
function timesOf(run: EndedRun): Pick<RunFacts, 'workMs' | 'waitedMs' | 'phases' | 'planTasks' | 'planTasksMs'> {
  const { job, tasks } = run;
  const timed = timedTasks(run);
  const waits = waitsForPeople(run, timed);
  const whole = { from: job.createdAt, to: job.endedAt };
  const workMs = lengthOf(without([whole], waits));
  const implemented = timed.filter(({ id }) => isPlanTask(tasks, id));
  return {
    workMs,
    waitedMs: job.endedAt - job.createdAt - workMs,
    phases: phasesOf(run, phaseTimes(timed, waits)),
    planTasks: implemented.map((task) => ({ id: task.key, ms: lengthOf(without([task], waits)) })),
    planTasksMs: lengthOf(without(spanOf(implemented), waits)),
  };
}

interface TaskTime extends TimedTask {
  readonly key: string;
}

/** Those that were begun, in the order of their creation. */
function timedTasks({ tasks, attempts }: EndedRun): readonly TaskTime[] {
  const starts = startsOf(attempts);
  return tasks.flatMap((task) => {
    const from = starts.get(task.id);
    if (from === undefined || !hasEnded(task)) return [];
    return [
      { id: task.id, key: task.key, parent: task.parentTaskId, phase: phaseOfType(task.type), from, to: Math.max(from, task.endedAt) },
    ];
  });
}

/** Questions that hold a task, and what running tasks ask; an answer that stood before takes no time. */
function waitsForPeople({ answers, questions, job }: EndedRun, timed: readonly TaskTime[]): readonly Interval[] {
  return [
    ...timed.filter(({ phase }) => phase === 'approval'),
    ...answers.map(({ askedAt, answeredAt }) => ({ from: askedAt, to: answeredAt })),
    ...questions.map(({ askedAt, answer }) => ({ from: askedAt, to: answer?.at ?? job.endedAt })),
  ];
}

/** Not those with which a review or a check had something mended: their time is of the phase that asked for it. */
function isPlanTask(tasks: readonly Task[], id: string): boolean {
  const task = tasks.find((each) => each.id === id);
  return task?.type === implementType.name && task.parentJoin === 'none';
}

function spanOf(intervals: readonly Interval[]): readonly Interval[] {
  if (intervals.length === 0) return [];
  return [{ from: Math.min(...intervals.map(({ from }) => from)), to: Math.max(...intervals.map(({ to }) => to)) }];
}

function phasesOf({ tasks, attempts }: EndedRun, times: ReadonlyMap<string, number>): RunFacts['phases'] {
  const failures = new Map<TaskId, number>();
  for (const attempt of attempts) if (hasFailed(attempt)) failures.set(attempt.taskId, (failures.get(attempt.taskId) ?? 0) + 1);
  return runPhases.flatMap((phase) => {
    const own = tasks.filter(({ type }) => phaseOfType(type) === phase);
    const ms = times.get(phase);
    if (ms === undefined) return [];
    return [
      {
        phase,
        ms,
        tasks: own.length,
        dead: own.filter(({ state }) => state === 'dead').length,
        failures: own.reduce((sum, { id }) => sum + (failures.get(id) ?? 0), 0),
        costMicroUsd: own.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0),
      },
    ];
  });
}

function hasFailed({ outcome }: Pick<AttemptOfRun, 'outcome'>): boolean {
  return outcome === 'failure' || outcome === 'error';
}

/** Tasks of which an attempt failed and another came after it. */
function retriesOf({ tasks, attempts }: EndedRun): Pick<RunFacts, 'retried' | 'retriedWell'> {
  const failed = new Set<TaskId>();
  const again = new Set<TaskId>();
  for (const attempt of attempts) {
    if (failed.has(attempt.taskId)) again.add(attempt.taskId);
    if (hasFailed(attempt)) failed.add(attempt.taskId);
  }
  const well = tasks.filter(({ id, state }) => again.has(id) && (state === 'succeeded' || state === 'decomposed'));
  return { retried: again.size, retriedWell: well.length };
}

/** What a person said at that time: neither silence nor an answer that stood before. */
function isFromPerson({ by, standing }: AnsweredQuestion): boolean {
  return standing === undefined && by !== 'nobody in time';
}

function interventionsOf({ job, answers, questions }: EndedRun): number {
  const recorded = new Set(answers.map(({ taskId }) => taskId));
  const older = questions.filter(({ taskId, answer }) => answer !== undefined && !recorded.has(taskId));
  return answers.filter(isFromPerson).length + older.length + (job.state === 'cancelled' ? 1 : 0);
}

function saidTo(kind: AnsweredQuestion['kind'], answers: readonly AnsweredQuestion[]): AnsweredQuestion | undefined {
  return answers.findLast((answer) => answer.kind === kind && isFromPerson(answer));
}

function reviewOf({ tasks, answers }: EndedRun): RunFacts['review'] {
  const task = tasks.findLast(({ type }) => type === reviewType.name);
  const person = saidTo('review', answers)?.answer ?? null;
  if (task === undefined) return null;
  const result = resultOfTask(reviewType, task);
  if (result?.kind === 'reviewed') return { score: result.report.score, sentBack: result.earlier?.length ?? 0, person };
  if (result !== undefined) return null;
  // It came to nothing: what a person refused stands in what it was given.
  const { asked, sentBack } = reviewType.payload.parse(task.payload.value);
  return asked === null ? null : { score: asked.score, sentBack, person };
}

/** The plan stays with the task that asked, so a plan that was changed is told by its answer. */
function planOf({ tasks, answers }: EndedRun): RunFacts['plan'] {
  const said = saidTo('plan', answers);
  if (said === undefined) return null;
  if (said.answer === 'reject') return 'reject';
  const asker = tasks.find(({ id }) => id === said.taskId);
  const value = asker?.state === 'succeeded' ? (asker.result.value as { readonly plan?: unknown }) : undefined;
  return value?.plan === undefined ? 'approve' : 'changed';
}

function mergedBy(tasks: readonly Task[]): RunFacts['mergedBy'] {
  const [merged] = tasks.flatMap((task) => resultOfTask(mergeType, task) ?? []);
  if (merged?.kind !== 'merged') return null;
  if (merged.method === null) return 'others';
  return merged.approvedBy === null ? 'miyabi' : 'person';
}
