import { displayId } from '../domain/ids.ts';
import type { JobId } from '../domain/ids.ts';
import type { Task } from '../domain/task.ts';
import type { JobView } from '../weaver/engine.ts';
import { implementType } from '../workflow/task-types.ts';
import type { Question } from './answer.ts';
import { answerRun, openQuestions } from './answer.ts';
import type { HandoverAsked } from './hand-over-world.ts';
import { handOverWorld } from './hand-over-world.ts';
import { payloadOf } from './task-results.ts';
import type { OperationTools } from './tools.ts';
import type { WorldOfRun } from './world-of-run.ts';
import { worldOfRun } from './world-of-run.ts';

/** What somebody picks, and who they are. */
export interface PickAsked extends HandoverAsked {
  readonly world: string;
  /** Id of the plan task; needed where several have such a world. */
  readonly task: string | undefined;
  /** By which way it comes: `terminal`, `api`. */
  readonly how: string;
}

export type Picked = Pick<WorldOfRun, 'planTask' | 'world'> &
  (
    | { readonly kind: 'answered' }
    /** By which run, and on which branch. */
    | { readonly kind: 'handed-over'; readonly jobId: JobId; readonly branch: string; readonly notes: readonly string[] }
  );

/**
 * Takes a world. Where a person is asked which, that is the answer; where a choice was made, the world's change is handed over on a branch of its own,
 * and what was handed over before stays.
 * @throws Failure as `worldOfRun`, and (notFoundOrLocked) where somebody else answered first.
 */
export async function pickWorld(tools: OperationTools, job: JobView, asked: PickAsked): Promise<Picked> {
  const tasks = await tools.engine.tasks(job.id);
  const open = job.endedAt === undefined ? await askedWhich(tools, job.id, tasks) : [];
  // Of the tasks that wait for an answer the others are not meant.
  const [only] = open.length === 1 && asked.task === undefined ? open : [];
  const found = worldOfRun(job, tasks, { world: asked.world, task: asked.task ?? only?.planTask });
  const { planTask, world } = found;
  const { how, reason, startedBy } = asked;
  const question = open.find((each) => each.planTask === planTask)?.question;
  if (question === undefined) return { kind: 'handed-over', planTask, world, ...(await handOverWorld(tools, job, found, asked)) };
  await answerRun(tools, job.id, { approved: true, world, how, ...(reason === undefined ? {} : { reason }) }, startedBy.who, question);
  return { kind: 'answered', planTask, world };
}

/** The questions which world is taken, with the plan task of each. */
async function askedWhich(
  tools: OperationTools,
  jobId: JobId,
  tasks: readonly Task[],
): Promise<readonly { readonly question: Question; readonly planTask: string }[]> {
  return (await openQuestions(tools, jobId)).flatMap((question) => {
    // Whether it is tried once more is asked by the same task.
    if (question.kind !== 'blocked' || question.escalation.kind === 'again') return [];
    const task = tasks.find(({ id, type }) => id === question.taskId && type === implementType.name);
    return task === undefined ? [] : [{ question, planTask: payloadOf(implementType, task).planTask.id }];
  });
}

/** A pick in a sentence, for people. */
export function pickInWords(run: JobId, picked: Picked): string {
  const world = `${picked.world} of ${picked.planTask}`;
  if (picked.kind === 'answered') return `Took ${world}.`;
  return `Hands ${world} of ${displayId('run', run)} over as ${picked.branch}, by ${displayId('run', picked.jobId)}.`;
}
