import { createHash } from 'node:crypto';
import type { Outcome } from '../domain/outcome.ts';
import { reachableFailures } from '../evaluation/base.ts';
import { measureQuality } from '../evaluation/quality.ts';
import { scoreWorld } from '../evaluation/score.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { stacksOf } from '../weaver/stacks.ts';
import { knownEvidence } from './base-evidence.ts';
import { judgeCommit } from './judge-commit.ts';
import { resultOf } from './settled.ts';
import type { WorldCheckPayload, WorldCheckResult, WorldRunResult } from './task-types.ts';
import { worldCheckType, worldRunType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

type Context = TaskContext<WorldCheckPayload>;
type Harvested = Extract<WorldRunResult, { readonly kind: 'harvested' }>;

/**
 * Judges a world by what its commit does on a fresh checkout, where nothing its agent left running can reach. A world that
 * cannot be checked is a result too: it must not fail a run that another one saves.
 */
export function worldCheck(tools: WorkflowTools) {
  return handle(worldCheckType, async (context): Promise<Outcome<WorldCheckResult>> => {
    const ran = resultOf(worldRunType, context.dependencies[0]);
    if (ran.kind === 'ended') return { kind: 'success', result: { kind: 'nothing-to-check', reason: ran.reason } };
    try {
      return { kind: 'success', result: await judge(tools, context, ran) };
    } catch (error) {
      return { kind: 'success', result: unchecked(context, error), observations: stacksOf(error) };
    }
  });
}

function unchecked(context: Context, error: unknown): WorldCheckResult {
  context.signal.throwIfAborted();
  return { kind: 'nothing-to-check', reason: `its change could not be checked: ${error instanceof Error ? error.message : String(error)}` };
}

async function judge(tools: WorkflowTools, context: Context, { commit, change, summary }: Harvested): Promise<WorldCheckResult> {
  const { base, checks, world } = context.payload;
  const run = runOf(context);
  const started = tools.clock.monotonic();
  const mirror = await tools.git.open(tools.state.mirror(run.repositoryId));
  const evidence = await knownEvidence(tools, context.jobId, base, checks);
  const judged = { name: `${world}-check`, shown: summary, base, evidence, commit, change, checks };
  const { check, integrity, patch } = await judgeCommit(tools, context, mirror, judged);
  const quality = measureQuality(patch);
  const score = scoreWorld({ base: evidence, check, reachable: reachableFailures(evidence, [check]), quality, weights: run.config.score });
  return {
    kind: 'checked',
    check,
    integrity,
    quality,
    patchDigest: createHash('sha256').update(patch).digest('hex'),
    durationMs: Math.round(tools.clock.monotonic() - started),
    provisionalScore: score.total,
  };
}
