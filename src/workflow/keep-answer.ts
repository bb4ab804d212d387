import type { Escalation } from '../domain/escalation.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { PutQuestion } from './answered-question.ts';
import { answeredQuestion, standingBy } from './answered-question.ts';
import type { GivenAnswer } from './approve.ts';
import { questionId } from './question-id.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

type Context = Pick<TaskContext<unknown>, 'jobId' | 'taskId' | 'attributes' | 'answer'>;

interface Kept {
  readonly question: string;
  readonly escalation: Escalation;
  readonly given: GivenAnswer;
}

/**
 * Keeps the answer with which a blocked task goes on, and what stands by it. Whoever answered has done so already, unless their process died before it
 * could, or the answer came by time: a second time changes nothing.
 */
export async function keepAnswer(
  { ledger, clock }: Pick<WorkflowTools, 'ledger' | 'clock'>,
  context: Context,
  { question, escalation, given }: Kept,
): Promise<void> {
  const { answer, jobId, taskId } = context;
  if (answer === undefined) return;
  const { issue, repositoryId } = runOf(context);
  const askedAt = answer.since ?? answer.at;
  const id = questionId(jobId, { kind: 'blocked', askedAt, asker: taskId });
  const put: PutQuestion = { id, jobId, taskId, title: issue.title, text: question, escalation, about: '', askedAt };
  const answering = { given, at: answer.at, resumedAt: clock.now() };
  await ledger.answers.record(answeredQuestion(put, answering));
  const standing = standingBy(put, repositoryId, answering);
  if (standing !== undefined) await ledger.standingAnswers.give(standing);
}
