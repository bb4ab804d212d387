/** Makes forges that are a folder, and writes into them what people write. */
export interface ForgeFolders {
  /**
   * A repository of such a forge: the bare repository, and the files that say who is known there and what the rules are.
   * @throws Failure (usage) where it exists already, or cannot begin with what is named.
   */
  create(request: NewForgeRepository): Promise<CreatedForgeRepository>;
  /** @throws Failure (notFoundOrLocked) where there is no such repository. */
  writeIssue(
    place: { readonly folder: string; readonly repository: string },
    issue: { readonly title: string; readonly body: string; readonly labels: readonly string[]; readonly login: string },
  ): Promise<{ readonly number: number; readonly path: string }>;
}

export interface NewForgeRepository {
  /** Of the forge; made where it is absent. */
  readonly folder: string;
  /** `owner/name`. */
  readonly repository: string;
  /** A git repository of this machine whose checked-out branch it begins with; one commit with a README.md when absent. */
  readonly from: string | undefined;
  /** Who may do everything there. */
  readonly login: string;
}

export interface CreatedForgeRepository {
  /** Of its issues, pull requests, people and rules. */
  readonly path: string;
  /** Of the bare repository. */
  readonly gitPath: string;
  readonly branch: string;
  readonly commit: string;
}
