import type { Escalation } from '../domain/escalation.ts';
import type { JobId, RepositoryId, TaskId } from '../domain/ids.ts';
import type { AnsweredQuestion, NewStandingAnswer } from '../ports/answers.ts';
import type { GivenAnswer } from './approve.ts';

/** A question as it was put to people. */
export interface PutQuestion {
  /** See `questionId`. */
  readonly id: string;
  readonly jobId: JobId;
  readonly taskId: TaskId;
  /** Of the run. */
  readonly title: string;
  readonly text: string;
  readonly escalation: Escalation;
  /** What within its kind it is about; empty where that is all one. */
  readonly about: string;
  /** Epoch ms. */
  readonly askedAt: number;
}

interface Answering {
  readonly given: GivenAnswer;
  /** Epoch ms. */
  readonly at: number;
  /** When the run goes on with it, where it does. */
  readonly resumedAt?: number;
  /** Id of the standing answer that it is. */
  readonly standing?: string;
}

/** An answer as it is kept for people. */
export function answeredQuestion(put: PutQuestion, { given, at, resumedAt, standing }: Answering): AnsweredQuestion {
  const { id, jobId, taskId, title, text, escalation, askedAt } = put;
  const { kind, severity, issue, canStand } = escalation;
  const { approved, fixed, by, how, reason, world, scope = 'once' } = given;
  return {
    id,
    jobId,
    taskId,
    title,
    kind,
    severity,
    issue,
    question: text,
    by,
    how,
    reason,
    world,
    standing,
    askedAt,
    answeredAt: at,
    resumedAt,
    answer: approved ? (fixed === undefined ? 'approve' : 'fix') : 'reject',
    scope: approved && canStand ? scope : 'once',
  };
}

/** What stands by an answer for later questions; undefined where it holds for its own alone. */
export function standingBy(put: PutQuestion, repositoryId: RepositoryId, { given, at }: Answering): NewStandingAnswer | undefined {
  const { approved, by, reason, scope = 'once' } = given;
  if (!approved || scope === 'once' || !put.escalation.canStand) return undefined;
  const { id, jobId, about, text, escalation } = put;
  const question = { kind: escalation.kind, about, question: text };
  return { givenTo: id, repositoryId, jobId, scope, ...question, by, reason, at };
}
