import type { JobId } from '../../domain/ids.ts';
import { runAttributesSchema } from '../../domain/run.ts';
import type { PullRequests, RecordedPullRequest } from '../../ports/pull-requests.ts';
import type { Engine } from '../../weaver/engine.ts';
import { answerByEnd } from './answer-by-end.ts';
import { forgeSignal } from '../../workflow/with-forge.ts';
import type { OperationTools } from '../tools.ts';
import type { IntentTo, Received } from './intent.ts';

/** Where something happened at a forge. */
export type At = Pick<Received, 'forge' | 'repository'>;

/** The pull requests of ours that something is about. */
export async function pullRequestsOf(
  pullRequests: PullRequests,
  { forge, repository }: At,
  of: IntentTo<'wake'>['of'],
): Promise<readonly RecordedPullRequest[]> {
  switch (of.kind) {
    case 'pull-request':
      return listed(await pullRequests.ofNumber(forge, repository, of.number));
    case 'commit':
      return listed(await pullRequests.ofCommit(forge, repository, of.commit));
    case 'branch':
      return await pullRequests.open(forge, repository);
  }
}

function listed(found: RecordedPullRequest | undefined): readonly RecordedPullRequest[] {
  return found === undefined ? [] : [found];
}

/** Has the runs that it is about look at the forge again. @returns what was done. */
export async function wakeRuns(tools: OperationTools, at: At, { of, because }: IntentTo<'wake'>): Promise<string> {
  const found = await pullRequestsOf(tools.ledger.pullRequests, at, of);
  let woken = 0;
  for (const pullRequest of found) {
    if (of.kind === 'branch' && !(await isAbout(tools.engine, pullRequest, of.branch))) continue;
    woken += await wakeRun(tools.engine, pullRequest.jobId, `${at.forge}: ${because}`);
    if (of.kind === 'pull-request') woken += await answerByEnd(tools, pullRequest);
  }
  return `woke ${woken} of ${found.length === 1 ? 'one run' : `${found.length} runs`}`;
}

/** Ends every wait of a run for its forge. @param by who or what has told. @returns how many tasks went on. */
export async function wakeRun(engine: Engine, jobId: JobId, by: string): Promise<number> {
  let woken = 0;
  for (const task of await engine.tasks(jobId, { states: ['pending'] })) {
    if (task.state !== 'pending' || !('need' in task.waiting) || task.waiting.need.signal !== forgeSignal) continue;
    if ((await engine.signal(task.id, forgeSignal, {}, by)).kind === 'answered') woken += 1;
  }
  return woken;
}

/** A branch matters to a pull request that is from it or for it. */
async function isAbout(engine: Engine, { jobId, branch }: RecordedPullRequest, pushed: string): Promise<boolean> {
  if (branch === pushed) return true;
  const run = runAttributesSchema.safeParse((await engine.status(jobId))?.attributes);
  return run.success && (run.data.config.pullRequest.into ?? run.data.base.name) === pushed;
}
