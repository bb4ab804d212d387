import type { WorldEvidence } from '../domain/choice.ts';
import type { SettledTask } from '../domain/job.ts';
import { keptValue } from './kept.ts';
import type { Kept } from './kept.ts';
import { byKey, resultIfAny, whyNot } from './settled.ts';
import type { ComparedWorld, EarlierWorlds } from './task-types.ts';
import { worldCheckType, worldRunType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';

/** What is known of all worlds of a task so far: of those whose tasks have just settled, after those of earlier waves. */
export async function gatherWorlds(
  tools: Pick<WorkflowTools, 'ledger'>,
  settled: readonly SettledTask[],
  { worlds, earlier }: { readonly worlds: readonly ComparedWorld[]; readonly earlier?: Kept<EarlierWorlds> | undefined },
): Promise<EarlierWorlds> {
  const before = earlier === undefined ? { evidence: [], tasks: [] } : await keptValue(tools, earlier);
  const ran = worlds.flatMap(({ name }) => {
    const task = byKey(settled, `${name}.run`);
    return task === undefined ? [] : [{ world: name, taskId: task.taskId }];
  });
  const evidence = await Promise.all(worlds.map(async (world) => await evidenceOf(tools, world, settled)));
  return {
    evidence: [...before.evidence, ...evidence],
    tasks: [...before.tasks, ...ran],
  };
}

/** What the two tasks of a world left behind, however they ended. */
async function evidenceOf(
  tools: Pick<WorkflowTools, 'ledger'>,
  world: ComparedWorld,
  settled: readonly SettledTask[],
): Promise<WorldEvidence> {
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
    check: await keptValue(tools, checked.check),
    quality: checked.quality,
    patchDigest: checked.patchDigest,
    ...(checked.security === undefined ? {} : { security: checked.security }),
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
