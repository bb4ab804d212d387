import { handle } from '../weaver/handler.ts';
import { approveType } from './task-types.ts';

/** The name of the signal that answers every question to a person; its payload is an {@link ApprovalAnswer}. */
export const approvalSignal = 'approval';

export interface ApprovalAnswer {
  readonly approved: boolean;
  /** In the person's words. */
  readonly reason?: string;
  /** The world that is to be taken, where it is asked which. */
  readonly world?: string;
}

/** A person's gate: a blocked task, answered once. It succeeds when they approve and dies when they do not. */
export function approve() {
  return handle(approveType, async ({ payload, answer }) => {
    if (answer === undefined) {
      const need = { signal: approvalSignal, from: 'person', question: payload.question, details: payload.details } as const;
      return { kind: 'blocked', reason: `waits for approval: ${payload.reason}`, need };
    }
    const given = answer.payload as ApprovalAnswer;
    return given.approved
      ? { kind: 'success', result: { approvedBy: answer.by } }
      : { kind: 'failure', reason: `${answer.by} said no${given.reason === undefined ? '' : `: ${given.reason}`}`, retryHint: 'never' };
  });
}
