import { access, mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { CommitId, JobId, RepositoryId } from '../domain/ids.ts';
import type { WorldFolder } from '../domain/state-folder.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Workspace, Workspaces } from '../ports/workspace.ts';
import { discardWorld } from './discard.ts';
import { removeLinksOnTheWay } from './own-path.ts';

export interface PrepareWorldRequest {
  readonly folder: WorldFolder;
  readonly mirrorPath: string;
  readonly commit: CommitId;
  /** As in {@link CreateWorkspace}. */
  readonly near?: CommitId;
  readonly layers?: readonly string[];
  readonly repositoryId: RepositoryId;
  readonly jobId: JobId;
  /** The process that makes it, as others can ask after it. */
  readonly owner?: string;
  /** Epoch ms. */
  readonly at: number;
  /** With less free space on the disk nothing is made. */
  readonly minimumFreeBytes: number;
}

export interface WorldTools {
  readonly ledger: Pick<Ledger, 'recordFolder' | 'forgetFolder'>;
  readonly workspaces: Workspaces;
}

/**
 * Makes the folders of a world with a checkout of the commit. The ledger knows of them before they exist; what was there
 * under the same name is removed first, what could not be finished is removed again.
 *
 * @throws Failure (failed) when the disk is full or nearly so.
 */
export async function prepareWorld(tools: WorldTools, request: PrepareWorldRequest): Promise<Workspace> {
  const { folder, mirrorPath, repositoryId, jobId, at } = request;
  await refuseNearlyFullDisk(folder, request.minimumFreeBytes);
  await tools.ledger.recordFolder({
    directory: folder.root,
    repositoryId,
    jobId,
    createdAt: at,
    base: request.near ?? request.commit,
    ...(request.owner === undefined ? {} : { owner: request.owner }),
  });
  try {
    await removeLinksOnTheWay(folder.root);
    if (await exists(folder.root)) {
      await tools.workspaces.remove({ mirrorPath, directory: folder.tree, private: folder.private });
      await tools.workspaces.clear(folder.root);
    }
    for (const path of [folder.root, folder.context, folder.home, folder.tmp, folder.private])
      await mkdir(path, { recursive: true, mode: 0o700 });
    return await tools.workspaces.create({
      mirrorPath,
      directory: folder.tree,
      private: folder.private,
      commit: request.commit,
      ...(request.near === undefined ? {} : { near: request.near }),
      ...(request.layers === undefined ? {} : { layers: request.layers }),
    });
  } catch (error) {
    await discardWorld(tools, { folder, mirrorPath });
    throw explained(folder.root, error);
  }
}

/**
 * Makes ahead what the worlds of a commit are made from, see {@link Workspaces.prepareBase}.
 * @throws Failure (failed) when the disk is full.
 */
export async function prepareBase(
  tools: Pick<WorldTools, 'workspaces'>,
  request: { readonly mirrorPath: string; readonly commit: CommitId; readonly bases: string },
): Promise<void> {
  await tools.workspaces.prepareBase(request).catch((error: unknown) => {
    throw explained(request.bases, error);
  });
}

async function refuseNearlyFullDisk(folder: WorldFolder, minimum: number): Promise<void> {
  const { bavail, bsize } = await nearestDisk(dirname(folder.root));
  const free = bavail * bsize;
  if (free >= minimum) return;
  throw fullDisk(folder.root, `${megabytes(free)} are free, and a world is not begun with less than ${megabytes(minimum)}.`, {
    free,
    minimum,
  });
}

/** Of the nearest folder above that is there already. */
async function nearestDisk(path: string): Promise<{ readonly bavail: number; readonly bsize: number }> {
  return statfs(path).catch((error: unknown) => {
    if (path === dirname(path)) throw error;
    return nearestDisk(dirname(path));
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** How the system and git say that nothing fits any more. */
const noSpace = /ENOSPC|EDQUOT|No space left|Out of diskspace|Disk quota exceeded/i;

function explained(folder: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const text = `${error.message} ${'code' in error ? String(error.code) : ''}`;
  return noSpace.test(text) ? fullDisk(folder, 'There is no space left on the disk.', {}, error) : error;
}

function fullDisk(folder: string, why: string, facts: Readonly<Record<string, unknown>>, cause?: unknown): Failure {
  return new Failure(
    'failed',
    {
      what: 'A world could not be made.',
      why,
      fix: 'Make room, for instance with `miyabi gc`, or move the state folder with `--state`; then run `miyabi resume`.',
    },
    { facts: { folder, ...facts }, ...(cause === undefined ? {} : { cause }) },
  );
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1_000_000).toLocaleString('en')} MB`;
}
