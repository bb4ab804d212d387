import type { WorldEvidence } from '../domain/choice.ts';
import type { SettledTask } from '../domain/job.ts';
import { choose as chooseBest, levelWorlds } from '../evaluation/choose.ts';
import { handle } from '../weaver/handler.ts';
import { knownEvidence } from './base-evidence.ts';
import { reportChoice } from './breaker-of-world.ts';
import { judgeLevel } from './judge.ts';
import { keptValue } from './kept.ts';
import { byKey, resultIfAny, whyNot } from './settled.ts';
import type { ComparedWorld } from './task-types.ts';
import { chooseType, worldCheckType, worldRunType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';
import { recordChoice } from './world-records.ts';

/** Gathers what is known of all worlds of a task and decides between them; the whole table is the result. */
export function choose(tools: WorkflowTools) {
  return handle(chooseType, async (context) => {
    const { base, worlds } = context.payload;
    const checks = await keptValue(tools, context.payload.checks);
    const run = runOf(context);
    const evidence = await knownEvidence(tools, context.jobId, base, checks);
    const gathered = worlds.map((world) => evidenceOf(world, context.dependencies));
    const { minSuccessful } = run.config.worlds;
    const request = { base: evidence, worlds: gathered, weights: run.config.score, minSuccessful };
    const level = new Set(levelWorlds(request));
    const { judge, notes, costMicroUsd } = await judgeLevel(tools, context, {
      base,
      worlds: gathered.flatMap((world) => (world.kind === 'checked' && level.has(world.world) ? [world] : [])),
    });
    const result = chooseBest(judge === undefined ? request : { ...request, judge });
    await recordChoice(tools, context.dependencies, result);
    await reportChoice(tools, context, result);
    return { kind: 'success', result, observations: notes, costMicroUsd };
  });
}

/** What the two tasks of a world left behind, however they ended. */
function evidenceOf(world: ComparedWorld, settled: readonly SettledTask[]): WorldEvidence {
  const common = { world: world.name, stance: world.stance };
  const ranTask = byKey(settled, `${world.name}.run`);
  const ran = resultIfAny(worldRunType, ranTask);
  if (ran === undefined) return { ...common, kind: 'ended', ...endOf(ranTask), costMicroUsd: 0, durationMs: 0 };
  const used = { costMicroUsd: ran.costMicroUsd, durationMs: ran.durationMs };
  if (ran.kind === 'ended') return { ...common, kind: 'ended', status: ran.status, reason: ran.reason, ...used };
  const checkTask = byKey(settled, `${world.name}.check`);
  const checked = resultIfAny(worldCheckType, checkTask);
  if (checked === undefined) return { ...common, kind: 'ended', ...endOf(checkTask), ...used };
  if (checked.kind === 'nothing-to-check') return { ...common, kind: 'ended', status: 'failed', reason: checked.reason, ...used };
  return {
    ...common,
    kind: 'checked',
    agent: world.agent.name,
    commit: ran.commit,
    change: ran.change,
    check: checked.check,
    quality: checked.quality,
    patchDigest: checked.patchDigest,
    integrity: [...ran.integrity, ...checked.integrity],
    summary: ran.summary,
    costMicroUsd: ran.costMicroUsd,
    durationMs: ran.durationMs + checked.durationMs,
  };
}

/** A task that left no result: it died of an error that was not the agent's, was cancelled, or never began. */
function endOf(task: SettledTask | undefined): { readonly status: 'failed' | 'cancelled' | 'skipped'; readonly reason: string } {
  if (task === undefined) return { status: 'skipped', reason: 'it was never begun' };
  const status = task.end.state === 'cancelled' ? 'cancelled' : task.end.state === 'skipped' ? 'skipped' : 'failed';
  return { status, reason: whyNot(task) };
}
