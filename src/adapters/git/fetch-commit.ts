import type { CommitId } from '../../domain/ids.ts';
import type { GitCommand, GitOutput, GitProfile } from './git-command.ts';
import { GitError } from './git-command.ts';

/**
 * Brings one commit from a repository on this machine, forward only. The only call for which the file protocol is open.
 *
 * @param request.trust a configuration file that lets the other side read a repository of another owner.
 * @throws GitError for lock trouble, so that it can be tried again; any other refusal is in the output.
 */
export async function fetchCommit(
  git: GitCommand,
  into: GitProfile,
  request: { readonly from: string; readonly commit: CommitId; readonly ref: string; readonly trust?: string },
): Promise<GitOutput> {
  const output = await git.ask(
    into,
    [
      'fetch',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
      '--no-recurse-submodules',
      '--update-shallow',
      '--end-of-options',
      request.from,
      `${request.commit}:${request.ref}`,
    ],
    {
      config: [
        ['protocol.file.allow', 'always'],
        // However little comes, it lies in a pack: what worlds make lies loose, and other worlds do not see it.
        ['fetch.unpackLimit', '1'],
      ],
      env: { GIT_ALLOW_PROTOCOL: 'file', ...(request.trust === undefined ? {} : { GIT_CONFIG_GLOBAL: request.trust }) },
    },
  );
  if (output.code !== 0 && /\.lock': File exists|could not lock/.test(output.stderr))
    throw new GitError(['fetch'], output.code, output.stderr);
  return output;
}
