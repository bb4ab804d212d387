import type { OpenEscalation } from '../domain/api/escalations.ts';
import { Failure } from '../domain/failure.ts';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { groupsBesideRuns } from '../domain/job-groups.ts';
import type { JobView } from '../weaver/engine.ts';
import type { Question } from './answer.ts';
import { idOfQuestion } from './answer-question.ts';
import { openQuestions } from './answer.ts';
import { findRun } from './find-run.ts';
import type { OperationTools } from './tools.ts';

/** A question that waits for somebody, whichever run asks it. */
export interface InboxItem {
  /** From 1, the oldest first: by it people answer. */
  readonly number: number;
  /** Of this question and no other, whenever it is looked for; see {@link findQuestion}. */
  readonly id: string;
  readonly job: JobView;
  readonly question: Question;
}

/** More runs are not looked at. */
const mostRuns = 1_000;

/** Everything that waits for a person, the oldest first. */
export async function inbox(tools: OperationTools): Promise<readonly InboxItem[]> {
  const jobs = await tools.engine.jobs({ exceptGroups: groupsBesideRuns, open: true, limit: mostRuns });
  const asked: Omit<InboxItem, 'number'>[] = [];
  for (const job of jobs)
    for (const question of await openQuestions(tools, job.id)) asked.push({ id: idOfQuestion(job.id, question), job, question });
  return asked
    .toSorted((one, other) => one.question.askedAt - other.question.askedAt || (one.job.id < other.job.id ? -1 : 1))
    .map((item, index) => ({ ...item, number: index + 1 }));
}

/** @param id as {@link InboxItem} has it. @throws Failure (notFoundOrLocked) where it was answered already, or is none. */
export async function findItem(tools: OperationTools, id: string): Promise<InboxItem> {
  const item = (await inbox(tools)).find((each) => each.id === id);
  if (item === undefined) throw noSuchQuestion();
  return item;
}

/** @param id as {@link InboxItem} has it. @throws Failure (notFoundOrLocked) where it was answered already, or is none. */
export async function findQuestion(tools: OperationTools, id: string): Promise<{ readonly job: JobView; readonly question: Question }> {
  const jobId = id.split('.', 1)[0] as JobId;
  const job = await tools.engine.status(jobId);
  const question = (await openQuestions(tools, jobId)).find((each) => idOfQuestion(jobId, each) === id);
  if (job === undefined || question === undefined) throw noSuchQuestion();
  return { job, question };
}

function noSuchQuestion(): Failure {
  return new Failure('notFoundOrLocked', {
    what: 'This question waits for no answer.',
    why: 'Somebody has answered it, its time is over, or it was never asked here.',
    fix: 'Look at what is asked now: `miyabi inbox`, or /api/v1/escalations.',
  });
}

/**
 * Whom a person means who answers: a run with all that it asks, or one question by its number in the inbox.
 * @throws Failure as {@link findRun}; (notFoundOrLocked) for a number that the inbox does not have.
 */
export async function findAsked(
  tools: OperationTools,
  wanted: string,
): Promise<{ readonly job: JobView; readonly only: Question | undefined }> {
  if (!/^\d{1,3}$/.test(wanted)) return { job: await findRun(tools.engine, wanted), only: undefined };
  const items = await inbox(tools);
  const item = items.find(({ number }) => number === Number(wanted));
  if (item !== undefined) return { job: item.job, only: item.question };
  throw new Failure('notFoundOrLocked', {
    what: `Nothing in the inbox has the number ${wanted}.`,
    why: items.length === 0 ? 'It is empty.' : `It holds ${items.length === 1 ? 'one question' : `${items.length} questions`}.`,
    fix: '`miyabi inbox` lists what waits for an answer; a run is named by its id.',
  });
}

/** One question for programs; its shape is a promise to scripts. */
export function inboxAsData({ number, id, job, question }: InboxItem): OpenEscalation {
  const { escalation, askedAt, text } = question;
  return { id, number, run: displayId('run', job.id), title: job.title, question: text, askedAt, ...escalation };
}
