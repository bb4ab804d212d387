import type { ForgeCheck, ForgeUser, MergeMethod, Permission } from '../../src/domain/forge.ts';
import type { Forge, Sweep } from '../../src/ports/forge.ts';

/**
 * A forge under test, and what people and programs do there beside us. One stand serves a whole suite: each case makes issues and branches of
 * its own.
 */
export interface ForgeStand extends AsyncDisposable {
  readonly forge: Forge & Sweep;
  /** `owner/name`; its default branch `main` has one commit with a `README.md`. */
  readonly repository: string;
  /** Path of the bare repository that holds its code. */
  readonly git: string;
  /** Somebody who may do exactly this there; the same person each time. With `none` they have an account and nothing else. */
  readonly person: (permission: Permission) => Promise<ForgeUser>;
  /** @param issue.author somebody who may write when absent. @returns its number. */
  readonly writeIssue: (issue: {
    readonly title: string;
    readonly body?: string;
    readonly labels?: readonly string[];
    readonly author?: ForgeUser;
  }) => Promise<number>;
  /** At an issue or a pull request. */
  readonly writeComment: (number: number, author: ForgeUser, body: string) => Promise<void>;
  /** A person puts a label on an issue. */
  readonly putLabel: (number: number, label: string) => Promise<void>;
  /** A person closes an issue. */
  readonly closeIssue: (number: number) => Promise<void>;
  /** A check of that name now stands so; the newest of a name counts. @param log the end of what it printed. */
  readonly setCheck: (commit: string, name: string, state: ForgeCheck['state'], log?: string) => Promise<void>;
  /**
   * Somebody pushes one commit to a branch, which is made from the present `main` where there is none. `null` removes a file.
   * @returns the commit.
   */
  readonly commitOnBranch: (branch: string, files: Readonly<Record<string, string | null>>, message?: string) => Promise<string>;
  /** Somebody pushes the branch back to another commit of the repository. */
  readonly moveBranch: (branch: string, commit: string) => Promise<void>;
  /** A person closes a pull request without merging it. */
  readonly closePullRequest: (number: number) => Promise<void>;
  /** Which merge methods the repository allows from now on, its favourite first. */
  readonly allowMethods: (methods: readonly MergeMethod[]) => Promise<void>;
  /** What the default branch asks of pull requests from now on. Absent where the stand has no such rules. */
  readonly protect?: (rules: { readonly approvals: number; readonly checks: readonly string[] }) => Promise<void>;
  /** A review of a pull request. Absent where the stand has none. */
  readonly review?: (
    number: number,
    author: ForgeUser,
    state: 'approved' | 'changes-requested' | 'commented',
    body: string,
  ) => Promise<void>;
}

/** What a stand cannot show, each with the reason; those cases are skipped. */
export interface Lacks {
  readonly rules?: string;
  readonly reviews?: string;
  readonly methods?: string;
}
