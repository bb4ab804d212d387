import type { Choice } from '../domain/choice.ts';
import { Failure } from '../domain/failure.ts';
import type { CommitId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { resultBranch, runAttributesSchema } from '../domain/run.ts';
import type { Task } from '../domain/task.ts';
import type { Mirror } from '../ports/git.ts';
import type { JobView } from '../weaver/engine.ts';
import { openMirror } from '../workflow/open-mirror.ts';
import { chooseType, implementType, worldCheckType } from '../workflow/task-types.ts';
import { lastChoice } from './report.ts';
import { payloadOf, resultOfTask } from './task-results.ts';
import type { OperationTools } from './tools.ts';

/** Which change is to be shown. */
export interface DiffRequest {
  /** The winner where none is named. */
  readonly world: string | undefined;
  /** Shown against `world` instead of the base. */
  readonly other: string | undefined;
  /** Id of the plan task; the first with such worlds where none is named. */
  readonly task?: string | undefined;
}

/**
 * The unified diff of a world's change, or between the changes of two worlds, without secrets: a change that holds one can still be looked at. The
 * commits of worlds are kept in the mirror for 30 days after a run; where machines share a remote each change is kept for that time in the artifact
 * store, and two can be compared while the run goes on.
 * @throws Failure (notFoundOrLocked) where there is no such world, or none has won.
 */
export async function diffOfRun(tools: OperationTools, job: JobView, request: DiffRequest): Promise<string> {
  const run = runAttributesSchema.parse(job.attributes);
  const tasks = await tools.engine.tasks(job.id);
  const found = tasks
    .filter((task) => task.type === implementType.name)
    .filter((task) => request.task === undefined || payloadOf(implementType, task).planTask.id === request.task)
    .flatMap((task) => changesOf(tasks.filter(({ parentTaskId }) => parentTaskId === task.id)) ?? [])
    .map(({ base, choice, children }) => ({
      base,
      one: commitOf(choice, request.world),
      other: request.other === undefined ? undefined : commitOf(choice, request.other),
      kept: keptPatchOf(children, nameOf(choice, request.world)),
    }))
    .find(({ one, other }) => one !== undefined && (request.other === undefined || other !== undefined));
  if (found?.one === undefined) throw noSuchWorld(displayId('run', job.id), request);
  const kept = request.other === undefined && run.repository.kind === 'remote' ? await keptPatch(tools, found.kept) : undefined;
  if (kept !== undefined) return tools.redact(kept).text;
  const [from, to] = found.other === undefined ? [found.base, found.one] : [found.one, found.other];
  const mirror = await mirrorWith(tools, job, [from, to]).catch((error: unknown) => {
    throw isNowhere(error) ? noLongerThere(displayId('run', job.id), request, error) : error;
  });
  return tools.redact(await mirror.patch(from, to)).text;
}

/**
 * The mirror on this machine, with these commits in it. When a run that many machines share has ended, the remote has its refs no more: what its
 * branch holds is still there, and where the server gives commits by their names the others are too, until it tidies up.
 */
async function mirrorWith(tools: OperationTools, job: JobView, commits: readonly CommitId[]): Promise<Mirror> {
  const places = { git: await tools.git(), state: tools.state };
  const run = runAttributesSchema.parse(job.attributes);
  const looking = { jobId: job.id, onlyReads: true } as const;
  if (run.repository.kind === 'remote' && job.endedAt !== undefined) {
    const name = resultBranch(run.branchTemplate, displayId('run', job.id));
    for (const commit of commits) await openMirror(places, { ...looking, attributes: { ...run, base: { commit, name } } }, commit);
  }
  return await openMirror(places, { ...looking, attributes: run });
}

/** The remote has no such commit. */
function isNowhere(error: unknown): boolean {
  return error instanceof Failure && error.reason === 'failed';
}

function noLongerThere(run: string, { world, other }: DiffRequest, cause: unknown): Failure {
  const named = [world ?? 'the winner', other].filter((name) => name !== undefined).join(' and ');
  const isTwo = other !== undefined;
  return new Failure(
    'notFoundOrLocked',
    {
      what: isTwo ? `${named} of ${run} can be compared no more.` : `The change of ${named} of ${run} is not to be had here.`,
      why: isTwo
        ? 'The remote holds the commits of worlds while a run goes on, and this machine has not fetched both of them.'
        : 'The remote holds the commits of worlds while a run goes on. Then their diffs lie with the artifacts, which the machine that checked them keeps for itself unless all share a bucket.',
      fix: isTwo
        ? `See each of them: \`miyabi diff ${run} ${world ?? ''}\` and \`miyabi diff ${run} ${other}\`.`
        : `Call \`miyabi diff\` on the machine that checked it, or set artifacts.store to s3 for the next runs; \`miyabi explain ${run}\` tells what each world changed.`,
    },
    { cause },
  );
}

/** By the digest of its diff, which the check of a world tells. */
function keptPatchOf(children: readonly Task[], world: string | undefined): string | undefined {
  const check = children.findLast(({ key }) => key === `${world ?? ''}.check`);
  const result = check === undefined ? undefined : resultOfTask(worldCheckType, check);
  return result?.kind === 'checked' ? result.patchDigest : undefined;
}

async function keptPatch({ artifacts }: OperationTools, digest: string | undefined): Promise<string | undefined> {
  const content = digest === undefined ? undefined : await artifacts.read(`sha256:${digest}`);
  return content === undefined ? undefined : Buffer.from(content).toString();
}

interface Changes {
  readonly base: CommitId;
  readonly choice: Choice;
  readonly children: readonly Task[];
}

function changesOf(children: readonly Task[]): Changes | undefined {
  const choice = lastChoice(children);
  const task = children.findLast(({ type }) => type === chooseType.name);
  return choice === undefined || task === undefined ? undefined : { base: payloadOf(chooseType, task).base, choice, children };
}

function commitOf(choice: Choice, world: string | undefined): CommitId | undefined {
  const wanted = nameOf(choice, world);
  return choice.verdicts.find((verdict) => verdict.world === wanted)?.commit;
}

/** The winner where none is named. */
function nameOf(choice: Choice, world: string | undefined): string | undefined {
  return world ?? (choice.kind === 'chosen' ? choice.winner : undefined);
}

function noSuchWorld(run: string, { world, other }: DiffRequest): Failure {
  const named = [world, other].filter((name) => name !== undefined).join(' and ');
  return new Failure('notFoundOrLocked', {
    what: named === '' ? `${run} has no winner to show.` : `${run} has no change of ${named} to show.`,
    why: 'It was not begun, changed nothing, or no choice has been made yet.',
    fix: `\`miyabi explain ${run}\` names its worlds.`,
  });
}
