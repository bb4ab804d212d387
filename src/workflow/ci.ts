import type { ForgeCheck, ForgePullRequest } from '../domain/forge.ts';
import { readyToMerge } from '../domain/labels.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { baseOfBranch } from './base-of-branch.ts';
import type { Question } from './ci-questions.ts';
import { failing, foreign, late, named } from './ci-questions.ts';
import { failureInWords, failuresOf, keptFingerprint } from './failed-checks.ts';
import type { ForgeOfRun } from './forge-of-run.ts';
import { forgeOfRun, reviewOf } from './forge-of-run.ts';
import type { CiPayload, CiResult, OpenedPullRequest } from './forge-task-types.ts';
import { ciType, pullRequestType } from './forge-task-types.ts';
import { mendTask, pushAgain } from './mend-round.ts';
import { openMirror } from './open-mirror.ts';
import { label } from './pull-request.ts';
import { questionTask } from './question-task.ts';
import { byKey, resultIfAny, resultOf, whyNot } from './settled.ts';
import { approveType, implementType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { leavingText } from './leaving-text.ts';
import { runRefs } from './tools.ts';
import { waitForForge } from './with-forge.ts';
import { checkInstructions } from './words/check-instructions.ts';

type Context = TaskContext<CiPayload>;
type CiOutcome = Outcome<CiResult>;

/** One look at the checks of a pull request. */
interface Look {
  readonly tools: WorkflowTools;
  readonly context: Context;
  readonly at: ForgeOfRun;
  readonly current: OpenedPullRequest;
}

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
    const look = { tools, context, at: await forgeOfRun(tools, context), current };
    if (step.kind === 'asked') return await answered(look, step.commit);
    if (step.kind === 'mended' && mended === undefined) return notMended(look);
    return await follow(look);
  });
}

/** The pull request with what was mended; undefined where nothing was. */
function mendedOf({ children }: Context): OpenedPullRequest | undefined {
  const done = children.map((child) => resultIfAny(implementType, child));
  if (done.some((one) => one?.integrated === 'skipped')) return undefined;
  return resultIfAny(pullRequestType, byKey(children, 'pull-request'));
}

function openedBefore(context: Context): OpenedPullRequest {
  return resultOf(
    pullRequestType,
    context.dependencies.find(({ type }) => type === pullRequestType.name),
  );
}

async function follow(look: Look): Promise<CiOutcome> {
  const { tools, context, at, current } = look;
  const { ci: settings } = at.run.config;
  const place = { repository: at.origin.repository, number: current.number };
  const found = await at.forge.pullRequest(place);
  if (found.state === 'merged') return ended(look, 'merged', null);
  if (found.state === 'closed') return gone(found);
  const now = tools.clock.now();
  const ageMs = now - current.at;
  const isLate = ageMs > settings.timeoutMinutes * minute;
  if (found.head.commit !== current.commit) {
    const mirror = await openMirror(tools, context);
    const isOurs = (await mirror.readRef(`${runRefs(context.jobId)}/commits/${found.head.commit}`)) !== undefined;
    // What was pushed is not seen there at once.
    if (isOurs && !isLate) return waitForForge('the forge does not show the pushed commit yet', now + settings.sweepSeconds * second);
    return ask(look, foreign(found, current));
  }
  const checks = await at.forge.checks(place.repository, current.commit);
  if (checks.length === 0) {
    const graceMs = settings.graceSeconds * second;
    return ageMs < graceMs ? waitForForge('no check has begun yet', current.at + graceMs) : await ready(look, found, 'none');
  }
  const pending = checks.filter(({ state }) => state === 'pending');
  if (pending.length > 0) {
    const names = named(pending);
    return isLate
      ? ask(look, late(names, settings.timeoutMinutes))
      : waitForForge(`checks are running: ${names.join(', ')}`, now + settings.sweepSeconds * second);
  }
  const failed = checks.filter(({ state }) => state === 'failed');
  return failed.length === 0 ? await ready(look, found, 'passed') : await mend(look, failed);
}

function gone({ url }: ForgePullRequest): CiOutcome {
  return { kind: 'failure', reason: `somebody closed the pull request ${url} without merging it`, retryHint: 'never' };
}

/** Marked as ready where it was a draft, and by its label. Checks that begin because of that are waited for by the merge. */
async function ready(look: Look, found: ForgePullRequest, kind: 'passed' | 'none'): Promise<CiOutcome> {
  const { tools, context, at, current } = look;
  const place = { repository: at.origin.repository, number: current.number };
  if (found.isDraft) await at.forge.updatePullRequest(place, { isDraft: false });
  await label(at.forge, place, found, [readyToMerge]);
  if (kind === 'passed') await tools.ledger.choices.became(context.jobId, 'ci-passed');
  return ended(look, kind, null);
}

