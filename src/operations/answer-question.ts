import type { JobId, RepositoryId } from '../domain/ids.ts';
import { readQuestionKey } from '../domain/question-key.ts';
import { runAttributesSchema } from '../domain/run.ts';
import type { ApprovalAnswer } from '../workflow/approve.ts';
import { approvalSignal } from '../workflow/escalate.ts';
import type { PutQuestion } from '../workflow/answered-question.ts';
import { answeredQuestion, standingBy } from '../workflow/answered-question.ts';
import { questionId } from '../workflow/question-id.ts';
import type { Question } from './answer.ts';
import type { OperationTools } from './tools.ts';

type Tools = Pick<OperationTools, 'engine' | 'ledger' | 'clock'>;

/**
 * Answers one question, and keeps for people that it was answered, with what stands by it. Should this process die in between, whoever goes on with
 * the run keeps it.
 * @param by who answers; recorded. @returns whether it was still open.
 */
export async function answerQuestion(
  tools: Tools,
  jobId: JobId,
  question: Question,
  { answer, by }: { readonly answer: ApprovalAnswer; readonly by: string },
): Promise<boolean> {
  const { engine, ledger, clock } = tools;
  const put = await putQuestion(tools, jobId, question);
  const answering = { given: { ...answer, by }, at: clock.now() };
  const answered = answeredQuestion(put, answering);
  const standing = standingBy(put, put.repositoryId, answering);
  if (question.kind === 'asked') {
    const { approved, reason } = answer;
    const said = { approved, by, ...(reason === undefined ? {} : { reason }) };
    return await ledger.questions.answer(jobId, question.key, said, { answered, ...(standing === undefined ? {} : { standing }) });
  }
  if ((await engine.signal(question.taskId, approvalSignal, answer, by)).kind !== 'answered') return false;
  await ledger.answers.record(answered);
  if (standing !== undefined) await ledger.standingAnswers.give(standing);
  return true;
}

/** @throws where the run is gone. */
async function putQuestion(
  { engine }: Tools,
  jobId: JobId,
  question: Question,
): Promise<PutQuestion & { readonly repositoryId: RepositoryId }> {
  const job = await engine.status(jobId);
  if (job === undefined) throw new Error(`job ${jobId} is gone`);
  const { taskId, text, escalation, askedAt } = question;
  const { repositoryId } = runAttributesSchema.parse(job.attributes);
  const about = question.kind === 'asked' ? readQuestionKey(question.key).about : '';
  const id = idOfQuestion(jobId, question);
  return { id, jobId, taskId, title: job.title, text, escalation, about, askedAt, repositoryId };
}

/** By which a question is found as long as it waits, and afterwards among those that were answered. */
export function idOfQuestion(jobId: JobId, question: Question): string {
  const asker = question.kind === 'blocked' ? question.taskId : question.key;
  return questionId(jobId, { kind: question.kind, askedAt: question.askedAt, asker });
}
