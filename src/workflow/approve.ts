import type { AnswerScope, Escalation } from '../domain/escalation.ts';
import { escalationSchema } from '../domain/escalation.ts';
import type { CommitId } from '../domain/ids.ts';
import type { Need, Outcome } from '../domain/outcome.ts';
import { answeredByTime } from '../domain/outcome.ts';
import { standingInWords } from '../domain/standing-answer.ts';
import type { Answer, TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import type { Patience } from './escalate.ts';
import { approvalSignal, needOfPerson } from './escalate.ts';
import { keepAnswer } from './keep-answer.ts';
import { answeredByStanding, standingFor, stoodInWords } from './standing.ts';
import type { ApprovePayload } from './task-types.ts';
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

/**
 * A person's gate: a blocked task, answered once. It succeeds when they approve, when silence is a yes, or when a yes was given before that stands; it
 * dies when not.
 */
export function approve(tools: Pick<WorkflowTools, 'clock' | 'ledger'>) {
  return handle(approveType, async (context) => {
    const { question, details, patience } = context.payload;
    const asked = escalationSchema.safeParse(details);
    const given = givenAnswer(context.answer, patience);
    if (given === undefined) {
      // Of a run that an older version began.
      if (!asked.success) return blocked(context.payload, { signal: approvalSignal, from: 'person', question, details });
      const stood = await answeredBefore(tools, context, asked.data);
      return stood ?? blocked(context.payload, needOfPerson(question, asked.data, { now: tools.clock.now(), patience }));
    }
    if (asked.success) await keepAnswer(tools, context, { question, escalation: asked.data, given });
    if (!given.approved) return { kind: 'failure', reason: refusalInWords(given), retryHint: 'never' };
    const { by, plan, fixed, reason } = given;
    const more = { ...(plan === undefined ? {} : { plan }), ...(fixed === undefined ? {} : { fixed }) };
    return { kind: 'success', result: { approvedBy: by, ...more, ...(reason === undefined ? {} : { reason }) } };
  });
}

function blocked({ reason }: ApprovePayload, need: Need): Outcome<never> {
  return { kind: 'blocked', reason: `waits for approval: ${reason}`, need };
}

async function answeredBefore(
  tools: Pick<WorkflowTools, 'clock' | 'ledger'>,
  context: TaskContext<ApprovePayload>,
  escalation: Escalation,
): Promise<Outcome<{ readonly approvedBy: string }> | undefined> {
  const stood = await standingFor(tools, context, { escalation, about: '' });
  if (stood === undefined) return undefined;
  const asked = { text: context.payload.question, escalation, about: '' };
  await tools.ledger.answers.record(answeredByStanding(context, { asked, stood, at: tools.clock.now(), asker: context.taskId }));
  return { kind: 'success', result: { approvedBy: standingInWords(stood) }, observations: [stoodInWords(stood)] };
}
