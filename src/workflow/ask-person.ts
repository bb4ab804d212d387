import { setTimeout as wait } from 'node:timers/promises';
import { readQuestionKey } from '../domain/question-key.ts';
import { standingInWords } from '../domain/standing-answer.ts';
import type { AskedQuestion } from '../ports/model-ledger.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { escalationOfAsked } from './escalate.ts';
import { questionId } from './question-id.ts';
import { answeredByStanding, standingFor } from './standing.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** What is told of a task that waits for a person while it goes on. */
export interface QuestionProgress {
  readonly question: AskedQuestion;
}

export function isQuestionProgress(data: unknown): data is QuestionProgress {
  return typeof data === 'object' && data !== null && 'question' in data;
}

interface PersonalQuestion {
  /** The same question, asked again after a restart, is given the answer that it was given. */
  readonly key: string;
  readonly text: string;
  /**
   * `no`: nobody there is an answer too. `wait`: the question stands until somebody answers, here or in another process; where nobody is
   * there, whoever carries the run may stop, and the run goes on with the answer.
   */
  readonly ifNobody: 'no' | 'wait';
}

/** How often another process is asked whether somebody has answered there, in ms. */
const everyMs = 500;

/**
 * Asks a person something on behalf of a task that goes on running, and waits.
 *
 * @param signal ends the wait with "no" (the world's time is up, for instance); the question is withdrawn then.
 * @throws the reason of the task's own signal: the question stays, and finds its answer when the task is begun anew.
 */
export async function askPerson(
  tools: Pick<WorkflowTools, 'ledger' | 'attended' | 'clock'>,
  context: TaskContext<unknown>,
  { key, text, ifNobody }: PersonalQuestion,
  signal: AbortSignal,
): Promise<boolean> {
  const { questions, answers } = tools.ledger;
  const { jobId, taskId } = context;
  const asked = await questions.ask({ jobId, taskId, key, text });
  const wentOn = async ({ askedAt }: AskedQuestion): Promise<void> =>
    await answers.wentOn(questionId(jobId, { kind: 'asked', askedAt, asker: key }), tools.clock.now());
  if (asked.answer !== undefined) {
    await wentOn(asked);
    return asked.answer.approved;
  }
  if (runOf(context).approveAll) return await answerByItself(tools, asked, { approved: true, by: '--yes' });
  if (await isAnsweredBefore(tools, context, asked)) return true;
  if (ifNobody === 'no' && !tools.attended) return await answerByItself(tools, asked, { approved: false, by: 'nobody was there to ask' });
  context.progress({ question: asked } satisfies QuestionProgress);
  const over = AbortSignal.any([signal, context.signal]);
  while (!over.aborted) {
    await wait(everyMs, undefined, { signal: over }).catch(() => undefined);
    const now = await questions.ask({ jobId, taskId, key, text });
    if (now.answer === undefined) {
      // Another world may have asked the same, and the yes to it holds here too.
      if (await isAnsweredBefore(tools, context, asked)) return true;
      continue;
    }
    await wentOn(now);
    return now.answer.approved;
  }
  context.signal.throwIfAborted();
  await questions.withdraw(jobId, key);
  return false;
}

/** Whether a yes that was given before holds for it; then it is the answer. */
async function isAnsweredBefore(
  { ledger, clock }: Pick<WorkflowTools, 'ledger' | 'clock'>,
  context: TaskContext<unknown>,
  { jobId, key, text }: AskedQuestion,
): Promise<boolean> {
  const escalation = escalationOfAsked(runOf(context), { key, text });
  const { about } = readQuestionKey(key);
  const stood = await standingFor({ ledger }, context, { escalation, about });
  if (stood === undefined) return false;
  const answered = answeredByStanding(context, { asked: { text, escalation, about }, stood, at: clock.now(), asker: key });
  return await ledger.questions.answer(jobId, key, { approved: true, by: standingInWords(stood) }, { answered });
}

async function answerByItself(
  { ledger }: Pick<WorkflowTools, 'ledger'>,
  { jobId, key }: AskedQuestion,
  answer: { readonly approved: boolean; readonly by: string },
): Promise<boolean> {
  await ledger.questions.answer(jobId, key, answer);
  return answer.approved;
}
