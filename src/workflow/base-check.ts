import { handle } from '../weaver/handler.ts';
import type { EvidenceAt } from './base-evidence.ts';
import { evidenceAt } from './base-evidence.ts';
import { resultOf } from './settled.ts';
import { baseCheckType, basePrepareType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';

/**
 * Checks the base once for a commit and a way of checking, its tests twice, so that old failures and flaky tests
 * count against nobody.
 */
export function baseCheck(tools: WorkflowTools) {
  return handle(baseCheckType, async (context) => {
    const { base } = context.payload;
    const { checks } = resultOf(basePrepareType, context.dependencies[0]);
    const { evidence, reused } = await evidenceAt(tools, context, base, checks);
    const counts = { passing: evidence.passing.length, failing: evidence.failing.length, flaky: evidence.flaky.length };
    const notes = [...checks.plan.reasons, ...reuseNotes(reused)];
    return {
      kind: 'success',
      observations: notes,
      result: { commit: base, checks, reused: reused !== undefined, tests: { kind: evidence.check.tests.kind, ...counts }, notes },
    };
  });
}

function reuseNotes(reused: EvidenceAt['reused']): readonly string[] {
  if (reused === undefined) return [];
  if (reused.agoMs === undefined) return ['What is known of the base is reused, made earlier in this run.'];
  const minutes = Math.floor(reused.agoMs / 60_000);
  const ago = minutes < 1 ? 'less than a minute' : minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return [`What is known of the base is reused, made ${ago} ago.`];
}
