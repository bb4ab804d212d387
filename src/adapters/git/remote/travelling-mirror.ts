import type { CommitId } from '../../../domain/ids.ts';
import type { Mirror } from '../../../ports/git.ts';
import { updateRef as updateOwnRef } from '../refs.ts';
import type { TravellingTools } from './bring-commit.ts';
import { bringCommit, commitRef } from './bring-commit.ts';
import type { RefMove } from './push-refs.ts';
import { pushRefs } from './push-refs.ts';
import { deleteRemoteRefs, remoteRefs } from './remote-refs.ts';

/**
 * A mirror whose refs are those of the remote, and into which commits come when they are first asked for. What works with no commit and no ref
 * is the mirror's own.
 */
export function travellingMirror(own: Mirror, tools: TravellingTools): Mirror {
  const there = { ...tools.there, signal: tools.request.signal };
  return {
    ...bringingMirror(own, tools),
    readRef: async (name) => (await remoteRefs(there, [name])).get(name),
    updateRef: async (name, commit, expected) => {
      await bring(tools, [commit]);
      return await handOver({ ...tools, there }, name, commit, expected);
    },
    deleteRefs: (prefix) => deleteRemoteRefs(there, own.path, [prefix]),
    refs: async (folder) => [...(await remoteRefs(there, [folder])).keys()],
  };
}

/** A mirror whose refs nobody else needs: what a run starts from comes from the remote, and what it makes stays here until it is published. */
export function stayingMirror(own: Mirror, tools: TravellingTools): Mirror {
  const here = { ...tools, request: { ...tools.request, onlyReads: true } } as const;
  return {
    ...bringingMirror(own, here),
    updateRef: async (name, commit, expected) => {
      await bring(here, [commit]);
      await own.updateRef(commitRef(tools.request, commit), commit);
      return await own.updateRef(name, commit, expected);
    },
  };
}

/** Others on this machine may wait for the same commit: who is stopped leaves, and the fetch goes on. */
async function bring(tools: TravellingTools, commits: readonly CommitId[]): Promise<void> {
  for (const commit of new Set(commits)) await untilAborted(tools.request.signal, bringCommit(tools, commit));
}

/** A mirror into which commits come when they are first asked for. */
function bringingMirror(own: Mirror, tools: TravellingTools): Mirror {
  /** Brings the commits, and then does it. */
  const having = async <Result>(commits: readonly CommitId[], work: () => Promise<Result>): Promise<Result> => {
    await bring(tools, commits);
    return await work();
  };
  return {
    ...own,
    bring: async (commits) => await bring(tools, commits),
    checkOut: (request) => having([request.commit], () => own.checkOut(request)),
    advance: (request) => having([request.from, request.to], () => own.advance(request)),
    restore: (request) => having([request.commit], () => own.restore(request)),
    commitFolder: (request) => having([request.base], () => own.commitFolder(request)),
    commits: (from, to, most) => having([from, to], () => own.commits(from, to, most)),
    change: (from, to) => having([from, to], () => own.change(from, to)),
    changedFiles: (from, to) => having([from, to], () => own.changedFiles(from, to)),
    patch: (from, to, only) => having([from, to], () => own.patch(from, to, only)),
    readFile: (commit, path) => having([commit], () => own.readFile(commit, path)),
    readLink: (commit, path) => having([commit], () => own.readLink(commit, path)),
    readFiles: (commit, paths, mostBytes) => having([commit], () => own.readFiles(commit, paths, mostBytes)),
    listFiles: (commit) => having([commit], () => own.listFiles(commit)),
    objects: (commit) => having([commit], () => own.objects(commit)),
    graft: (request) => having([request.commit, request.from], () => own.graft(request)),
    cherryPick: (commit, onto) => having([commit, onto], () => own.cherryPick(commit, onto)),
    isAncestor: (commit, of) => having([commit, of], () => own.isAncestor(commit, of)),
    keepInPacks: (commit) => having([commit], () => own.keepInPacks(commit)),
  };
}

/** With the ref the commit itself becomes known to all machines, both or neither; here it is held for as long as the run's commits are kept. */
async function handOver(
  { here, there, request }: TravellingTools,
  name: string,
  commit: CommitId,
  expected: { readonly from: CommitId | undefined } | undefined,
): Promise<boolean> {
  const own = commitRef(request, commit);
  const moves: readonly RefMove[] = [
    { name: own, commit, from: { kind: 'anywhere' } },
    { name, commit, from: expected === undefined ? { kind: 'anywhere' } : { kind: 'only', at: expected.from } },
  ];
  await updateOwnRef(here, own, commit);
  return (await pushRefs(there, here.mirrorPath, moves)).kind === 'pushed';
}

/** @throws the reason of the signal when that comes first. */
async function untilAborted<Result>(signal: AbortSignal | undefined, work: Promise<Result>): Promise<Result> {
  if (signal === undefined) return await work;
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
