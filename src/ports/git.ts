import type { CommitId } from '../domain/ids.ts';
import type { Change, FileChange } from '../domain/change.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
}

/** What the user's repository looks like; only read. */
export type RepositoryInspection =
  | { readonly kind: 'not-a-repository'; readonly path: string }
  | { readonly kind: 'empty'; readonly root: string }
  | {
      readonly kind: 'repository';
      /** Real path of the top folder. */
      readonly root: string;
      readonly head: CommitId;
      /** Absent when HEAD is detached. */
      readonly branch: string | undefined;
      /** Paths with uncommitted changes or untracked files, as git prints them; at most 50. */
      readonly dirty: readonly string[];
      /** From the user's configuration or environment, if any. */
      readonly author: Person | undefined;
      /** Branches that are checked out in some worktree, with the folder. */
      readonly checkedOut: Readonly<Record<string, string>>;
      /** Where its remote `origin` lies, if it has one, as the user wrote it. */
      readonly origin: string | undefined;
    };

/** What can change in the user's repository from one moment to the next. */
export interface RepositoryGlance {
  /** Absent before the first commit. */
  readonly head: CommitId | undefined;
  /** Absent when HEAD is detached. */
  readonly branch: string | undefined;
  /** As in {@link RepositoryInspection}. */
  readonly dirty: readonly string[];
}

export type CherryPick =
  | { readonly kind: 'picked'; readonly commit: CommitId }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

export type Published =
  | { readonly kind: 'published' }
  /** The branch exists and does not lead to the new commit by going forward. */
  | { readonly kind: 'diverged'; readonly at: CommitId }
  | { readonly kind: 'refused'; readonly reason: string };

/** One commit of a branch. */
export interface CommitOnBranch {
  readonly commit: CommitId;
  readonly parents: readonly CommitId[];
  readonly message: string;
}

/** What stands at a path of a grafted commit: what stands there in the other commit (`base`), which may be nothing; a text; or nothing. */
export interface GraftedFile {
  readonly path: string;
  readonly to: { readonly kind: 'base' } | { readonly kind: 'text'; readonly text: string } | { readonly kind: 'removed' };
}

/** The user's repository and our mirrors of it. Every call goes through one hardened wrapper. */
export interface Git {
  inspect(path: string): Promise<RepositoryInspection>;
  /** A cheaper look at a repository that was inspected before; undefined when it is no longer there. */
  glance(root: string): Promise<RepositoryGlance | undefined>;
  /** The commit that a branch, tag or object name of the user's repository stands for. */
  resolve(root: string, revision: string): Promise<CommitId | undefined>;
  /** Says why a name cannot be a new branch of the user's repository (bad form, exists, `a` against `a/b`); undefined when it can. */
  branchProblem(root: string, branch: string): Promise<string | undefined>;
  /**
   * Files of the user's working folder that are neither tracked nor wanted (the repository's own ignore rules say so) and that
   * one of the patterns means, written as in a .gitignore (`#` and `!` included). Folders that are ignored as a whole are looked
   * into only where a pattern names them or something in them by its path: nobody walks through installed dependencies for `*.env`.
   * @returns paths relative to the top, sorted; what stands there may also be a link.
   */
  ignoredFiles(root: string, patterns: readonly string[]): Promise<readonly string[]>;
  /** Makes a folder a repository with one commit of everything in it that is not ignored, on the branch `main`. */
  create(directory: string, author: Person, message: string): Promise<CommitId>;
  /** Our bare mirror at `mirrorPath`, made when absent, with `commit` of the user's repository in it. */
  mirror(mirrorPath: string, root: string, commit: CommitId): Promise<Mirror>;
  /** The mirror as it is on disk, with no look at the user's repository. */
  open(mirrorPath: string): Promise<Mirror>;
  /** The one write to the user's repository: brings `commit` from the mirror to `branch`, forward only. */
  publish(mirrorPath: string, root: string, branch: string, commit: CommitId): Promise<Published>;
  /** Makes a tag there, which stands for `commit` from then on; one that stands for another commit stays. The same twice is one. */
  tag(mirrorPath: string, root: string, name: string, commit: CommitId): Promise<Published>;
  /** A repository that several machines reach, by its URL as `parseRemoteUrl` gives it. Nothing is asked of it yet. */
  remote(url: string): Remote;
  version(): Promise<string>;
}