function ended({ context, current }: Look, kind: CiResult['kind'], by: string | null): CiOutcome {
  return { kind: 'success', result: { kind, current, by, repaired: context.payload.repaired } };
}

async function mend(look: Look, failed: readonly ForgeCheck[]): Promise<CiOutcome> {
  const { tools, context, at, current } = look;
  const { run, origin, forge } = at;
  await tools.ledger.choices.became(context.jobId, 'ci-failed');
  const failures = await failuresOf(tools, forge, origin.repository, failed);
  const { repaired, work } = context.payload;
  const fingerprints = failures.map(keptFingerprint);
  const again = failures.find((_, index) => repaired.fingerprints.includes(fingerprints[index]!));
  if (again !== undefined) return ask(look, failing(failures, `${again.name} fails in the same way as before it was mended`));
  if (repaired.rounds >= run.config.ci.rounds) {
    const reason =
      repaired.rounds === 0
        ? 'checks fail, and none are mended by themselves'
        : `checks still fail after they were mended ${times(repaired.rounds)}`;
    return ask(look, failing(failures, reason));
  }
  const rounds = repaired.rounds + 1;
  const mirror = await openMirror(tools, context);
  const diff = await mirror.patch(await baseOfBranch(mirror, context), current.commit);
  const task = mendTask({
    id: `repair-ci-${rounds}`,
    title: `Mend what fails in continuous integration: ${failures.map(({ name }) => name).join(', ')}`,
    instructions: checkInstructions(failures, run.issue, leavingText(tools, diff)),
    work,
  });
  const children = [task, ...pushAgain(run, { work, review: reviewOf(context) }, [task.key])];
  const next: CiPayload = {
    ...context.payload,
    current,
    step: { kind: 'mended' },
    repaired: { rounds, fingerprints: [...repaired.fingerprints, ...fingerprints] },
  };
  return {
    kind: 'success',
    decomposition: { join: 'resume', children, nextPayload: next },
    observations: failures.map((failure) => `${failureInWords(failure)}: it is mended, round ${rounds} of ${run.config.ci.rounds}.`),
  };
}

/** No world mended it, or what they made could not be pushed. */
function notMended(look: Look): CiOutcome {
  const { context } = look;
  const stopped = context.children.find(({ end }) => end.state === 'dead') ?? context.children[0];
  const skipped = resultIfAny(implementType, stopped)?.summary;
  const why = skipped ?? (stopped === undefined ? 'nothing was tried' : whyNot(stopped));
  return ask(look, {
    reason: `what fails in continuous integration could not be mended: ${why}`,
    failing: [`${stopped?.key ?? 'repair'}: ${why}`],
    recommendation: 'Look at the checks of the pull request, and mend the branch by hand.',
  });
}

/** Asks a person whether to go on with the commit as it is, once for each time that the checks come to this. */
function ask(look: Look, { reason, failing: checks, recommendation, isMendable = true, ...more }: Question): CiOutcome {
  const { context, at, current } = look;
  const child = questionTask(at.run, {
    key: 'approve-ci',
    severity: 'high',
    reason,
    question: `${reason}. Go on with it all the same? ${current.url}`,
    recommendation,
    failing: checks,
    about: { pullRequest: current.url, commit: current.commit },
    actions: {
      approve_anyway: isMendable ? 'Go on although checks fail' : 'The branch is as it was: go on',
      ...(isMendable ? { manual_fix: 'Mend the branch by hand' } : {}),
      reject: 'End the run',
    },
    ...more,
  });
  const nextPayload: CiPayload = { ...context.payload, current, step: { kind: 'asked', commit: current.commit } };
  return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload } };
}

async function answered(look: Look, commit: OpenedPullRequest['commit']): Promise<CiOutcome> {
  const { context, at, current } = look;
  const answer = byKey(context.children, 'approve-ci');
  const approval = resultIfAny(approveType, answer);
  if (approval === undefined) {
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
  if (found.state === 'merged') return ended(look, 'merged', null);
  if (found.state === 'closed') return gone(found);
  // Nobody says yes to what somebody else has pushed meanwhile.
  if (found.head.commit !== commit) return ask(look, foreign(found, current));
  if (found.isDraft) await at.forge.updatePullRequest({ repository: at.origin.repository, number: current.number }, { isDraft: false });
  return ended(look, 'accepted', approval.approvedBy);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
