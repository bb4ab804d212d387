import type { WorkspaceMethod } from '../../domain/machine.ts';
import type { Git } from '../../ports/git.ts';
import type { Locks } from '../../ports/lock.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import type { CreateWorkspace } from '../../ports/workspace.ts';
import type { RememberedWorkspace } from './remembered.ts';

/** What every rung works with. */
export interface RungTools {
  readonly git: Git;
  readonly process: ProcessRunner;
  readonly locks: Locks;
  /** The PATH on which the system's programs are found. */
  readonly path: string;
  readonly state: { readonly root: string; readonly bases: string; readonly pool: string };
}

export interface Probe {
  readonly usable: boolean;
  readonly detail: string;
}

/** One way of making folders that hold a commit. */
export interface Rung {
  readonly method: WorkspaceMethod;
  /** Tries it in an empty folder of its own, which is removed afterwards with what lies and is mounted in it. */
  probe(scratch: string): Promise<Probe>;
  prepareBase(request: Pick<CreateWorkspace, 'mirrorPath' | 'commit'>): Promise<void>;
  /** Makes the folder. What it could not finish is removed by who called. */
  create(request: CreateWorkspace): Promise<RememberedWorkspace>;
  /** Does what is needed before somebody may look into a folder that lost its process. */
  reopen?(remembered: RememberedWorkspace, request: Pick<CreateWorkspace, 'directory' | 'private'>): Promise<void>;
  /** Takes what is worth keeping out of a folder that ends in order and is removed next. */
  keep?(remembered: RememberedWorkspace, request: Pick<CreateWorkspace, 'mirrorPath' | 'directory' | 'private'>): Promise<void>;
}
