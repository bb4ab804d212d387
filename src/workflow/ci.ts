import type { ForgePullRequest } from '../domain/forge.ts';
import { readyToMerge } from '../domain/labels.ts';
import { handle } from '../weaver/handler.ts';
import type { CiContext, CiLook, CiOutcome } from './ci-look.ts';
import { askAboutChecks, endOfChecks, gone } from './ci-look.ts';
import { mend, notMended } from './ci-mend.ts';
import { foreign, late, named } from './ci-questions.ts';
import { forgeOfRun, reviewOf } from './forge-of-run.ts';
import type { OpenedPullRequest } from './forge-task-types.ts';
import { ciType, pullRequestType } from './forge-task-types.ts';
import { pushAgain } from './mend-round.ts';
import { openMirror } from './open-mirror.ts';
import { label } from './pull-request.ts';
import { byKey, resultIfAny, resultOf, whyNot } from './settled.ts';
import { approveType, implementType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { isTriedAgain } from './tried-again.ts';
import { runRefs } from './tools.ts';
import { waitForForge } from './with-forge.ts';

const second = 1_000;
const minute = 60 * second;

/**
 * Phase 8: the checks of the forge. Woken by it or by time it looks how they stand; what fails is mended by one more task, pushed and followed again,
 * never twice for the same failure and no more than `ci.rounds` times; then a person is asked.
 */
export function ci(tools: WorkflowTools) {
  return handle(ciType, async (context): Promise<CiOutcome> => {
    const { step } = context.payload;
    const mended = step.kind === 'mended' ? mendedOf(context) : undefined;
    const current = mended ?? context.payload.current ?? openedBefore(context);
    const look: CiLook = { tools, context, at: await forgeOfRun(tools, context), current };
    if (step.kind === 'asked') return await answered(look, step.commit);
    if (step.kind === 'mended' && mended === undefined) return notMended(look);
    return await follow(look);
  });
}

/** The pull request with what was mended; undefined where nothing was. */
function mendedOf({ children }: CiContext): OpenedPullRequest | undefined {
  const done = children.map((child) => resultIfAny(implementType, child));
  if (done.some((one) => one?.integrated === 'skipped')) return undefined;
  return resultIfAny(pullRequestType, byKey(children, 'pull-request'));
}

function openedBefore(context: CiContext): OpenedPullRequest {
  return resultOf(
    pullRequestType,
    context.dependencies.find(({ type }) => type === pullRequestType.name),
  );
}

async function follow(look: CiLook): Promise<CiOutcome> {
  const { tools, context, at, current } = look;
  const { ci: settings } = at.run.config;
  const place = { repository: at.origin.repository, number: current.number };
  const found = await at.forge.pullRequest(place);
  if (found.state === 'merged') return endOfChecks(look, 'merged', null);
  if (found.state === 'closed') return gone(found);
  const now = tools.clock.now();
  const ageMs = now - current.at;
  const isLate = ageMs > settings.timeoutMinutes * minute;
  if (found.head.commit !== current.commit) {
    const mirror = await openMirror(tools, context);
    const isOurs = (await mirror.readRef(`${runRefs(context.jobId)}/commits/${found.head.commit}`)) !== undefined;
    // What was pushed is not seen there at once.
    if (isOurs && !isLate) return waitForForge('the forge does not show the pushed commit yet', now + settings.sweepSeconds * second);
    return askAboutChecks(look, foreign(found, current));
  }
  const checks = await at.forge.checks(place.repository, current.commit);
  if (checks.length === 0) {
    const graceMs = settings.graceSeconds * second;
    return ageMs < graceMs
      ? waitForForge(`no check has begun yet; without any it goes on ${settings.graceSeconds} s after the push`, current.at + graceMs)
      : await ready(look, found, 'none');
  }
  const pending = checks.filter(({ state }) => state === 'pending');
  if (pending.length > 0) {
    const names = named(pending);
    return isLate
      ? askAboutChecks(look, late(names, settings.timeoutMinutes))
      : waitForForge(`checks are running: ${names.join(', ')}`, now + settings.sweepSeconds * second);
  }
  const failed = checks.filter(({ state }) => state === 'failed');
  return failed.length === 0 ? await ready(look, found, 'passed') : await mend(look, failed);
}

/** Marked as ready where it was a draft, and by its label. Checks that begin because of that are waited for by the merge. */
async function ready(look: CiLook, found: ForgePullRequest, kind: 'passed' | 'none'): Promise<CiOutcome> {
  const { tools, context, at, current } = look;
  const place = { repository: at.origin.repository, number: current.number };
  if (found.isDraft) await at.forge.updatePullRequest(place, { isDraft: false });
  await label(at.forge, place, found, [readyToMerge]);
  if (kind === 'passed') await tools.ledger.choices.became(context.jobId, 'ci-passed');
  return endOfChecks(look, kind, null);
}

async function answered(look: CiLook, commit: OpenedPullRequest['commit']): Promise<CiOutcome> {
  const { context, at, current } = look;
  const answer = byKey(context.children, 'approve-ci');
  const approval = resultIfAny(approveType, answer);
  if (approval === undefined) {
    if (answer !== undefined && (await isTriedAgain(context, answer))) return await follow(look);
    const why = answer === undefined ? 'nobody answered' : whyNot(answer);
    return { kind: 'failure', reason: `the checks of ${current.url} did not pass: ${why}`, retryHint: 'never' };
  }
  if (approval.fixed !== undefined) {
    const { work } = context.payload;
    const children = pushAgain(at.run, { work, review: reviewOf(context) }, []);
    return {
      kind: 'success',
      decomposition: { join: 'resume', children, nextPayload: { ...context.payload, current, step: { kind: 'mended' } } },
    };
  }
  const found = await at.forge.pullRequest({ repository: at.origin.repository, number: current.number });
  if (found.state === 'merged') return endOfChecks(look, 'merged', null);
  if (found.state === 'closed') return gone(found);
  // Nobody says yes to what somebody else has pushed meanwhile.
  if (found.head.commit !== commit) return askAboutChecks(look, foreign(found, current));
  if (found.isDraft) await at.forge.updatePullRequest({ repository: at.origin.repository, number: current.number }, { isDraft: false });
  return endOfChecks(look, 'accepted', approval.approvedBy);
}
