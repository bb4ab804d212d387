import { analyseIssue } from '../domain/analysis.ts';
import { taskListItems } from '../domain/task-list.ts';
import { handle } from '../weaver/handler.ts';
import { analyseType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** Phase 1: what kind of issue this is, how hard, and which files it is about. Rules only, no model. */
export function analyse({ git, state }: WorkflowTools) {
  return handle(analyseType, async (context) => {
    const { issue, repositoryId, root, base } = runOf(context);
    const mirror = await git.mirror(state.mirror(repositoryId), root, base.commit);
    const files = await mirror.listFiles(base.commit);
    return { kind: 'success', result: analyseIssue(issue, files, taskListItems(issue.body).length) };
  });
}
