import { describe } from 'vitest';
import { attemptCases } from './engine/attempts.ts';
import { budgetCases } from './engine/budgets.ts';
import { cancelCases } from './engine/cancel.ts';
import { claimCases } from './engine/claims.ts';
import { clockJumpCases } from './engine/clock-jumps.ts';
import { decisionCases } from './engine/decisions.ts';
import { decompositionCases } from './engine/decomposition.ts';
import { effectCases } from './engine/effects.ts';
import { eventCases } from './engine/events.ts';
import { graphCases } from './engine/graph.ts';
import { limitCases } from './engine/limits.ts';
import { listCases } from './engine/lists.ts';
import { pauseAndRetryCases } from './engine/pause-retry.ts';
import { payloadCases } from './engine/payloads.ts';
import { sharingCases } from './engine/sharing.ts';
import { statusCases } from './engine/status.ts';
import { stuckCases } from './engine/stuck.ts';
import { submitCases } from './engine/submit.ts';
import type { MakeEngine } from './engine/support.ts';
import { waitingCases } from './engine/waiting.ts';
import { workerCases } from './engine/workers.ts';

/** One meaning for every store and dispatcher: each must pass all of this. @param unable why it cannot be asked on this machine. */
export function engineConformance(name: string, make: MakeEngine, unable?: string): void {
  describe.skipIf(unable !== undefined)(`engine on ${name}${unable === undefined ? '' : ` (${unable})`}`, () => {
    attemptCases(make);
    decompositionCases(make);
    graphCases(make);
    budgetCases(make);
    cancelCases(make);
    claimCases(make);
    clockJumpCases(make);
    decisionCases(make);
    effectCases(make);
    eventCases(make);
    limitCases(make);
    listCases(make);
    pauseAndRetryCases(make);
    payloadCases(make);
    sharingCases(make);
    statusCases(make);
    stuckCases(make);
    submitCases(make);
    waitingCases(make);
    workerCases(make);
  });
}

/** The part of it that has to do with how ids are brought, for what brings them on a store that passes all of it with another dispatcher. */
export function deliveryConformance(name: string, make: MakeEngine, unable?: string): void {
  describe.skipIf(unable !== undefined)(`engine on ${name}${unable === undefined ? '' : ` (${unable})`}`, () => {
    claimCases(make);
    limitCases(make);
    pauseAndRetryCases(make);
    sharingCases(make);
    waitingCases(make);
  });
}
