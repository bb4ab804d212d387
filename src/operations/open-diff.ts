import { createHash } from 'node:crypto';
import { splitPatch } from '../domain/diff/split-patch.ts';
import { Failure } from '../domain/failure.ts';
import type { CommitId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { resultBranch, runAttributesSchema } from '../domain/run.ts';
import type { ChangedFile, Mirror, OneFile } from '../ports/git.ts';
import type { JobView } from '../weaver/engine.ts';
import { openMirror } from '../workflow/open-mirror.ts';
import type { OperationTools } from './tools.ts';
import { changesOfRun } from './world-changes.ts';
import type { TaskChanges } from './world-changes.ts';

/** Between what a diff is looked for. */
export interface DiffSidesRequest {
  /** The base where none is named. */
  readonly a?: string | undefined;
  /** The winner where none is named; before there is one, the first world with a change. */
  readonly b?: string | undefined;
  /** Id of the plan task; the first with such worlds where none is named. */
  readonly task?: string | undefined;
}

/** A world with its commit. */
export interface DiffSide<World> {
  readonly world: World;
  readonly commit: CommitId;
}

/** A diff between two sides that are there. Secrets are still in it. */
export interface OpenDiff {
  readonly changes: TaskChanges;
  /** Of the whole run: what else could be looked at. */
  readonly tasks: readonly TaskChanges[];
  /** The base has no world. */
  readonly a: DiffSide<string | undefined>;
  readonly b: DiffSide<string>;
  files(): Promise<readonly ChangedFile[]>;
  /** @param only one file of it. */
  patch(only?: OneFile): Promise<string>;
}

/**
 * Finds two sides of a run and what lies between them. The commits of worlds are kept in the mirror for 30 days after a run; where machines share a remote
 * each change is kept for that time in the artifact store, and two can be compared while the run goes on.
 * @throws Failure (notFoundOrLocked) where there are no such sides, or none here any more.
 */
export async function openDiff(tools: OperationTools, job: JobView, request: DiffSidesRequest): Promise<OpenDiff> {
  const tasks = changesOfRun(await tools.engine.tasks(job.id));
  const sides = tasks
    .filter(({ id }) => request.task === undefined || id === request.task)
    .flatMap((changes) => sidesOf(changes, request) ?? []);
  const found = sides.find(({ changes, b }) => request.b !== undefined || b.world === changes.winner) ?? sides[0];
  if (found === undefined) throw noSuchSides(displayId('run', job.id), request);
  const kept = await keptPatch(tools, job, found);
  return { ...found, tasks, ...(kept === undefined ? fromMirror(tools, job, found) : fromPatch(kept)) };
}

type Sides = Pick<OpenDiff, 'changes' | 'a' | 'b'>;

function sidesOf(changes: TaskChanges, { a, b }: DiffSidesRequest): Sides | undefined {
  const made = changes.worlds.flatMap(({ world, commit }) => (commit === undefined ? [] : [{ world, commit }]));
  const named = b ?? changes.winner;
  const to = named === undefined ? made[0] : made.find(({ world }) => world === named);
  const from = a === undefined ? { world: undefined, commit: changes.base } : made.find(({ world }) => world === a);
  return to === undefined || from === undefined ? undefined : { changes, a: from, b: to };
}

/** By the digest of its diff, which the check of a world tells; only where the mirror of this machine need not have the commits. */
async function keptPatch({ artifacts }: OperationTools, job: JobView, { changes, a, b }: Sides): Promise<string | undefined> {
  const digest = changes.worlds.find(({ world }) => world === b.world)?.patchDigest;
  const isShared = runAttributesSchema.parse(job.attributes).repository.kind === 'remote';
  if (a.world !== undefined || digest === undefined || !isShared) return undefined;
  const content = await artifacts.read(`sha256:${digest}`);
  return content === undefined ? undefined : Buffer.from(content).toString();
}

function fromPatch(patch: string): Pick<OpenDiff, 'files' | 'patch'> {
  const files = splitPatch(patch).map(({ patch: part, ...file }) => ({ part, file: { ...file, contents: digestOf(part) } }));
  return {
    files: async () => await Promise.resolve(files.map(({ file }) => file)),
    patch: async (only) =>
      await Promise.resolve(only === undefined ? patch : (files.find(({ file }) => file.path === only.path)?.part ?? '')),
  };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function fromMirror(tools: OperationTools, job: JobView, { a, b }: Sides): Pick<OpenDiff, 'files' | 'patch'> {
  const mirror = async (): Promise<Mirror> =>
    await mirrorWith(tools, job, [a.commit, b.commit]).catch((error: unknown) => {
      throw isNowhere(error) ? noLongerThere(displayId('run', job.id), a.world, b.world, error) : error;
    });
  return {
    files: async () => await (await mirror()).changedFiles(a.commit, b.commit),
    patch: async (only) => await (await mirror()).patch(a.commit, b.commit, only),
  };
}

/**
 * The mirror on this machine, with these commits in it. When a run that many machines share has ended, the remote has its refs no more: what its
 * branch holds is still there, and where the server gives commits by their names the others are too, until it tidies up.
 */
export async function mirrorWith(tools: OperationTools, job: JobView, commits: readonly CommitId[]): Promise<Mirror> {
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
export function isNowhere(error: unknown): boolean {
  return error instanceof Failure && error.reason === 'failed';
}

export function noLongerThere(run: string, a: string | undefined, b: string, cause: unknown): Failure {
  const isTwo = a !== undefined;
  const named = isTwo ? `${a} and ${b}` : b;
  return new Failure(
    'notFoundOrLocked',
    {
      what: isTwo ? `${named} of ${run} can be compared no more.` : `The change of ${named} of ${run} is not to be had here.`,
      why: isTwo
        ? 'The remote holds the commits of worlds while a run goes on, and this machine has not fetched both of them.'
        : 'The remote holds the commits of worlds while a run goes on. Then their diffs lie with the artifacts, which the machine that checked them keeps for itself unless all share a bucket.',
      fix: isTwo
        ? `See each of them: \`miyabi diff ${run} ${a}\` and \`miyabi diff ${run} ${b}\`.`
        : `Call \`miyabi diff\` on the machine that checked it, or set artifacts.store to s3 for the next runs; \`miyabi explain ${run}\` tells what each world changed.`,
    },
    { cause },
  );
}

function noSuchSides(run: string, { a, b }: DiffSidesRequest): Failure {
  const named = [a, b].filter((name) => name !== undefined).join(' and ');
  return new Failure('notFoundOrLocked', {
    what: named === '' ? `${run} has no change to show.` : `${run} has no change of ${named} to show.`,
    why: 'It was not begun, changed nothing, or is still being made.',
    fix: `\`miyabi show ${run}\` tells how far its worlds are, and \`miyabi explain ${run}\` names those that were judged.`,
  });
}
