import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import type { JobView } from '../weaver/engine.ts';
import { implementType } from '../workflow/task-types.ts';
import { lastChoice } from './report.ts';
import { payloadOf } from './task-results.ts';
import type { OperationTools } from './tools.ts';
import { aroundWorlds } from './warnings.ts';

/**
 * Why each task's winner won, in words and with the full table, exactly as it was recorded when the choice was made.
 * @throws Failure (notFoundOrLocked) when the run has not come to a choice.
 */
export async function explainRun(tools: OperationTools, job: JobView): Promise<string> {
  const tasks = await tools.engine.tasks(job.id);
  const sections: string[] = [];
  for (const task of tasks.filter(({ type }) => type === implementType.name)) {
    const choice = lastChoice(tasks.filter((child) => child.parentTaskId === task.id));
    if (choice === undefined) continue;
    const { planTask } = payloadOf(implementType, task);
    sections.push(`${planTask.id}: ${planTask.title}\n\n${(await tools.explainChoice(choice)).trimEnd()}`);
  }
  const warnings = aroundWorlds(tasks).map((warning) => `  - ${warning}`);
  if (sections.length > 0)
    return [...sections, ...(warnings.length > 0 ? [`What else happened\n${warnings.join('\n')}`] : [])].join('\n\n');
  const run = displayId('run', job.id);
  throw new Failure('notFoundOrLocked', {
    what: `${run} has made no choice.`,
    why: `It is ${job.state}: ${job.bottleneck || job.cancelReason || 'it did not get that far'}.`,
    fix: `\`miyabi show ${run}\` tells what happened.`,
  });
}
