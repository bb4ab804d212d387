import type { WrittenPlan } from '../domain/check-plan.ts';
import { checkPlan, writtenPlan } from '../domain/check-plan.ts';
import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import type { Plan } from '../domain/plan.ts';
import { planOf } from '../domain/plan.ts';
import { runAttributesSchema } from '../domain/run.ts';
import type { Task } from '../domain/task.ts';
import type { JobView } from '../weaver/engine.ts';
import { implementType, planType } from '../workflow/task-types.ts';
import type { ToldPlan } from '../workflow/task-types.ts';
import type { Question } from './answer.ts';
import { answerRun, openQuestions } from './answer.ts';
import { payloadOf } from './task-results.ts';
import type { OperationTools } from './tools.ts';

/** The plan of a run as people see it. */
export interface ShownPlan {
  readonly plan: Plan;
  /** The same as it is written, and read by {@link answerWithPlan}. */
  readonly written: WrittenPlan;
  /** The question that waits for an answer to it; undefined once it has one, or where nobody is asked. */
  readonly question: Question | undefined;
}

/** @throws Failure (notFoundOrLocked) for a run that has not been planned yet. */
export async function planOfRun(tools: OperationTools, job: JobView): Promise<ShownPlan> {
  const { issue } = runAttributesSchema.parse(job.attributes);
  const tasks = await tools.engine.tasks(job.id);
  const plan = begunPlan(tasks) ?? (await askedPlan(tools, tasks));
  if (plan === undefined) {
    const run = displayId('run', job.id);
    throw new Failure('notFoundOrLocked', {
      what: `${run} has no plan.`,
      why: job.endedAt === undefined ? 'It has not been planned yet.' : 'It ended before it was planned.',
      fix: `\`miyabi show ${run}\` tells where it is.`,
    });
  }
  const gates = new Set(tasks.filter(isGate(tasks)).map(({ id }) => id));
  const question = (await openQuestions(tools, job.id)).find((asked) => asked.kind === 'blocked' && gates.has(asked.taskId));
  return { plan, written: writtenPlan(plan, issue), question };
}

/**
 * Approves a run with a plan of the person's own. It is looked at before anything is answered.
 * @param value as {@link checkPlan} reads it. @returns what is allowed and may be a mistake, a sentence each.
 * @throws Failure (usage) for a plan that is none, with every reason; (notFoundOrLocked) where no plan waits for an answer.
 */
export async function answerWithPlan(
  tools: OperationTools,
  job: JobView,
  value: unknown,
  { by, how }: { readonly by: string; readonly how: string },
): Promise<readonly string[]> {
  const run = displayId('run', job.id);
  const checked = checkPlan(value, runAttributesSchema.parse(job.attributes).issue);
  if (checked.kind === 'refused') {
    throw new Failure('usage', {
      what: `This is no plan for ${run}.`,
      why: checked.reasons.join(' '),
      fix: `Mend it; \`miyabi plan ${run}\` shows the plan as it is. Nothing was answered.`,
    });
  }
  const { question } = await planOfRun(tools, job);
  if (question === undefined) {
    throw new Failure('notFoundOrLocked', {
      what: `The plan of ${run} waits for no answer.`,
      why: 'It was answered already, or the run went on by itself.',
      fix: `\`miyabi cancel ${run}\` ends the run; a new one is planned anew.`,
    });
  }
  await answerRun(tools, job.id, { approved: true, plan: value, how }, by, question);
  return checked.warnings;
}

/** Of what is under way. */
function begunPlan(tasks: readonly Task[]): Plan | undefined {
  const planners = new Set(tasks.filter(({ type }) => type === planType.name).map(({ id }) => id));
  const begun = tasks.filter(
    ({ type, parentTaskId }) => type === implementType.name && parentTaskId !== undefined && planners.has(parentTaskId),
  );
  return begun.length === 0 ? undefined : planOf(begun.map((task) => payloadOf(implementType, task).planTask));
}

/** Of what a person was asked about last. */
async function askedPlan({ ledger }: OperationTools, tasks: readonly Task[]): Promise<Plan | undefined> {
  const asked = tasks
    .filter(({ type }) => type === planType.name)
    .map((task) => payloadOf(planType, task).asked)
    .findLast((about) => about !== undefined);
  const told = typeof asked === 'string' ? ((await ledger.kept(asked)) as ToldPlan | undefined) : asked;
  return told?.plan;
}

function isGate(tasks: readonly Task[]): (task: Task) => boolean {
  const planners = new Set(tasks.filter(({ type }) => type === planType.name).map(({ id }) => id));
  return ({ key, parentTaskId }) => key === 'approve' && parentTaskId !== undefined && planners.has(parentTaskId);
}
