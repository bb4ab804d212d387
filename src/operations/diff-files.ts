import type { Fold } from '../domain/diff/fold-file.ts';
import { foldOf } from '../domain/diff/fold-file.ts';
import { redactPatch } from '../domain/diff/redact-patch.ts';
import { shownNames } from '../domain/diff/shown-names.ts';
import { Failure } from '../domain/failure.ts';
import type { ChangedFile } from '../ports/git.ts';
import type { JobView } from '../weaver/engine.ts';
import type { DiffSidesRequest, OpenDiff } from './open-diff.ts';
import { openDiff } from './open-diff.ts';
import type { OperationTools } from './tools.ts';

/** A file of a diff under the name by which it is told, and whether it is shown closed. */
export interface ListedFile extends ChangedFile {
  readonly folded: Fold | undefined;
}

/**
 * The files between two sides of a run, in the order of their paths, with no line of them yet.
 * @throws Failure (notFoundOrLocked) as {@link openDiff}.
 */
export async function filesOfDiff(
  tools: OperationTools,
  job: JobView,
  request: DiffSidesRequest,
): Promise<{ readonly diff: OpenDiff; readonly files: readonly ListedFile[] }> {
  const { diff, files } = await namedFiles(tools, job, request);
  return { diff, files: files.map(({ listed }) => listed) };
}

/** As it is called, and as it is told. */
interface NamedFile {
  readonly file: ChangedFile;
  readonly listed: ListedFile;
}

async function namedFiles(
  tools: OperationTools,
  job: JobView,
  request: DiffSidesRequest,
): Promise<{ readonly diff: OpenDiff; readonly files: readonly NamedFile[] }> {
  const diff = await openDiff(tools, job, request);
  const files = await diff.files();
  const names = shownNames(files, (text) => tools.redact(text));
  return { diff, files: files.map((file, index) => ({ file, listed: { ...file, ...names[index], folded: foldOf(file) } })) };
}

/** Bytes of a patch of one file that are given without being asked for a second time: what lies above is hardly read. */
const mostBytes = 512 * 1024;
/** What a page can show at all. */
const mostBytesEver = 8 * 1024 * 1024;

/** The patch of one file. */
export interface FileOfDiff {
  readonly file: ListedFile;
  /** Of the patch. */
  readonly bytes: number;
  /** Without secrets; undefined where it is too large to be given unasked, or at all. */
  readonly patch: string | undefined;
}

/** @throws Failure (notFoundOrLocked) as {@link openDiff}, and where the diff has no such file. */
export async function fileOfDiff(
  tools: OperationTools,
  job: JobView,
  request: DiffSidesRequest & {
    readonly path: string;
    /** Unchanged lines around each change; 3 by default. */
    readonly contextLines: number | undefined;
    /** However large it is, as far as it can be shown. */
    readonly whole: boolean;
  },
): Promise<FileOfDiff> {
  const { diff, files } = await namedFiles(tools, job, request);
  const found = files.find(({ listed }) => listed.path === request.path);
  if (found === undefined) throw noSuchFile(request.path);
  const { file, listed } = found;
  const patch = await diff.patch({ path: file.path, from: file.from, contextLines: request.contextLines });
  const bytes = Buffer.byteLength(patch);
  const isShown = bytes <= (request.whole ? mostBytesEver : mostBytes);
  return { file: listed, bytes, patch: isShown ? redactPatch(patch, (text) => tools.redact(text)) : undefined };
}

function noSuchFile(path: string): Failure {
  return new Failure('notFoundOrLocked', {
    what: `${path} is the same on both sides.`,
    why: 'This diff has no such file, or has it no more.',
    fix: 'Read the list of its files again.',
  });
}
