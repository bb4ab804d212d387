import type { CommitId } from '../domain/ids.ts';

/** How a folder came to be; the ladder's rung that was used. */
export type WorkspaceMethod = 'worktree';

export interface Workspace {
  readonly directory: string;
  readonly method: WorkspaceMethod;
}

/** Makes folders that hold exactly one commit, apart from each other and from the base, and takes them away without a trace. */
export interface Workspaces {
  create(request: { readonly mirrorPath: string; readonly directory: string; readonly commit: CommitId }): Promise<Workspace>;
  /** Also for a folder whose making or removal was interrupted. */
  remove(request: { readonly mirrorPath: string; readonly directory: string }): Promise<void>;
  /** Removes any folder of ours with all that lies in it, whatever its permissions and however deep. @throws Error when it cannot. */
  clear(directory: string): Promise<void>;
}
