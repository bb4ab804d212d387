import { Failure } from '../../domain/failure.ts';
import { GitError } from './git-command.ts';

/** Longest part of a path or of a message that is worth reading. */
const shown = 300;

/** Does something with the user's repository. @throws Failure (configuration) in place of a GitError, for the user to mend. */
export async function readingUsers<Result>(root: string, work: () => Promise<Result>): Promise<Result> {
  return await work().catch((error: unknown) => {
    if (!(error instanceof GitError)) throw error;
    if (error.code === undefined && /\bENOENT\b/.test(error.stderr)) throw noGit(error);
    throw new Failure(
      'configuration',
      {
        what: `git cannot read the repository ${root.slice(0, shown)}.`,
        why: whatGitSays(error),
        fix: 'See with `git status` and `git fsck` there what is wrong with it; when they are content, run this again.',
      },
      { facts: { root }, cause: error },
    );
  });
}

/** The folder is there, it was looked at before: what is missing is the program. */
function noGit(cause: GitError): Failure {
  const why = 'There is no program `git` on the PATH.';
  return new Failure(
    'configuration',
    { what: 'git is not found.', why, fix: 'Install git 2.38 or newer, or put it on the PATH.' },
    { cause },
  );
}

/** Reads the mirror. @throws Failure (configuration) in place of a GitError. */
export async function readingMirror<Result>(mirrorPath: string, work: () => Promise<Result>): Promise<Result> {
  return await work().catch((error: unknown) => {
    throw error instanceof GitError ? unreadableMirror(mirrorPath, whatGitSays(error), error) : error;
  });
}

export function unreadableMirror(mirrorPath: string, why: string, cause?: unknown): Failure {
  return new Failure(
    'configuration',
    {
      what: `Miyabi's copy of the repository, ${mirrorPath}, cannot be read.`,
      why,
      fix: 'Remove that folder and start a new run: it is made anew from your repository. Runs that were under way have lost their work.',
    },
    { facts: { mirror: mirrorPath }, ...(cause === undefined ? {} : { cause }) },
  );
}

/** A folder that somebody named and that the system does not let us look at. */
export function unreadableFolder(path: string, code: string): Failure {
  return new Failure(
    'usage',
    {
      what: `The folder ${path.length > shown ? `${path.slice(0, shown)}…` : path} cannot be looked at.`,
      why: reasons[code] ?? `The system says ${code}.`,
      fix: 'Name another folder with --repo, or go to the repository and leave it out.',
    },
    { facts: { path } },
  );
}

const reasons: Readonly<Record<string, string>> = {
  ENAMETOOLONG: 'Its path is longer than the system allows.',
  EACCES: 'You have no permission to enter it.',
  ELOOP: 'Links on the way lead in a circle.',
};

function whatGitSays(error: GitError): string {
  const lines = error.stderr.trim().split('\n');
  return (lines.find((line) => line.startsWith('fatal: ')) ?? lines[0] ?? error.message).slice(0, shown);
}
