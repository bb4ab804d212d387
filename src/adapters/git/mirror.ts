import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { CommitId } from '../../domain/ids.ts';
import { Failure } from '../../domain/failure.ts';
import { asCommitId } from '../../domain/ids.ts';
import type { Mirror } from '../../ports/git.ts';
import { readChange, readChangedFiles, readPatch } from './change.ts';
import { advanceFolder, checkOut, isAsHandedOver } from './check-out.ts';
import { cherryPick } from './cherry-pick.ts';
import { commitsBetween, titlesOf } from './commit.ts';
import { commitFolder } from './commit-folder.ts';
import { fetchCommit } from './fetch-commit.ts';
import type { GitCommand } from './git-command.ts';
import { graft } from './graft.ts';
import { keepInPacks } from './keep-in-packs.ts';
import { GitError } from './git-command.ts';
import type { MirrorContext, MirrorTools } from './mirror-tools.ts';
import { privateFolder, toolsOf, zeroTerminated } from './mirror-tools.ts';
import { keepOwnFiles } from './own-files.ts';
import { bytesHeldBy, deleteRefs, listRefs, readRef, updateRef } from './refs.ts';
import { restoreFolder } from './restore-folder.ts';
import { readFilesAt, readTexts } from './read-files.ts';
import { readLinkAt } from './read-link.ts';
import { readingMirror, unreadableMirror } from './unreadable.ts';

/**
 * Makes the mirror where there is none, and brings one commit of the user's repository into it.
 * @throws Failure (configuration) when git cannot work with the mirror or cannot read the commit.
 */
export async function createMirror(
  context: MirrorContext,
  request: { readonly mirrorPath: string; readonly root: string; readonly commit: CommitId },
): Promise<Mirror> {
  return bringCommit(context, request).catch((error: unknown) => {
    throw error instanceof GitError ? unusable(request, error) : error;
  });
}

function unusable({ mirrorPath, root }: { readonly mirrorPath: string; readonly root: string }, error: GitError): Failure {
  return new Failure(
    'configuration',
    {
      what: `The commit could not be brought from ${root} into Miyabi's copy of it, ${mirrorPath}.`,
      why: error.message.trim(),
      fix: `See with \`git fsck\` whether your repository is sound. If it is, remove ${mirrorPath}: it is made anew.`,
    },
    { facts: { mirror: mirrorPath, root }, cause: error },
  );
}

async function bringCommit(
  context: MirrorContext,
  request: { readonly mirrorPath: string; readonly root: string; readonly commit: CommitId },
): Promise<Mirror> {
  const tools = toolsOf(context, request.mirrorPath);
  await tools.locked(async () => {
    await makeIfAbsent(context.git, request.mirrorPath, request.commit);
    if (await hasCommit(tools, request.commit)) return;
    const fetched = await tools.retried(() =>
      fetchCommit(tools.git, tools.profile, {
        from: request.root,
        commit: request.commit,
        ref: baseRef(request.commit),
        trust: join(privateFolder(request.mirrorPath), 'trust.config'),
      }),
    );
    if (!(await hasCommit(tools, request.commit))) throw new GitError(['fetch'], fetched.code, fetched.stderr);
  });
  return mirrorOf(tools);
}

/** @throws Failure (configuration) when there is no mirror. */
export async function openMirror(context: MirrorContext, mirrorPath: string): Promise<Mirror> {
  if (!(await exists(mirrorPath))) throw unreadableMirror(mirrorPath, 'It does not exist.');
  return mirrorOf(toolsOf(context, mirrorPath));
}

/** An empty mirror where there is none, for commits with names like this one. Only under the mirror's lock. */
export async function makeIfAbsent(git: GitCommand, mirrorPath: string, commit: CommitId): Promise<void> {
  if (!(await exists(mirrorPath))) await initialise(git, mirrorPath, commit);
}

