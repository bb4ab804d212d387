import { displayId } from '../../domain/ids.ts';
import type { JobView } from '../../weaver/engine.ts';
import type { OperationTools } from '../tools.ts';
import type { IntentTo, Received } from './intent.ts';
import { openRunsOfIssue, openRunsOfRepository } from './runs-of-issue.ts';
import { hasLabel, issueIfThere } from './start-from-forge.ts';
import { forgeSettings, nameOf } from './tools.ts';
import type { At } from './wake.ts';
import { wakeRun } from './wake.ts';

const words: Readonly<Record<IntentTo<'stop'>['why'], string>> = {
  unlabeled: 'its label was taken off',
  closed: 'its issue was closed',
  deleted: 'its issue was deleted',
  transferred: 'its issue was moved to another repository',
};

/** Ends the run of an issue that nobody wants any more, if it is still so. @returns what was done. */
export async function stopByTrigger(tools: OperationTools, { forge, repository }: Received, intent: IntentTo<'stop'>): Promise<string> {
  const place = { forge, repository, number: intent.number };
  const open = await openRunsOfIssue(tools.engine, place);
  if (open.length === 0) return 'it has no run';
  if (await isBack(tools, place, intent.why)) return 'it is as it was before';
  const reason = `${words[intent.why]}${intent.by === undefined ? '' : ` by ${nameOf(intent.by)}`}`;
  const done: string[] = [];
  for (const run of open) {
    if (intent.why === 'closed' && (await isMerged(tools, run))) done.push(await wokenInstead(tools, run, place));
    else done.push(await cancelRun(tools, run, reason));
  }
  return done.join(', ');
}

/** Ends the runs of repositories that we may not work in any longer. @returns what was done. */
export async function leaveRepositories(tools: OperationTools, forge: string, repositories: readonly string[]): Promise<string> {
  const done: string[] = [];
  for (const repository of repositories) {
    for (const run of await openRunsOfRepository(tools.engine, { forge, repository }))
      done.push(await cancelRun(tools, run, `${forge} lets us into ${repository} no longer`));
  }
  return done.length === 0 ? 'they had no runs' : done.join(', ');
}

export async function cancelRun(tools: Pick<OperationTools, 'engine'>, { id }: JobView, reason: string): Promise<string> {
  await tools.engine.cancel(id, reason);
  return `cancelled ${displayId('run', id)}`;
}

async function isBack(tools: OperationTools, place: At & { readonly number: number }, why: IntentTo<'stop'>['why']): Promise<boolean> {
  if (why === 'deleted' || why === 'transferred') return false;
  const found = await issueIfThere(tools, place);
  if (found === undefined) return false;
  return why === 'closed' ? found.now.state === 'open' : hasLabel(found, forgeSettings(tools).label);
}

/** Who merges a pull request closes its issue: that ends no run, it is what the run is for. */
async function isMerged(tools: OperationTools, { id }: JobView): Promise<boolean> {
  const pullRequest = await tools.ledger.pullRequests.ofRun(id);
  if (pullRequest === undefined) return false;
  if (pullRequest.state === 'merged') return true;
  return (await (await tools.forges.open(pullRequest.forge)).pullRequest(pullRequest)).state === 'merged';
}

async function wokenInstead(tools: OperationTools, { id }: JobView, { forge }: At): Promise<string> {
  await wakeRun(tools.engine, id, `${forge}: merged`);
  return `${displayId('run', id)} is merged`;
}
