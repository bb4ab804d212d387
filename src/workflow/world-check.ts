import type { Outcome } from '../domain/outcome.ts';
import { reachableFailures } from '../evaluation/base.ts';
import { runChecks } from '../evaluation/checks/run.ts';
import { findIntegrity } from '../evaluation/integrity.ts';
import { measureQuality } from '../evaluation/quality.ts';
import { scoreWorld } from '../evaluation/score.ts';
import { handle } from '../weaver/handler.ts';
import { knownEvidence } from './base-evidence.ts';
import { withCheckout } from './checkout.ts';
import { resultOf } from './settled.ts';
import type { WorldCheckResult } from './task-types.ts';
import { worldCheckType, worldRunType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** Judges a world by what its commit does on a fresh checkout, where nothing its agent left running can reach. */
export function worldCheck(tools: WorkflowTools) {
  return handle(worldCheckType, async (context): Promise<Outcome<WorldCheckResult>> => {
    const { base, checks, world } = context.payload;
    const run = runOf(context);
    const ran = resultOf(worldRunType, context.dependencies[0]);
    if (ran.kind === 'ended') return { kind: 'success', result: { kind: 'nothing-to-check', reason: ran.reason } };
    const { commit, change } = ran;
    const started = tools.clock.monotonic();
    const check = await withCheckout(tools, context, { name: `${world}-check`, commit, checks }, async ({ setting, install }) => {
      return await runChecks({ ...setting, commit, install, onStep: (step) => context.progress(`${step} of: ${ran.summary}`) });
    });
    const mirror = await tools.git.open(tools.state.mirror(run.repositoryId));
    const evidence = await knownEvidence(tools, run.repositoryId, base, checks);
    const patch = await mirror.patch(base, commit);
    const integrity = await findIntegrity({
      change,
      patch,
      base: evidence,
      check,
      before: async (path) => await mirror.readFile(base, path),
      after: async (path) => await mirror.readFile(commit, path),
    });
    const quality = measureQuality(patch);
    const score = scoreWorld({
      base: evidence,
      check,
      reachable: reachableFailures(evidence, [check]),
      quality,
      weights: run.config.score,
    });
    const durationMs = Math.round(tools.clock.monotonic() - started);
    return { kind: 'success', result: { kind: 'checked', check, integrity, quality, durationMs, provisionalScore: score.total } };
  });
}
