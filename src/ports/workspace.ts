import type { CommitId } from '../domain/ids.ts';
import type { WorkspaceMethod } from '../domain/machine.ts';

/** A rung of the ladder as it was found on this machine, for this state folder. */
export interface WorkspaceRung {
  readonly method: WorkspaceMethod;
  readonly usable: boolean;
  /** In a sentence: what was tried, and what the system said where it is not usable. */
  readonly detail: string;
}

/** A folder that holds exactly one commit, and is nobody else's. */
export interface Workspace {
  readonly directory: string;
  /** The one that it held when it was handed over. */
  readonly commit: CommitId;
  readonly method: WorkspaceMethod;
  /**
   * An index of git's with the commit, out of the reach of whoever works in the folder. No file that has changed since it was handed
   * over looks the way it says, so that a harvest need not read those that do.
   */
  readonly index: string;
  /** Folders in which lies what is written in the directory, as far as it does not lie there itself: the upper one of an overlay. */
  readonly written: readonly string[];
}

export interface CreateWorkspace {
  readonly mirrorPath: string;
  /** The checkout to be. What a rung needs beside it lies in `private`, which no program of the world may see. */
  readonly directory: string;
  readonly private: string;
  readonly commit: CommitId;
  /**
   * The commit whose immutable checkout it is made from, where that is shared; `commit` then differs from it by little, and the
   * difference is applied on top. Default: `commit` itself.
   */
  readonly near?: CommitId;
  /**
   * Folders whose content appears in the checkout as if it had been copied there (installed dependencies, for instance). Never
   * written through: what the world changes there is the world's alone. Earlier ones lie over later ones, all of them over the commit.
   */
  readonly layers?: readonly string[];
}

/**
 * Makes folders that hold exactly one commit, apart from each other and from the base, and takes them away without a trace. There
 * is one implementation for each rung of the ladder; all mean the same.
 */
export interface Workspaces {
  /** The ladder from its best rung down, probed once for this machine and state folder; the first usable one is used. */
  ladder(): Promise<readonly WorkspaceRung[]>;
  /** Makes what worlds of this commit share, where it is not there yet, so that they are ready at once later. */
  prepareBase(request: { readonly mirrorPath: string; readonly commit: CommitId }): Promise<void>;
  /** Says that somebody who can write there has been at work: what worlds share is looked through again before it is next used. */
  doubtBases(): void;
  create(request: CreateWorkspace): Promise<Workspace>;
  /**
   * Brings back a folder that lost its process, as it was when that died; for harvesting what is in it.
   * @returns undefined where it cannot be told what lies there.
   */
  reopen(request: { readonly mirrorPath: string; readonly directory: string; readonly private: string }): Promise<Workspace | undefined>;
  /**
   * The shared folders that a workspace needs as long as it is there: a base, layers.
   * @returns undefined where there is no complete one.
   */
  restsOn(request: { readonly private: string }): Promise<readonly string[] | undefined>;
  /** Also for a folder whose making or removal was interrupted. Leaves no mount, no folder, no lock. */
  remove(request: { readonly mirrorPath: string; readonly directory: string; readonly private: string }): Promise<void>;
  /** Removes any folder of ours with all that lies in it, whatever its permissions and however deep. @throws Error when it cannot. */
  clear(directory: string): Promise<void>;
  /** Takes away our mounts at and below the folder (which stay behind a process that was killed). @returns their paths. */
  unmountBelow(directory: string): Promise<readonly string[]>;
  /** Removes what processes that are no longer alive left, but for the workspaces themselves. @returns what, a sentence each. */
  sweep(): Promise<readonly string[]>;
}
