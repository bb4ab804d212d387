import { handle } from '../weaver/handler.ts';
import { collectRun } from './collect.ts';
import { keepLesson } from './similar-runs.ts';
import { cleanupType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';

/**
 * Phase 9: what later runs may learn from this one is kept, and nothing of it stays on the disk but its records, its logs and the worlds'
 * commits in our mirror.
 */
export function cleanup(tools: WorkflowTools) {
  return handle(cleanupType, async (context) => {
    await keepLesson(tools, context);
    const { folders } = await collectRun(tools, context.jobId);
    const freedBytes = folders.reduce((sum, folder) => sum + folder.bytes, 0);
    return { kind: 'success', result: { removedFolders: folders.length, freedBytes } };
  });
}