/** Made beside its place and renamed, so that a mirror that exists is whole. */
async function initialise(git: GitCommand, mirrorPath: string, commit: CommitId): Promise<void> {
  const format = commit.length === 64 ? 'sha256' : 'sha1';
  const making = `${mirrorPath}.${randomUUID()}`;
  await mkdir(dirname(mirrorPath), { recursive: true });
  try {
    await git.run({ kind: 'none' }, [
      'init',
      '--quiet',
      '--bare',
      '--template=',
      '--initial-branch=none',
      `--object-format=${format}`,
      making,
    ]);
    await mkdir(privateFolder(making));
    await writeFile(join(privateFolder(making), 'trust.config'), '[safe]\n\tdirectory = *\n');
    await keepOwnFiles(making, privateFolder(making));
    await rename(making, mirrorPath);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Keeps a commit of the user's, and all that it rests on, from ever being collected. */
export function baseRef(commit: CommitId): string {
  return `refs/miyabi/bases/${commit}`;
}

async function hasCommit(tools: MirrorTools, commit: CommitId): Promise<boolean> {
  return asCommitId((await tools.git.ask(tools.profile, ['rev-parse', '--verify', '--quiet', baseRef(commit)])).stdout.trim()) === commit;
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function mirrorOf(tools: MirrorTools): Mirror {
  return {
    path: tools.mirrorPath,
    bring: async () => await Promise.resolve(),
    checkOut: (request) => checkOut(tools, request),
    advance: (request) => advanceFolder(tools, request),
    isAsHandedOver: (request) => isAsHandedOver(tools, request),
    restore: (request) => restoreFolder(tools, request),
    commitFolder: (request) => commitFolder(tools, request),
    commits: (from, to, most) => commitsBetween(tools, from, to, most),
    titles: (commits) => readingMirror(tools.mirrorPath, () => titlesOf(tools, commits)),
    change: (from, to) => readChange(tools, from, to),
    changedFiles: (from, to) => readChangedFiles(tools, from, to),
    patch: (from, to, only) => readPatch(tools, from, to, only),
    readFile: async (commit, path) => (await readingMirror(tools.mirrorPath, () => readFilesAt(tools, commit, [path]))).get(path),
    texts: (ids) => readingMirror(tools.mirrorPath, () => readTexts(tools, ids)),
    readLink: (commit, path) => readingMirror(tools.mirrorPath, () => readLinkAt(tools, commit, path)),
    readFiles: (commit, paths, mostBytes) => readingMirror(tools.mirrorPath, () => readFilesAt(tools, commit, paths, mostBytes)),
    listFiles: async (commit) =>
      zeroTerminated(
        await readingMirror(tools.mirrorPath, () =>
          tools.git.run(tools.profile, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit]),
        ),
      ),
    objects: (commit) => readingMirror(tools.mirrorPath, () => objectsAt(tools, commit)),
    graft: (request) => readingMirror(tools.mirrorPath, () => graft(tools, request)),
    cherryPick: (commit, onto) => cherryPick(tools, commit, onto),
    isAncestor: (commit, of) => isAncestor(tools, commit, of),
    readRef: (name) => readRef(tools, name),
    updateRef: (name, commit, expected) => updateRef(tools, name, commit, expected),
    deleteRefs: (prefix) => deleteRefs(tools, prefix),
    refs: async (folder) => (await listRefs(tools, folder)).map(({ name }) => name),
    bytesHeldBy: (prefixes) => bytesHeldBy(tools, prefixes),
    keepInPacks: (commit) => keepInPacks(tools, commit),
    prune: async () => void (await tools.git.run(tools.profile, ['prune', '--expire=1.day.ago'])),
  };
}

async function objectsAt(tools: MirrorTools, commit: CommitId): Promise<ReadonlyMap<string, string>> {
  const lines = zeroTerminated(await tools.git.run(tools.profile, ['ls-tree', '-r', '-z', '--full-tree', commit]));
  return new Map(
    lines.map((line) => {
      const [mode = '', , id = ''] = line.slice(0, line.indexOf('\t')).split(' ');
      return [line.slice(line.indexOf('\t') + 1), `${mode}:${id}`];
    }),
  );
}

async function isAncestor(tools: MirrorTools, commit: CommitId, of: CommitId): Promise<boolean> {
  const answer = await tools.git.ask(tools.profile, ['merge-base', '--is-ancestor', commit, of]);
  if (answer.code === 0 || answer.code === 1) return answer.code === 0;
  throw new GitError(['merge-base'], answer.code, answer.stderr);
}
