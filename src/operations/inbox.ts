import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import { groupsBesideRuns } from '../domain/job-groups.ts';
import type { JobView } from '../weaver/engine.ts';
import type { Question } from './answer.ts';
import { openQuestions } from './answer.ts';
import { findRun } from './find-run.ts';
import type { OperationTools } from './tools.ts';

/** A question that waits for somebody, whichever run asks it. */
export interface InboxItem {
  /** From 1, the oldest first: by it people answer. */
  readonly number: number;
  readonly job: JobView;
  readonly question: Question;
}

/** More runs are not looked at. */
const mostRuns = 1_000;

/** Everything that waits for a person, the oldest first. */
export async function inbox(tools: OperationTools): Promise<readonly InboxItem[]> {
  const jobs = await tools.engine.jobs({ exceptGroups: groupsBesideRuns, open: true, limit: mostRuns });
  const asked: Omit<InboxItem, 'number'>[] = [];
  for (const job of jobs) for (const question of await openQuestions(tools, job.id)) asked.push({ job, question });
  return asked
    .toSorted((one, other) => one.question.askedAt - other.question.askedAt || (one.job.id < other.job.id ? -1 : 1))
    .map((item, index) => ({ ...item, number: index + 1 }));
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
export function inboxAsData({ number, job, question }: InboxItem): object {
  const { escalation, askedAt, text } = question;
  return { number, run: displayId('run', job.id), title: job.title, question: text, askedAt, ...escalation };
}
