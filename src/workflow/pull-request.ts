import { z } from 'zod';
import { conventionalTitle } from '../domain/commit-message.ts';
import type { ForgePullRequest } from '../domain/forge.ts';
import { displayId } from '../domain/ids.ts';
import { labelChange, labelNamed } from '../domain/labels.ts';
import { qualityLabel } from '../domain/review.ts';
import { traceOf } from '../domain/trace.ts';
import type { Forge, ForgePlace } from '../ports/forge.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { baseOfBranch } from './base-of-branch.ts';
import type { ForgeOfRun } from './forge-of-run.ts';
import { forgeOfRun, pointsOf, reviewOf } from './forge-of-run.ts';
import type { OpenedPullRequest, PullRequestPayload } from './forge-task-types.ts';
import { pullRequestType } from './forge-task-types.ts';
import { leavingText } from './leaving-text.ts';
import { openMirror } from './open-mirror.ts';
import { resultOf } from './settled.ts';
import { publishType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { pullRequestText } from './words/pull-request.ts';

type Context = TaskContext<PullRequestPayload>;

interface Pushed {
  readonly branch: string;
  readonly commit: OpenedPullRequest['commit'];
}

/**
 * Phase 7: one pull request for a run. The first time it is opened, as a draft unless configured otherwise; from then on it is brought up to date in
 * place. A run never opens another where a person has closed its own.
 */
export function pullRequest(tools: WorkflowTools) {
  return handle(pullRequestType, async (context) => {
    const pushed = resultOf(
      publishType,
      context.dependencies.find(({ type }) => type === publishType.name),
    );
    const at = await forgeOfRun(tools, context);
    const words = await wordsOf(tools, context, at, pushed);
    const number = await openOnce(context, at, pushed, words);
    const place = { repository: at.origin.repository, number };
    const found = await at.forge.pullRequest(place);
    if (found.state === 'closed') {
      await record(tools, context, at, { ...found, commit: pushed.commit });
      return { kind: 'failure', reason: `somebody closed the pull request ${found.url} without merging it`, retryHint: 'never' };
    }
    await record(tools, context, at, { ...found, commit: pushed.commit });
    const change = {
      ...(found.title === words.title ? {} : { title: words.title }),
      ...(sameText(found.body, words.body) ? {} : { body: words.body }),
    };
    if (found.state === 'open' && Object.keys(change).length > 0) await at.forge.updatePullRequest(place, change);
    await label(at.forge, place, found, labelsOf(context));
    const result = { number, url: found.url, branch: pushed.branch, commit: pushed.commit, at: tools.clock.now() };
    return { kind: 'success', result, artifacts: [{ kind: 'url', name: 'pull request', reference: found.url }] };
  });
}

/** Forges end lines and texts in ways of their own. */
function sameText(one: string, other: string): boolean {
  return one.replaceAll('\r\n', '\n').trimEnd() === other.trimEnd();
}

/** Whether there is one already is looked up before one is opened, so that nobody who died in between leaves a second. */
async function openOnce(
  context: Context,
  { forge, origin, into, run }: ForgeOfRun,
  { branch }: Pushed,
  words: { readonly title: string; readonly body: string },
): Promise<number> {
  const { repository } = origin;
  return await context.effect({
    name: 'open-pull-request',
    result: z.int().min(1),
    probe: async () => (await forge.pullRequestOf(repository, branch))?.number,
    act: async () => {
      const draft = { repository, head: branch, base: into, ...words, isDraft: run.config.pullRequest.draft };
      return (await forge.openPullRequest(draft)).number;
    },
  });
}

async function record(
  { ledger }: WorkflowTools,
  { jobId }: Context,
  { origin }: ForgeOfRun,
  { number, url, head, commit, state }: ForgePullRequest & Pick<OpenedPullRequest, 'commit'>,
): Promise<void> {
  const { forge, repository } = origin;
  await ledger.pullRequests.save({ jobId, forge, repository, number, url, branch: head.branch, commit, state });
}

function labelsOf(context: Context): readonly string[] {
  const { work } = context.payload;
  const points = pointsOf(reviewOf(context));
  return [`type:${work.type}`, `priority:${work.priority}`, ...(points === undefined ? [] : [qualityLabel(points)])];
}

/** Puts labels of ours on a pull request, and makes those that are missing. */
export async function label(
  forge: Forge,
  place: ForgePlace,
  { labels: present }: Pick<ForgePullRequest, 'labels'>,
  wanted: readonly string[],
): Promise<void> {
  const change = labelChange(wanted, present);
  if (change.add.length === 0 && change.remove.length === 0) return;
  await forge.ensureLabels(
    place.repository,
    change.add.flatMap((name) => labelNamed(name) ?? []),
  );
  await forge.changeLabels(place, change);
}

async function wordsOf(
  tools: WorkflowTools,
  context: Context,
  { run, origin }: ForgeOfRun,
  { commit }: Pushed,
): Promise<{ readonly title: string; readonly body: string }> {
  const mirror = await openMirror(tools, context);
  const base = await baseOfBranch(mirror, context);
  const commits = await mirror.commits(base, commit);
  const { files } = await mirror.change(base, commit);
  const review = reviewOf(context);
  const { work } = context.payload;
  const title = conventionalTitle({ type: work.type, paths: files.map(({ path }) => path), title: run.issue.title });
  const { costMicroUsd } = await tools.ledger.money.spent({ jobId: context.jobId });
  const body = pullRequestText({
    run: displayId('run', context.jobId),
    traceId: traceOf(context.jobId, context.attributes),
    issue: { number: origin.number, title: run.issue.title },
    tasks: work.tasks,
    commits: commits.map(({ message }) => message.split('\n')[0] ?? ''),
    files,
    worlds: await tools.ledger.worlds.ofRun(context.jobId),
    report: review.kind === 'reviewed' ? review.report : undefined,
    why: review.kind === 'reviewed' ? undefined : review.reason,
    approvedBy: review.kind === 'reviewed' ? review.approvedBy : null,
    costMicroUsd,
  });
  return { title: leavingText(tools, title), body: leavingText(tools, body) };
}
