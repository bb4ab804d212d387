import { Failure } from '../domain/failure.ts';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { Need } from '../domain/outcome.ts';
import type { Task } from '../domain/task.ts';
import type { ApprovalAnswer } from '../workflow/approve.ts';
import { approvalSignal } from '../workflow/approve.ts';
import type { OperationTools } from './tools.ts';

/** A question of a run that a person can answer. */
export interface Question {
  readonly task: Task;
  readonly need: Need;
}

/** What a run waits for a person to say, oldest first. */
export async function openQuestions(tools: OperationTools, jobId: JobId): Promise<readonly Question[]> {
  const tasks = await tools.engine.tasks(jobId);
  return tasks.flatMap((task) =>
    task.state === 'pending' && task.waiting.reason === 'person' && task.waiting.need.signal === approvalSignal
      ? [{ task, need: task.waiting.need }]
      : [],
  );
}

/**
 * Answers every open question of a run.
 * @param by who answers; recorded. @returns the questions that were answered.
 * @throws Failure (notFoundOrLocked) when there is none, or when somebody else answered first.
 */
export async function answerRun(tools: OperationTools, jobId: JobId, answer: ApprovalAnswer, by: string): Promise<readonly Question[]> {
  const questions = await openQuestions(tools, jobId);
  if (questions.length === 0) throw nothingToAnswer(jobId);
  for (const { task } of questions) {
    const answered = await tools.engine.signal(task.id, approvalSignal, answer, by);
    if (answered.kind !== 'answered') throw nothingToAnswer(jobId);
  }
  return questions;
}

function nothingToAnswer(jobId: JobId): Failure {
  const run = displayId('run', jobId);
  return new Failure('notFoundOrLocked', {
    what: `${run} waits for no answer.`,
    why: 'It has ended, is still at work, or was answered already.',
    fix: `\`miyabi show ${run}\` tells where it is.`,
  });
}
