import type { AnswerScope, EscalationKind, Severity } from '../domain/escalation.ts';
import type { JobId, RepositoryId, TaskId } from '../domain/ids.ts';

/** A question to a person, with the answer that it was given. */
export interface AnsweredQuestion {
  /** Of the question, see `questionId`: a task may ask more than once. */
  readonly id: string;
  readonly jobId: JobId;
  readonly taskId: TaskId;
  readonly kind: EscalationKind;
  readonly severity: Severity;
  /** Of the run. */
  readonly title: string;
  /** As people find it. */
  readonly issue: string;
  readonly question: string;
  /** `fix`: a yes with what was mended by hand. */
  readonly answer: 'approve' | 'reject' | 'fix';
  /** A person, or `nobody in time`. */
  readonly by: string;
  /** By which way it came. */
  readonly how: string | undefined;
  readonly reason: string | undefined;
  /** The world that was named. */
  readonly world: string | undefined;
  readonly scope: AnswerScope;
  /** Id of the standing answer by which it was answered. */
  readonly standing: string | undefined;
  /** Epoch ms, as the others. */
  readonly askedAt: number;
  readonly answeredAt: number;
  /** When the run went on with it. */
  readonly resumedAt: number | undefined;
}

/** Everything that was answered, for people who want to know later; what a run goes on by is with its tasks and questions. */
export interface Answers {
  /** Once for each question; later only when the run went on with it is added. */
  record(answered: AnsweredQuestion): Promise<void>;
  /** The run goes on with the answer to a question, where that is known. @param at epoch ms; the first time counts. */
  wentOn(id: string, at: number): Promise<void>;
  /** The newest answer first. @param before only those that come after this one in the order. */
  newest(filter: {
    readonly before?: Pick<AnsweredQuestion, 'answeredAt' | 'id'>;
    readonly limit: number;
  }): Promise<readonly AnsweredQuestion[]>;
  /** The oldest answer first. */
  ofRun(jobId: JobId): Promise<readonly AnsweredQuestion[]>;
}

/** To what a standing answer is an answer. */
export interface StandingKind {
  readonly kind: EscalationKind;
  /** What within the kind it is about, such as the digest of a deed; empty where that is all one. */
  readonly about: string;
}

/** A yes of a person that holds for later questions of its kind. */
export interface StandingAnswer extends StandingKind {
  readonly id: string;
  /** `id` of the question that was answered with it: there is one for each. */
  readonly givenTo: string;
  readonly repositoryId: RepositoryId;
  /** In which it was given; with `run` it holds there alone. */
  readonly jobId: JobId;
  readonly scope: Exclude<AnswerScope, 'once'>;
  /** The question in words. */
  readonly question: string;
  readonly by: string;
  readonly reason: string | undefined;
  /** Epoch ms. */
  readonly at: number;
}

export type NewStandingAnswer = Omit<StandingAnswer, 'id'>;

/** Answers that hold until somebody revokes them, those of a run until it has ended. */
export interface StandingAnswers {
  /** Once for each question: given again, also after it was revoked, it changes nothing. */
  give(answer: NewStandingAnswer): Promise<void>;
  /** The newest that holds for such a question of a run. */
  find(asked: StandingKind & { readonly repositoryId: RepositoryId; readonly jobId: JobId }): Promise<StandingAnswer | undefined>;
  /** Those that hold, the newest first. @param before only those that come after this one in the order. */
  newest(filter: { readonly before?: Pick<StandingAnswer, 'at' | 'id'>; readonly limit: number }): Promise<readonly StandingAnswer[]>;
  /** @returns whether it held. */
  revoke(id: string, by: string): Promise<boolean>;
}
