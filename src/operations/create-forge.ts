import type { Issue } from '../domain/issue.ts';
import type { CreatedForgeRepository, ForgeFolders } from '../ports/forge-folder.ts';

/** Of which local forge, and as whom. */
export interface ForgeFolderRequest {
  readonly folder: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The name of the person at the terminal, as the system knows it. */
  readonly user: string;
}

/**
 * A repository in a forge that is a folder. Whoever makes it may do everything there.
 *
 * @param request.fromRepository the git repository that its code is taken from; it begins with a README.md when absent.
 * @throws Failure (usage) where it exists already, or cannot begin with that.
 */
export async function createLocalForge(
  folders: ForgeFolders,
  { folder, repository, user, fromRepository }: ForgeFolderRequest & { readonly fromRepository: string | undefined },
): Promise<CreatedForgeRepository> {
  return await folders.create({ folder, repository, from: fromRepository, login: loginOf(user) });
}

/** Writes an issue as the person would with an editor. @throws Failure (notFoundOrLocked) where there is no such repository. */
export async function writeLocalIssue(
  folders: ForgeFolders,
  { folder, repository, user }: ForgeFolderRequest,
  { title, body }: Pick<Issue, 'title' | 'body'>,
  labels: readonly string[],
): Promise<{ readonly number: number; readonly path: string }> {
  return await folders.writeIssue({ folder, repository }, { title, body, labels, login: loginOf(user) });
}

/** Names of a system may hold what names of accounts do not, such as `DOMAIN\name`. */
function loginOf(user: string): string {
  const login = user.replaceAll(/[^\w.-]+/g, '-').slice(0, 100);
  return login === '' ? 'me' : login;
}
