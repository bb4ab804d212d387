import type { AnswerScope } from '../domain/escalation.ts';
import { escalationSchema } from '../domain/escalation.ts';
import type { CommitId } from '../domain/ids.ts';
import { answeredByTime } from '../domain/outcome.ts';
import type { Answer } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import type { Patience } from './escalate.ts';
import { approvalSignal, needOfPerson } from './escalate.ts';
import { approveType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';

export interface ApprovalAnswer {
  readonly approved: boolean;
  /** In the person's words. */
  readonly reason?: string;
  /** The world that is to be taken, where it is asked which. */
  readonly world?: string;
  /** With a yes to a plan: what it is to be instead, as `checkPlan` reads it. */
  readonly plan?: unknown;
  /** With a yes: the commit, on top of the run's branch and there already, in which the person has mended it. */
  readonly fixed?: CommitId;
  /** With a yes: for how long it holds; this once where it is not said. */
  readonly scope?: AnswerScope;
  /** By which way it came: `terminal`, `comment`, `api`. */
  readonly how?: string;
}

/** What a question came to, whoever or whatever answered it. */
export interface GivenAnswer extends ApprovalAnswer {
  /** A person, or `nobody in time`. */
  readonly by: string;
}

/** @param patience under which it was asked. @returns undefined while there is no answer. */
export function givenAnswer(answer: Answer | undefined, patience: Patience | undefined): GivenAnswer | undefined {
  if (answer === undefined) return undefined;
  if (answer.by === answeredByTime) return { approved: patience?.otherwise === 'approve', by: 'nobody in time' };
  return { ...(answer.payload as ApprovalAnswer), by: answer.by };
}

/** `ada said no: not now`; `nobody answered in time`. */
export function refusalInWords({ by, reason }: GivenAnswer): string {
  if (by === 'nobody in time') return 'nobody answered in time';
  return `${by} said no${reason === undefined ? '' : `: ${reason}`}`;
}

/** A person's gate: a blocked task, answered once. It succeeds when they approve, or when silence is a yes, and dies when not. */
export function approve({ clock }: Pick<WorkflowTools, 'clock'>) {
  return handle(approveType, async ({ payload, answer }) => {
    const { question, details, patience } = payload;
    const given = givenAnswer(answer, patience);
    if (given === undefined) {
      const asked = escalationSchema.safeParse(details);
      const need = asked.success
        ? needOfPerson(question, asked.data, { now: clock.now(), patience })
        : // Of a run that an older version began.
          ({ signal: approvalSignal, from: 'person', question, details } as const);
      return { kind: 'blocked', reason: `waits for approval: ${payload.reason}`, need };
    }
    if (!given.approved) return { kind: 'failure', reason: refusalInWords(given), retryHint: 'never' };
    const { by, plan, fixed, reason } = given;
    const more = { ...(plan === undefined ? {} : { plan }), ...(fixed === undefined ? {} : { fixed }) };
    return { kind: 'success', result: { approvedBy: by, ...more, ...(reason === undefined ? {} : { reason }) } };
  });
}
