import { handle } from '../weaver/handler.ts';
import { approveType } from './task-types.ts';

/** The name of the signal that answers every question to a person; its payload is an {@link ApprovalAnswer}. */
export const approvalSignal = 'approval';

export interface ApprovalAnswer {
  readonly approved: boolean;
  /** In the person's words. */
  readonly reason?: string;
}

/** A person's gate before anything is changed: a blocked task, answered once. */
export function approve() {
  return handle(approveType, async ({ payload, answer }) => {
    if (answer === undefined) {
      return {
        kind: 'blocked',
        reason: `waits for approval of the plan (complexity ${payload.complexity} of 10)`,
        need: { signal: approvalSignal, from: 'person', question: payload.question, details: payload.plan },
      };
    }
    const given = answer.payload as ApprovalAnswer;
    return given.approved
      ? { kind: 'success', result: { approvedBy: answer.by } }
      : {
          kind: 'failure',
          reason: `${answer.by} rejected the plan${given.reason === undefined ? '' : `: ${given.reason}`}`,
          retryHint: 'never',
        };
  });
}
