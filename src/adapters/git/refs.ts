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
    const refs = await listRefs(tools, prefix);
    if (refs.length === 0) return;
    await tools.git.run(tools.profile, ['update-ref', '--stdin'], { stdin: refs.map(({ name }) => `delete ${name}\n`).join('') });
  });
}

/** The refs at or under `prefix`; all without it. */
export async function listRefs(
  tools: MirrorTools,
  prefix = 'refs/',
): Promise<readonly { readonly name: string; readonly object: string }[]> {
  const listed = await tools.git.run(tools.profile, ['for-each-ref', '--format=%(objectname) %(refname)', '--', prefix]);
  return listed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ object: line.slice(0, line.indexOf(' ')), name: line.slice(line.indexOf(' ') + 1) }));
}

/** Bytes of the objects that only the refs at or under the prefixes hold. */
export async function bytesHeldBy(tools: MirrorTools, prefixes: readonly string[]): Promise<number> {
  const isOurs = (name: string): boolean => prefixes.some((prefix) => name === prefix || name.startsWith(`${prefix}/`));
  const refs = await listRefs(tools);
  const wanted = refs.map(({ name, object }) => (isOurs(name) ? object : `^${object}`));
  if (wanted.every((object) => object.startsWith('^'))) return 0;
  const printed = await tools.git.run(tools.profile, ['rev-list', '--objects', '--disk-usage', '--stdin'], {
    stdin: wanted.map((object) => `${object}\n`).join(''),
  });
  return Number(printed.trim());
}
