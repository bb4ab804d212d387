import type { CommitId } from '../../../domain/ids.ts';
import { Failure } from '../../../domain/failure.ts';
import type { TravellingRequest } from '../../../ports/git.ts';
import type { MirrorTools } from '../mirror-tools.ts';
import { baseRef } from '../mirror.ts';
import { updateRef } from '../refs.ts';
import type { RemoteTools, Verdict } from './ask-remote.ts';
import { askRemote } from './ask-remote.ts';
import { pushRefs } from './push-refs.ts';
import { otherSide } from './way-out.ts';

/** One mirror of a remote, on behalf of one run. */
export interface TravellingTools {
  readonly here: MirrorTools;
  readonly there: RemoteTools;
  readonly request: TravellingRequest;
  readonly known: KnownCommits;
}

/** What this process has found out about the mirrors on its machine. */
export interface KnownCommits {
  /** Does `work` once for each key: at the same time for all who ask, and never again once it has succeeded. */
  once(key: string, work: () => Promise<void>): Promise<void>;
}

/** Keys that are remembered; beyond them all are found out anew. */
const mostKnown = 100_000;

export function knownCommits(): KnownCommits {
  const found = new Map<string, Promise<void>>();
  return {
    once(key, work) {
      const earlier = found.get(key);
      if (earlier !== undefined) return earlier;
      if (found.size >= mostKnown) found.clear();
      const working = work();
      found.set(key, working);
      working.catch(() => found.delete(key));
      return working;
    },
  };
}

/**
 * The ref by which a commit of a run is handed over. It is made once and never moved, so a machine that wakes up late can take nobody's commit
 * away, and whoever knows the commit knows what to fetch.
 */
export function commitRef({ runRefs }: Pick<TravellingRequest, 'runRefs'>, commit: CommitId): string {
  return `${runRefs}/commits/${commit}`;
}

/** Sees to it that the mirror has the commit with everything that it rests on, the base of the run first. @throws Failure (failed) when it is nowhere. */
export async function bringCommit(tools: TravellingTools, commit: CommitId): Promise<void> {
  const { here, request, known } = tools;
  await bringBase(tools);
  if (commit === request.base.commit) return;
  await known.once(`${here.mirrorPath}\0${commit}`, async () => {
    if (await isWhole(here, commit)) return;
    if (!(await fetchRef(tools, commitRef(request, commit), commit))) throw nowhere(tools, commit);
    await updateRef(here, commitRef(request, commit), commit);
  });
}

/**
 * What the run starts from is found by the branch that it was named by, and from then on by a ref of the run, wherever the branch goes: the first
 * machine that meets the run makes that one.
 */
async function bringBase(tools: TravellingTools): Promise<void> {
  const { here, there, request, known } = tools;
  const { commit, name } = request.base;
  const keeps = request.onlyReads === true ? '' : request.runRefs;
  await known.once(`${here.mirrorPath}\0${keeps}\0${commit}`, async () => {
    const isHere = await isWhole(here, commit);
    if (!isHere && (await fetchRef(tools, commitRef(request, commit), commit))) {
      await updateRef(here, baseRef(commit), commit);
      return;
    }
    if (!isHere) {
      const full = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
      // A server may give a commit by its name alone; where it does not, what the run began with still holds it.
      for (const source of [...full, commit]) if (!(await isWhole(here, commit))) await fetchRef(tools, source, commit);
      if (!(await isWhole(here, commit))) throw nowhere(tools, commit);
    }
    await updateRef(here, baseRef(commit), commit);
    if (request.onlyReads === true) return;
    const at = commitRef(request, commit);
    await pushRefs(there, here.mirrorPath, [{ name: at, commit, from: { kind: 'anywhere' } }]);
  });
}

/** Whether the commit and all that belongs to it is here: one that a fetch was cut off from may be here alone. */
async function isWhole({ git, profile }: MirrorTools, commit: CommitId): Promise<boolean> {
  const there = await git.ask(profile, ['cat-file', '-e', `${commit}^{commit}`]);
  if (there.code !== 0) return false;
  return (await git.ask(profile, ['rev-list', '--objects', '--quiet', commit, '--not', '--all'])).code === 0;
}

/** What comes in fewer objects than this lies loose. */
const allLoose = '1000000000';

/** Brings what stands at a ref of the remote; no ref of ours is touched. @returns false when there is no such ref, or it is none that is given away. */
async function fetchRef({ here, there, request }: TravellingTools, source: string, commit: CommitId): Promise<boolean> {
  return await askRemote<boolean>(
    { ...there, git: here.git },
    {
      args: [
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-auto-maintenance',
        '--no-recurse-submodules',
        '--update-shallow',
        '--refmap=',
        ...otherSide(there.remote, 'upload-pack'),
        '--end-of-options',
        there.remote.url,
        source,
      ],
      direction: 'from',
      gitDir: here.mirrorPath,
      // What worlds have made lies loose, and other worlds do not see it; what they start from lies in packs.
      config: [['fetch.unpackLimit', commit === request.base.commit ? '1' : allLoose]],
    },
    (output, trouble): Verdict<boolean> => {
      if (trouble === undefined) return { kind: 'done', result: true };
      const isRefused = source === commit && /not our ref|unadvertised object|does not allow request/i.test(output.stderr);
      return trouble.kind === 'no-such-ref' || isRefused ? { kind: 'done', result: false } : { kind: 'again' };
    },
  );
}

function nowhere({ there, request }: TravellingTools, commit: CommitId): Failure {
  const isBase = commit === request.base.commit;
  return new Failure(
    'failed',
    {
      what: `The commit ${commit} is not at the remote ${there.remote.url}.`,
      why: isBase
        ? `The run was to start from it, and ${request.base.name} no longer leads there.`
        : `A machine made it for this run and handed it over as ${commitRef(request, commit)}, which is gone.`,
      fix: isBase ? 'Start the run again.' : 'Start the run again, and see who deletes refs under refs/miyabi/ there.',
    },
    { facts: { remote: there.remote.url, commit } },
  );
}
