import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { collectRun } from './collect.ts';
import { mergeType } from './forge-task-types.ts';
import { openMirror } from './open-mirror.ts';
import { keepLesson } from './similar-runs.ts';
import { cleanupType, publishType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf, runRefs, worldRefs } from './tools.ts';

/**
 * Phase 9: what later runs may learn from this one is kept, and nothing of it stays on the disk but its records, its logs and the worlds'
 * commits in our mirror. Of a remote it keeps nothing but the result.
 */
export function cleanup(tools: WorkflowTools) {
  return handle(cleanupType, async (context) => {
    await keepLesson(tools, context);
    await forgetAtRemote(tools, context);
    const { folders } = await collectRun(tools, context.jobId);
    const freedBytes = folders.reduce((sum, folder) => sum + folder.bytes, 0);
    return { kind: 'success', result: { removedFolders: folders.length, freedBytes } };
  });
}

/** What could not be handed over is still needed where somebody tries that again: it goes with what is collected later. */
async function forgetAtRemote(tools: WorkflowTools, context: TaskContext<unknown>): Promise<void> {
  const { repository } = runOf(context);
  const lasts = context.dependencies.filter(({ type }) => type === publishType.name || type === mergeType.name);
  const isHandedOver = lasts.length > 0 && lasts.every(({ end }) => end.state === 'succeeded');
  if (repository.kind === 'local' || !isHandedOver) return;
  const { path } = await openMirror(tools, context);
  await tools.git.remote(repository.url).deleteRefs(path, [runRefs(context.jobId), worldRefs(context.jobId)]);
}
