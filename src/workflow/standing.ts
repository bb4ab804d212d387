import type { Escalation } from '../domain/escalation.ts';
import { standingInWords } from '../domain/standing-answer.ts';
import type { AnsweredQuestion, StandingAnswer } from '../ports/answers.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { answeredQuestion } from './answered-question.ts';
import { questionId } from './question-id.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

type Asker = Pick<TaskContext<unknown>, 'jobId' | 'taskId' | 'attributes'>;

/** A question that is about to be asked. */
interface ToAsk {
  readonly text: string;
  readonly escalation: Escalation;
  /** What within its kind it is about; empty where that is all one. */
  readonly about: string;
}

/** A yes that was given before, for a question that is about to be asked. @returns undefined where a person has to be asked. */
export async function standingFor(
  { ledger }: Pick<WorkflowTools, 'ledger'>,
  context: Omit<Asker, 'taskId'>,
  { escalation: { kind, canStand }, about }: Omit<ToAsk, 'text'>,
): Promise<StandingAnswer | undefined> {
  if (!canStand) return undefined;
  return await ledger.standingAnswers.find({ repositoryId: runOf(context).repositoryId, jobId: context.jobId, kind, about });
}

/** A question to which that yes is the answer at once, as it is kept for people: once for each task, or key, that would have asked. */
export function answeredByStanding(
  context: Asker,
  { asked, stood, at, asker }: { readonly asked: ToAsk; readonly stood: StandingAnswer; readonly at: number; readonly asker: string },
): AnsweredQuestion {
  const { jobId, taskId } = context;
  const { by, scope, reason } = stood;
  const id = questionId(jobId, { kind: 'asked', askedAt: stood.at, asker: `${asker} ${stood.id}` });
  const put = { ...asked, id, jobId, taskId, title: runOf(context).issue.title, askedAt: at };
  const given = { approved: true, by, scope, ...(reason === undefined ? {} : { reason }) };
  return answeredQuestion(put, { given, at, resumedAt: at, standing: stood.id });
}

/** For the records of a run, in a sentence. */
export function stoodInWords(stood: StandingAnswer): string {
  return `Nobody had to be asked: answered by ${standingInWords(stood)} (${stood.givenTo}).`;
}
