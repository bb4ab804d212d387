import { analyseIssue } from '../domain/analysis.ts';
import { taskListItems } from '../domain/task-list.ts';
import { handle } from '../weaver/handler.ts';
import { openMirror } from './open-mirror.ts';
import { analyseByModel } from './roles/analyse-by-model.ts';
import { analyseType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** Phase 1: what kind of issue this is, how hard, and which files it is about. By rules, which a model may refine where one is configured. */
export function analyse(tools: WorkflowTools) {
  return handle(analyseType, async (context) => {
    const { issue, base } = runOf(context);
    const mirror = await openMirror(tools, context, base.commit);
    const files = await mirror.listFiles(base.commit);
    const rules = analyseIssue(issue, files, taskListItems(issue.body).length);
    const { analysis, warnings, costMicroUsd } = await analyseByModel(tools, context, { rules, files });
    return { kind: 'success', result: { ...analysis, warnings: [...warnings] }, observations: warnings, costMicroUsd };
  });
}