/** What opens a remote to us. It never stands in an argument, a URL, a log or a ref. */
export type RemoteCredential =
  /** For https. */
  | { readonly kind: 'token'; readonly username: string; readonly token: string }
  /** For ssh: paths of the private key, and of the keys by which servers are known (the user's own file when absent). */
  | { readonly kind: 'key'; readonly identityFile: string; readonly knownHostsFile?: string };

/** The run on whose behalf a mirror of a remote is opened. */
export interface TravellingRequest {
  readonly mirrorPath: string;
  /** Under which the run's commits are handed from machine to machine, such as `refs/miyabi/runs/<job>`; no slash at its end. */
  readonly runRefs: string;
  /** What the run started from, and the branch or tag of the remote that it was found by. */
  readonly base: { readonly commit: CommitId; readonly name: string };
  /** For who only looks: nothing is left at the remote, not even what would keep the base for others. */
  readonly onlyReads?: true;
  /** Ends what waits for the remote, with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * A repository elsewhere, which is foreign: of it we take commits and the names of refs, never configuration, and run no program of it.
 * Faults of the network are borne for about a minute; then everything throws GitError, which is worth another attempt later. What only a person can
 * mend is a Failure (configuration): it is not there, it does not let us in, it sends more than is allowed, it takes no refs of ours.
 */
export interface Remote {
  readonly url: string;
  /** The branch and the commit that its HEAD stands for; undefined for an empty one. `branch` is absent where HEAD is detached. */
  head(): Promise<{ readonly branch: string | undefined; readonly commit: CommitId } | undefined>;
  /** The commit of a branch, a tag, or a full name of a ref. */
  resolve(name: string): Promise<CommitId | undefined>;
  /** As {@link Git.branchProblem}. */
  branchProblem(branch: string): Promise<string | undefined>;
  /** Names of the refs under `folder`, which ends in a slash. */
  refs(folder: string): Promise<readonly string[]>;
  /** Deletes the refs of these names and all that lie under them, all or none. @param mirrorPath any mirror of ours: git pushes from a repository. */
  deleteRefs(mirrorPath: string, prefixes: readonly string[]): Promise<void>;
  /**
   * Our mirror of it, made when absent. Its refs (`readRef`, `updateRef`, `deleteRefs`, `refs`) are those of the remote, and whatever takes a
   * commit brings it first, by its own ref of the run: a commit travels once some `updateRef` has named it. Only what is asked for is fetched.
   */
  mirror(request: TravellingRequest): Promise<Mirror>;
  /**
   * Brings `commit`, which the mirror has, to `branch` of the remote, forward only. The same twice is one.
   * @param replacing a commit of ours that is given up: while the branch stands exactly there it is moved to one that does not rest on it.
   */
  publish(mirrorPath: string, branch: string, commit: CommitId, replacing?: CommitId): Promise<Published>;
  /** As {@link Git.tag}. */
  tag(mirrorPath: string, name: string, commit: CommitId): Promise<Published>;
}

/** One file of a change with the ids of what it was and what it became. */
export interface ChangedFile extends FileChange {
  /** The same for the same modes and contents on both sides, whatever the commits are. */
  readonly contents: string;
}

/** A file of a diff, by the paths that {@link Change} tells. */
export interface OneFile {
  readonly path: string;
  /** Of a renamed one. */
  readonly from?: string | undefined;
  /** Unchanged lines around each change; 3 by default. */
  readonly contextLines?: number | undefined;
}

/** A bare repository of ours: its configuration is ours, it has no remotes, no credentials, no hooks. */
export interface Mirror {
  readonly path: string;
  /** Sees to it that the commits are here, for whoever works with the mirror by its path. What is here already costs nothing. */
  bring(commits: readonly CommitId[]): Promise<void>;
  /**
   * Makes a folder, which must not exist yet, with exactly the files of the commit and a small repository of its own in which
   * whoever works there may use git as they like. Nothing of the mirror is written; what could not be finished is removed again.
   *
   * @param request.index where the index with the stat data of the files is kept, out of reach of the folder's users; without it
   * only the folder's own repository has one.
   */
  checkOut(request: { readonly directory: string; readonly commit: CommitId; readonly index?: string }): Promise<void>;
  /** Turns a folder that nobody has worked in yet from one commit into another, with its index: only what differs is written. */
  advance(request: { readonly directory: string; readonly index: string; readonly from: CommitId; readonly to: CommitId }): Promise<void>;
  /** Whether every file looks the way the index says, which is ours, and there is no other. */
  isAsHandedOver(request: { readonly directory: string; readonly index: string }): Promise<boolean>;
  /**
   * Brings a folder in which a stranger has worked back to holding exactly the commit, ignored files and inner repositories gone.
   * @param request.index as it was handed over with the folder; goes along.
   */
  restore(request: { readonly directory: string; readonly index: string; readonly commit: CommitId }): Promise<void>;
  /**
   * Commits what the folder holds beyond `base`: adds, deletes, modes, links. Ignored files and whatever lies in `exclude` stay out.
   * The folder's own `.git` is not trusted. @returns undefined when nothing changed.
   *
   * @param request.index of ours, true of the files as they were handed over: only those that look different are read then.
   * @param request.exclude names that are left out wherever they lie, and paths (with a slash; from the top folder also `/name`).
   */
  commitFolder(request: {
    readonly directory: string;
    readonly base: CommitId;
    /** A function of the paths that changed, where they are spoken of. */
    readonly message: string | ((paths: readonly string[]) => string);
    readonly author: Person;
    /** Epoch ms. */
    readonly at: number;
    readonly index?: string;
    readonly exclude?: readonly string[];
  }): Promise<CommitId | undefined>;
  /** What `to` rests on and `from` does not, with `to` itself; a commit comes after those that it rests on. @throws GitError beyond `most`. */
  commits(from: CommitId, to: CommitId, most?: number): Promise<readonly CommitOnBranch[]>;
  /** The first line of the message of each commit that is here; others are missing. */
  titles(commits: readonly CommitId[]): Promise<ReadonlyMap<CommitId, string>>;
  change(from: CommitId, to: CommitId): Promise<Change>;
  /** The files of {@link change}, each with what tells whether it is still the same change. */
  changedFiles(from: CommitId, to: CommitId): Promise<readonly ChangedFile[]>;
  /** Unified diff as text, without colours or external programs. @param only one file of it. */
  patch(from: CommitId, to: CommitId, only?: OneFile): Promise<string>;
  /** @returns undefined when the path does not exist there or is no regular file. */
  readFile(commit: CommitId, path: string): Promise<string | undefined>;
  /** Where a link leads, as it is written. @returns undefined when there is none at the path. */
  readLink(commit: CommitId, path: string): Promise<string | undefined>;
  /** As {@link readFile} for many at the cost of one; what does not exist, is no regular file, or is larger than `mostBytes` is missing. */
  readFiles(commit: CommitId, paths: readonly string[], mostBytes?: number): Promise<ReadonlyMap<string, string>>;
  /** Contents by their ids, as {@link objects} tells them; what is not there, or is no text, is missing. */
  texts(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  listFiles(commit: CommitId): Promise<readonly string[]>;
  /** Every file of the commit with its mode and the id of its content, as one word that is the same for the same file: `100644:<id>`. */
  objects(commit: CommitId): Promise<ReadonlyMap<string, string>>;
  /** A commit with the files of `commit`, but at these paths with something else. Nothing holds it. */
  graft(request: { readonly commit: CommitId; readonly from: CommitId; readonly files: readonly GraftedFile[] }): Promise<CommitId>;
  /** Applies the difference from its parent to `commit` on top of `onto`, with the message kept. */
  cherryPick(commit: CommitId, onto: CommitId): Promise<CherryPick>;
  /** Whether `commit` is `of`, or one of the commits that `of` rests on. */
  isAncestor(commit: CommitId, of: CommitId): Promise<boolean>;
  readRef(name: string): Promise<CommitId | undefined>;
  /** Moves a ref; with `expected` only from that value (undefined: only when it does not exist). @returns false when it was elsewhere. */
  updateRef(name: string, commit: CommitId, expected?: { readonly from: CommitId | undefined }): Promise<boolean>;
  /** Deletes the ref of this name and all that lie under it, all or none. */
  deleteRefs(prefix: string): Promise<void>;
  /** Names of the refs under `folder`, which ends in a slash. */
  refs(folder: string): Promise<readonly string[]>;
  /** Bytes on the disk of the objects that nothing holds but the refs of or under these names. */
  bytesHeldBy(prefixes: readonly string[]): Promise<number>;
  /** Sees to it that all that a commit rests on lies in packs (`objects/pack`), apart from what worlds have made. */
  keepInPacks(commit: CommitId): Promise<void>;
  /** Removes objects that nothing holds and that are older than a day. */
  prune(): Promise<void>;
}
