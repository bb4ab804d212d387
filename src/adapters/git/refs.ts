import { asCommitId } from '../../domain/ids.ts';
import type { CommitId } from '../../domain/ids.ts';
import { GitError } from './git-command.ts';
import type { MirrorTools } from './mirror-tools.ts';

export async function readRef(tools: MirrorTools, name: string): Promise<CommitId | undefined> {
  const answer = await tools.git.ask(tools.profile, ['rev-parse', '--verify', '--quiet', '--end-of-options', name]);
  return answer.code === 0 ? asCommitId(answer.stdout.trim()) : undefined;
}

/** Under the mirror's lock, so that a lock file of a git that was killed can be told from one of a git that is at work. */
function writing<Result>(tools: MirrorTools, work: () => Promise<Result>): Promise<Result> {
  return tools.locked(() => tools.retried(work));
}

/** @returns false when the ref was not where it was expected. @throws GitError for a name or commit that git refuses. */
export async function updateRef(
  tools: MirrorTools,
  name: string,
  commit: CommitId,
  expected?: { readonly from: CommitId | undefined },
): Promise<boolean> {
  const old = expected === undefined ? [] : [expected.from ?? '0'.repeat(commit.length)];
  return await writing(tools, async () => {
    const output = await tools.git.ask(tools.profile, ['update-ref', '--end-of-options', name, commit, ...old]);
    if (output.code === 0) return true;
    if (expected !== undefined && (await readRef(tools, name)) !== expected.from) return false;
    throw new GitError(['update-ref'], output.code, output.stderr);
  });
}

/** Deletes every ref at or under `prefix`, all or none. */
export async function deleteRefs(tools: MirrorTools, prefix: string): Promise<void> {
  await writing(tools, async () => {
    const listed = await tools.git.run(tools.profile, ['for-each-ref', '--format=%(refname)', '--', prefix]);
    const names = listed.split('\n').filter((name) => name !== '');
    if (names.length === 0) return;
    await tools.git.run(tools.profile, ['update-ref', '--stdin'], { stdin: names.map((name) => `delete ${name}\n`).join('') });
  });
}
