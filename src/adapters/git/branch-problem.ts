import type { GitCommand } from './git-command.ts';
import { userRepository } from './user-repository.ts';

/** Why `branch` cannot be made, in a sentence; undefined when it can. */
export async function branchProblem(git: GitCommand, root: string, branch: string): Promise<string | undefined> {
  const badForm = await badFormOf(git, branch);
  if (badForm !== undefined) return badForm;
  const { profile } = await userRepository(git, root);
  const refs = await git.run(profile, ['for-each-ref', '--format=%(refname)', 'refs/heads/']);
  return problemBeside(branch, refs.split('\n').map(branchName));
}

export function branchName(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

/** Why git would not take the name, whatever other branches there are. */
export async function badFormOf(git: GitCommand, branch: string): Promise<string | undefined> {
  const badForm = `The name "${branch}" is not allowed for a branch in git.`;
  if (branch === '' || branch === 'HEAD' || branch.startsWith('-') || branch.startsWith('refs/') || branch.includes('\0')) return badForm;
  if (Buffer.byteLength(branch) > 200) return `The branch name is longer than 200 bytes.`;
  if ((await git.ask({ kind: 'none' }, ['check-ref-format', `refs/heads/${branch}`])).code !== 0) return badForm;
  return undefined;
}

/** Why there cannot be such a branch beside these. */
export function problemBeside(branch: string, branches: readonly string[]): string | undefined {
  if (branches.includes(branch)) return `The branch "${branch}" exists already.`;
  const inTheWay = branches.find((other) => other !== '' && (branch.startsWith(`${other}/`) || other.startsWith(`${branch}/`)));
  if (inTheWay !== undefined)
    return `The branch "${branch}" cannot exist beside the branch "${inTheWay}": git keeps branches as files and folders.`;
  // On disks that do not tell A from a, the second would overwrite the first.
  const twin = branches.find((other) => other.normalize('NFC').toLowerCase() === branch.normalize('NFC').toLowerCase());
  if (twin !== undefined) return `The branch "${branch}" differs from the branch "${twin}" only in a way that not every disk can tell.`;
  return undefined;
}
