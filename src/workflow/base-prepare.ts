import { saidOfFailure } from '../evaluation/said-of-failure.ts';
import { handle } from '../weaver/handler.ts';
import { prepareBase } from '../worlds/prepare.ts';
import { withCheckout } from './checkout.ts';
import { openMirror } from './open-mirror.ts';
import { planChecks } from './plan-checks.ts';
import { basePrepareType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/**
 * Makes what all worlds of a base share: our mirror has the commit, it is known how the project is checked, and its
 * dependencies are installed once. Dependencies that cannot be installed are a failure here, before five worlds run into it.
 */
export function basePrepare(tools: WorkflowTools) {
  return handle(basePrepareType, async (context) => {
    const { base } = context.payload;
    const { config, base: runBase } = runOf(context);
    const mirror = await openMirror(tools, context, base);
    await mirror.bring([runBase.commit]);
    // All checkouts of a run are made from the one it starts from.
    await prepareBase(tools, { mirrorPath: mirror.path, commit: runBase.commit, bases: tools.state.bases });
    const checks = await planChecks(tools, mirror, base, config);
    if (checks.plan.install === undefined) return { kind: 'success', result: { checks, notes: [] } };
    return await withCheckout(tools, context, { name: 'prepare', commit: base, checks }, async ({ install, notes }) => {
      if (install.kind === 'failed') {
        return {
          kind: 'failure',
          reason: `the dependencies could not be installed with \`${install.command}\`: ${saidOfFailure(install.output)}`,
          retryHint: 'never',
        };
      }
      return { kind: 'success', result: { checks, notes } };
    });
  });
}
