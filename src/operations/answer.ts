import { Failure } from '../domain/failure.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { ApprovalAnswer } from '../workflow/approve.ts';
import { approvalSignal } from '../workflow/escalate.ts';
import type { OperationTools } from './tools.ts';

/** A question of a run that a person can answer: of a task that waits for it, or of one that goes on running until then. */
export type Question =
  | { readonly kind: 'blocked'; readonly text: string; readonly taskId: TaskId }
  | { readonly kind: 'asked'; readonly text: string; readonly key: string };

/** What a run waits for a person to say, oldest first. */
export async function openQuestions(tools: OperationTools, jobId: JobId): Promise<readonly Question[]> {
  const tasks = await tools.engine.tasks(jobId);
  const blocked = tasks.flatMap((task): Question[] =>
    task.state === 'pending' && task.waiting.reason === 'person' && task.waiting.need.signal === approvalSignal
      ? [{ kind: 'blocked', text: task.waiting.need.question, taskId: task.id }]
      : [],
  );
  const asked = await tools.ledger.questions.open(jobId);
  return [...blocked, ...asked.map(({ text, key }): Question => ({ kind: 'asked', text, key }))];
}

/**
 * Answers every open question of a run.
 * @param by who answers; recorded. @returns the questions that were answered.
 * @throws Failure (notFoundOrLocked) when there is none, or when somebody else answered first.
 */
export async function answerRun(tools: OperationTools, jobId: JobId, answer: ApprovalAnswer, by: string): Promise<readonly Question[]> {
  const questions = await openQuestions(tools, jobId);
  if (questions.length === 0) throw nothingToAnswer(jobId);
  for (const question of questions) {
    if (!(await answerOne(tools, jobId, question, { answer, by }))) throw nothingToAnswer(jobId);
  }
  return questions;
}

/** @returns whether it was still open. */
async function answerOne(
  tools: OperationTools,
  jobId: JobId,
  question: Question,
  { answer, by }: { readonly answer: ApprovalAnswer; readonly by: string },
): Promise<boolean> {
  if (question.kind === 'asked') return await tools.ledger.questions.answer(jobId, question.key, { ...answer, by });
  return (await tools.engine.signal(question.taskId, approvalSignal, answer, by)).kind === 'answered';
}

function nothingToAnswer(jobId: JobId): Failure {
  const run = displayId('run', jobId);
  return new Failure('notFoundOrLocked', {
    what: `${run} waits for no answer.`,
    why: 'It has ended, is still at work, or was answered already.',
    fix: `\`miyabi show ${run}\` tells where it is.`,
  });
}
