import { commitMessage } from '../domain/commit-message.ts';
import { Failure } from '../domain/failure.ts';
import type { CommitId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { forgeOrigin } from '../domain/issue.ts';
import { runAttributesSchema } from '../domain/run.ts';
import type { Fix } from '../ports/fixes.ts';
import type { Mirror, Person } from '../ports/git.ts';
import type { JobView } from '../weaver/engine.ts';
import { openMirror } from '../workflow/open-mirror.ts';
import { runHeadRef } from '../workflow/tools.ts';
import type { Question } from './answer.ts';
import { answerRun, openQuestions } from './answer.ts';
import type { OperationTools } from './tools.ts';

/** A folder in which a person mends the branch of a run. */
export interface OpenedFix {
  readonly directory: string;
  /** Whether it was opened before, and may hold work already. */
  readonly isKnown: boolean;
  /** What the run asks. */
  readonly question: Question;
}

/**
 * Checks out the branch of a run that waits for a person, with a repository of its own; the folder that was opened before is given again.
 * @param folder path of one of the person's, which must not exist yet; one in the state folder where that is absent.
 * @throws Failure (notFoundOrLocked) where the run waits for nothing that could be mended by hand.
 */
export async function openFix(tools: OperationTools, job: JobView, folder: string | undefined): Promise<OpenedFix> {
  const question = await mendable(tools, job);
  const known = await tools.fixes.of(job.id);
  if (known !== undefined) return { directory: known.directory, isKnown: true, question };
  const mirror = await mirrorOf(tools, job);
  const base = await headOf(mirror, job);
  await mirror.bring([base]);
  const directory = folder === undefined ? `${tools.state.fix(job.id)}/tree` : folder;
  await tools.fixes.save(job.id, { directory, isOurs: folder === undefined, base });
  try {
    await mirror.checkOut({ directory, commit: base });
  } catch (error) {
    await tools.fixes.forget(job.id, { folder: false });
    throw error;
  }
  return { directory, isKnown: false, question };
}

/** What became of a person's work. */
export type TakenBack =
  | { readonly kind: 'unchanged'; readonly directory: string }
  /** `kept`: the folder is still there, since it is the person's own or holds more than what was committed. */
  | { readonly kind: 'taken'; readonly commit: CommitId; readonly kept: string | undefined };

/**
 * Takes what a person has mended: commits it with them as the author, puts it on the run's branch, and answers what the run asked with it. Where that is
 * not possible any more the folder stays as it is.
 * @throws Failure (notFoundOrLocked) where nothing was opened, the branch has moved, or somebody else has answered.
 */
export async function takeBack(
  tools: OperationTools,
  job: JobView,
  { author, by, reason }: { readonly author: Person; readonly by: string; readonly reason?: string },
): Promise<TakenBack> {
  const fix = await openedFix(tools, job);
  const question = await mendable(tools, job);
  const mirror = await mirrorOf(tools, job);
  await mirror.bring([fix.base]);
  const put = await putOnBranch(tools, job, { mirror, fix, author });
  if (put === undefined) return { kind: 'unchanged', directory: fix.directory };
  const { commit } = put;
  try {
    await answerRun(
      tools,
      job.id,
      { approved: true, fixed: commit, how: 'fix', ...(reason === undefined ? {} : { reason }) },
      by,
      question,
    );
  } catch (error) {
    // Who answered first did not know of it.
    await mirror.updateRef(runHeadRef(job.id), fix.base, { from: commit });
    throw error;
  }
  const isAllTaken = (await commitOf(tools, job, { mirror, fix, author, base: commit })) === undefined;
  const goes = fix.isOurs && isAllTaken;
  await tools.fixes.forget(job.id, { folder: goes });
  return { kind: 'taken', commit, kept: goes ? undefined : fix.directory };
}

/**
 * Commits what the folder holds and moves the run's branch to it. Where that was done by a call that did not come to its end, it is not done again.
 * @returns undefined where nothing was changed. @throws Failure (notFoundOrLocked) where the branch has moved.
 */
async function putOnBranch(
  tools: OperationTools,
  job: JobView,
  { mirror, fix, author }: { readonly mirror: Mirror; readonly fix: Fix; readonly author: Person },
): Promise<{ readonly commit: CommitId } | undefined> {
  const head = await headOf(mirror, job);
  if (head !== fix.base) {
    await mirror.bring([head]);
    if ((await commitOf(tools, job, { mirror, fix, author, base: head })) === undefined) return { commit: head };
  }
  const commit = await commitOf(tools, job, { mirror, fix, author, base: fix.base });
  if (commit === undefined) return undefined;
  if (!(await mirror.updateRef(runHeadRef(job.id), commit, { from: fix.base }))) throw movedOn(job, fix);
  return { commit };
}

/** Gives it up. @returns the folder, where it holds changes and so was left where it is. */
export async function abandonFix(tools: OperationTools, job: JobView, author: Person): Promise<string | undefined> {
  const fix = await openedFix(tools, job);
  const mirror = await mirrorOf(tools, job);
  const isChanged = (await commitOf(tools, job, { mirror, fix, author, base: fix.base })) !== undefined;
  const goes = fix.isOurs && !isChanged;
  await tools.fixes.forget(job.id, { folder: goes });
  return goes ? undefined : fix.directory;
}

async function mendable(tools: OperationTools, job: JobView): Promise<Question> {
  const questions = await openQuestions(tools, job.id);
  const found = questions.find(({ escalation }) => escalation.actions.some(({ id }) => id === 'manual_fix'));
  if (found !== undefined) return found;
  const run = displayId('run', job.id);
  throw new Failure('notFoundOrLocked', {
    what: `${run} waits for nothing that could be mended by hand.`,
    why:
      questions.length === 0
        ? 'It has ended, is still at work, or was answered already.'
        : 'What it asks is to be answered with a yes or a no.',
    fix: questions.length === 0 ? `\`miyabi show ${run}\` tells where it is.` : `\`miyabi approve ${run}\` or \`miyabi reject ${run}\`.`,
  });
}

async function openedFix(tools: OperationTools, job: JobView): Promise<Fix> {
  const fix = await tools.fixes.of(job.id);
  if (fix !== undefined) return fix;
  const run = displayId('run', job.id);
  throw new Failure('notFoundOrLocked', {
    what: `Nobody mends ${run} by hand on this machine.`,
    why: 'It was not opened here, or was handed back already.',
    fix: `\`miyabi fix ${run}\` opens its branch.`,
  });
}

async function mirrorOf(tools: OperationTools, job: JobView): Promise<Mirror> {
  return await openMirror({ git: await tools.git(), state: tools.state }, { jobId: job.id, attributes: job.attributes });
}

async function headOf(mirror: Mirror, job: JobView): Promise<CommitId> {
  const head = await mirror.readRef(runHeadRef(job.id));
  if (head !== undefined) return head;
  const run = displayId('run', job.id);
  throw new Failure('notFoundOrLocked', {
    what: `${run} has no branch yet.`,
    why: 'Nothing has been integrated so far.',
    fix: `\`miyabi show ${run}\` tells where it is.`,
  });
}

/** @returns undefined where the folder holds nothing beyond `base`. */
async function commitOf(
  tools: OperationTools,
  job: JobView,
  { mirror, fix, author, base }: { readonly mirror: Mirror; readonly fix: Fix; readonly author: Person; readonly base: CommitId },
): Promise<CommitId | undefined> {
  const { issue } = runAttributesSchema.parse(job.attributes);
  return await mirror.commitFolder({
    directory: fix.directory,
    base,
    author,
    at: tools.clock.now(),
    message: (paths) =>
      commitMessage({
        type: 'bug',
        paths,
        title: `mend by hand: ${issue.title}`,
        done: '',
        issue: forgeOrigin(issue)?.number,
        position: undefined,
        trailers: [`Miyabi-Run: ${displayId('run', job.id)}`, 'Miyabi-World: by-hand'],
      }),
  });
}

function movedOn(job: JobView, { directory }: Fix): Failure {
  const run = displayId('run', job.id);
  return new Failure('notFoundOrLocked', {
    what: `The branch of ${run} has moved since it was checked out.`,
    why: 'Something else was put on it meanwhile.',
    fix: `Your work is in ${directory} and stays there; \`miyabi fix ${run} --abandon\` lets you open the branch anew.`,
  });
}
