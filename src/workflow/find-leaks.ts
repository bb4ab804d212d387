import type { CommitId } from '../domain/ids.ts';
import type { LeavingCommit, Leaks } from '../evaluation/security/find-leaks.ts';
import { findLeaks } from '../evaluation/security/find-leaks.ts';
import type { CommitOnBranch, Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { withPlace } from './place.ts';
import { textsOfChange } from './texts-of-change.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/**
 * Secrets in any commit of a branch that is about to leave this machine.
 * @param onBase what the other side has already.
 */
export async function leaksOf(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  mirror: Mirror,
  { head, onBase }: { readonly head: CommitId; readonly onBase: CommitId },
): Promise<Leaks> {
  const commits: LeavingCommit[] = [];
  for (const commit of await mirror.commits(onBase, head)) commits.push(await leaving(mirror, commit));
  if (commits.length === 0) return { findings: [], unknown: undefined };
  const { security } = runOf(context).config;
  const { nodePath, nodeVersion } = tools.host;
  const node = { path: nodePath, version: nodeVersion, because: 'our own program looks for secrets' };
  return await withPlace(
    tools,
    context,
    { name: 'gate', commit: head, node, layers: [], network: [] },
    async ({ folder, sandbox, environment }) =>
      findLeaks({
        commits,
        secrets: tools.findSecrets,
        timeoutMs: security.timeoutSeconds * 1000,
        process: sandbox.process,
        directory: folder.context,
        environment,
        nodePath,
        signal: context.signal,
      }),
  );
}

/** What a commit adds to the first of its parents; what the others bring stands in commits of their own. */
async function leaving(mirror: Mirror, { commit, parents, message }: CommitOnBranch): Promise<LeavingCommit> {
  const [parent] = parents;
  if (parent === undefined) throw new Error(`${commit} rests on nothing, so it is no commit of a run`);
  const change = await mirror.change(parent, commit);
  return {
    name: commit.slice(0, 8),
    message,
    files: change.files,
    ...textsOfChange(mirror, { base: parent, commit, change }),
    links: async (path) => await mirror.readLink(commit, path),
  };
}
