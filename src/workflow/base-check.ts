import { handle } from '../weaver/handler.ts';
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
    return {
      kind: 'success',
      observations: checks.plan.reasons,
      result: { commit: base, checks, reused, tests: { kind: evidence.check.tests.kind, ...counts }, notes: checks.plan.reasons },
    };
  });
}
