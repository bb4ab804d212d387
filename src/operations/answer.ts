import type { Escalation } from '../domain/escalation.ts';
import { escalationSchema } from '../domain/escalation.ts';
import { Failure } from '../domain/failure.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { RunAttributes } from '../domain/run.ts';
import { runAttributesSchema } from '../domain/run.ts';
import type { Task } from '../domain/task.ts';
import type { ApprovalAnswer } from '../workflow/approve.ts';
import { answerQuestion } from './answer-question.ts';
import { approvalSignal, escalationOfAsked, plainEscalation } from '../workflow/escalate.ts';
import type { OperationTools } from './tools.ts';

/** A question of a run that a person can answer: of a task that waits for it, or of one that goes on running until then. */
export type Question = {
  readonly text: string;
  /** Epoch ms. */
  readonly askedAt: number;
  /** The same as data, with its deadline where it has one. */
  readonly escalation: Escalation;
  readonly taskId: TaskId;
} & ({ readonly kind: 'blocked' } | { readonly kind: 'asked'; readonly key: string });

/** What a run waits for a person to say, oldest first. */
export async function openQuestions(tools: OperationTools, jobId: JobId): Promise<readonly Question[]> {
  const job = await tools.engine.status(jobId);
  const run = runAttributesSchema.safeParse(job?.attributes);
  if (!run.success) return [];
  const tasks = await tools.engine.tasks(jobId, { states: ['pending'] });
  const asked = await tools.ledger.questions.open(jobId);
  return [
    ...tasks.flatMap((task) => questionOf(run.data, task) ?? []),
    ...asked.map(({ text, key, taskId, askedAt }): Question => ({
      kind: 'asked',
      text,
      key,
      taskId,
      askedAt,
      escalation: escalationOfAsked(run.data, { key, text }),
    })),
  ].toSorted((one, other) => one.askedAt - other.askedAt);
}

function questionOf(run: RunAttributes, task: Task): Question | undefined {
  if (task.state !== 'pending' || task.waiting.reason !== 'person' || task.waiting.need.signal !== approvalSignal) return undefined;
  const { need, since } = task.waiting;
  const read = escalationSchema.safeParse(need.details);
  const escalation = read.success ? read.data : plainEscalation(run, need.question, { kind: 'other', severity: 'medium' });
  return { kind: 'blocked', text: need.question, taskId: task.id, askedAt: since, escalation };
}

/**
 * Answers every open question of a run, or the one that is named.
 * @param only the one, or epoch ms: those that were asked by then. @param by who answers; recorded. @returns the questions that were answered.
 * @throws Failure (notFoundOrLocked) when there is none, or when somebody else answered first.
 */
export async function answerRun(
  tools: OperationTools,
  jobId: JobId,
  answer: ApprovalAnswer,
  by: string,
  only?: Question | { readonly askedBy: number },
): Promise<readonly Question[]> {
  const questions = only === undefined || 'askedBy' in only ? await openQuestions(tools, jobId) : [only];
  if (questions.length === 0) throw nothingToAnswer(jobId);
  const meant = only !== undefined && 'askedBy' in only ? questions.filter(({ askedAt }) => askedAt <= only.askedBy) : questions;
  if (meant.length === 0) throw askedLater(jobId);
  refuseUnlessStanding(meant, answer);
  for (const question of meant) {
    if (!(await answerQuestion(tools, jobId, question, { answer, by }))) throw nothingToAnswer(jobId);
  }
  return meant;
}

function askedLater(jobId: JobId): Failure {
  const run = displayId('run', jobId);
  return new Failure('notFoundOrLocked', {
    what: `What ${run} asks was asked after that answer was given.`,
    why: 'The answer was about something else, and came late.',
    fix: `Look at what it asks now, and answer again; \`miyabi inbox\` shows it.`,
  });
}

/** That an answer holds for longer than it may is said before anything is answered. */
function refuseUnlessStanding(questions: readonly Question[], { approved, scope = 'once' }: ApprovalAnswer): void {
  if (scope === 'once') return;
  const not = questions.find(({ escalation }) => !escalation.canStand);
  if (approved && not === undefined) return;
  throw new Failure('usage', {
    what: approved ? `A yes to this holds only once: ${not?.text ?? ''}` : 'A no holds only once.',
    why: approved
      ? 'What is asked there is another thing each time, or so grave that a person has to look each time.'
      : 'Only what is approved can be approved beforehand.',
    fix: 'Answer without saying for how long.',
  });
}

function nothingToAnswer(jobId: JobId): Failure {
  const run = displayId('run', jobId);
  return new Failure('notFoundOrLocked', {
    what: `${run} waits for no answer.`,
    why: 'It has ended, is still at work, or was answered already.',
    fix: `\`miyabi show ${run}\` tells where it is.`,
  });
}
