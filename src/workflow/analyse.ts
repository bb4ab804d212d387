import { analyseIssue } from '../domain/analysis.ts';
import { displayId } from '../domain/ids.ts';
import { forgeOrigin } from '../domain/issue.ts';
import { labelChange, labelNamed } from '../domain/labels.ts';
import { withLabels } from '../domain/labelled-analysis.ts';
import { taskListItems } from '../domain/task-list.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { keepFollowUp } from './keep-follow-up.ts';
import { openMirror } from './open-mirror.ts';
import { analyseByModel } from './roles/analyse-by-model.ts';
import { similarRuns } from './similar-runs.ts';
import { analyseType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/**
 * Phase 1: what kind of issue this is, how hard, and which files it is about. By rules, which a model may refine where one is configured; labels that
 * people have put on it count before either. What was done before about something alike, and who else is at work on the same files, is named.
 */
export function analyse(tools: WorkflowTools) {
  return handle(analyseType, async (context) => {
    const { issue, base } = runOf(context);
    await keepFollowUp(tools, context);
    const labels = await beginAtForge(tools, context);
    const mirror = await openMirror(tools, context, base.commit);
    const files = await mirror.listFiles(base.commit);
    const rules = analyseIssue(issue, files, taskListItems(issue.body).length);
    const { analysis, warnings, costMicroUsd } = await analyseByModel(tools, context, { rules, files });
    const judged = withLabels(analysis, labels);
    const similar = (await similarRuns(tools, context, files)).map(({ run, title, outcome }) => ({ run, title, outcome }));
    const said = [...warnings, ...(await atWorkOnTheSame(tools, context, judged.scope.files))];
    return { kind: 'success', result: { ...judged, warnings: said, similar }, observations: said, costMicroUsd };
  });
}

/** Says at the issue that it is being read. @returns the labels that it carried then; none for one that stands at no forge. */
async function beginAtForge({ forges }: Pick<WorkflowTools, 'forges'>, context: TaskContext<unknown>): Promise<readonly string[]> {
  const origin = forgeOrigin(runOf(context).issue);
  if (origin === undefined) return [];
  const { repository, number } = origin;
  const forge = await forges.open(origin.forge);
  const { labels } = await forge.issue({ repository, number });
  const state = labelNamed('state:analyzing');
  const change = labelChange(['state:analyzing'], labels);
  if (state !== undefined && change.add.length > 0) {
    await forge.ensureLabels(repository, [state]);
    await forge.changeLabels({ repository, number }, change);
  }
  return labels;
}

/** The most files that are named of one run. */
const mostNamed = 5;

/** Runs of the same repository that are about the same files, a sentence each: whoever is done last has to put their work on that of the others. */
async function atWorkOnTheSame(
  { openRuns }: Pick<WorkflowTools, 'openRuns'>,
  context: TaskContext<unknown>,
  files: readonly string[],
): Promise<readonly string[]> {
  const { repositoryId } = runOf(context);
  const others = (await openRuns(repositoryId)).filter(({ jobId }) => jobId !== context.jobId);
  return others.flatMap(({ jobId, title, files: theirs }) => {
    const both = files.filter((path) => theirs.includes(path));
    if (both.length === 0) return [];
    const more = both.length > mostNamed ? ` and ${both.length - mostNamed} more` : '';
    return [`${displayId('run', jobId)} ("${title}") is at work on the same files: ${both.slice(0, mostNamed).join(', ')}${more}.`];
  });
}
