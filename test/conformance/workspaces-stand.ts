import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CommitId } from '../../src/domain/ids.ts';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import type { Change } from '../../src/domain/change.ts';
import type { CreateWorkspace, Workspace } from '../../src/ports/workspace.ts';
import { neverCommitted } from '../../src/worlds/harvest.ts';
import { gitStand } from '../support/git-stand.ts';
import type { GitStand } from '../support/git-stand.ts';
import type { makeRepository } from '../support/repository.ts';
import { userGit } from '../support/repository.ts';

export type Place = Pick<CreateWorkspace, 'mirrorPath' | 'directory' | 'private'>;

/** A repository with a bit of everything, and a way to make worlds of it. */
export interface WorkspaceStand extends GitStand {
  readonly only: WorkspaceMethod;
  place(name: string): Place;
  make(name: string, more?: Partial<CreateWorkspace>): Promise<Workspace & Place>;
  harvest(world: Workspace, base?: CommitId): Promise<Change | undefined>;
  /** What a world may leave behind nowhere: mounts, folders, references, locks. */
  leavings(): readonly string[];
}

const files = {
  'README.md': 'hello\n',
  'src/a.js': 'export const a = 1;\n',
  'src/deep/er/b.js': 'export const b = 2;\n',
  'run.sh': '#!/bin/sh\n',
  '.gitignore': 'node_modules\nignored/\n*.log\n',
} as const;

export async function workspaceStand(only: WorkspaceMethod, make?: typeof makeRepository, name?: string): Promise<WorkspaceStand> {
  const stand = await gitStand(files, name, only, make);
  const mirrorPath = stand.mirror.path;
  const refs = userGit(mirrorPath, 'for-each-ref');
  const place = (world: string): Place => {
    const root = join(stand.path, 'state', 'worlds', 'run', 'task', world);
    return { mirrorPath, directory: join(root, 'tree'), private: join(root, 'private') };
  };
  return {
    ...stand,
    only,
    place,
    async make(world, more) {
      const at = place(world);
      mkdirSync(at.private, { recursive: true });
      const made = await stand.workspaces.create({ ...at, commit: stand.repository.head, ...more });
      return { ...at, ...made };
    },
    async harvest({ directory, index }, base = stand.repository.head) {
      const author = { name: 'A', email: 'a@b' };
      const commit = await stand.mirror.commitFolder({ directory, index, base, message: 'm', author, at: 1, exclude: neverCommitted });
      return commit === undefined ? undefined : await stand.mirror.change(base, commit);
    },
    leavings() {
      const worlds = join(stand.path, 'state', 'worlds');
      const now = userGit(mirrorPath, 'for-each-ref');
      return [
        ...mountsIn(stand.path),
        ...(existsSync(worlds) ? filesBelow(worlds) : []),
        ...filesBelow(mirrorPath).filter(
          (path) => path.endsWith('.lock') || path.includes('/worktrees/') || path.includes('/miyabi/index'),
        ),
        ...(now === refs ? [] : [`refs: ${now}`]),
      ];
    },
  };
}

export function mountsIn(folder: string): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
}

/** Files only: the empty folders of a world are its keeper's. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() || entry.name === 'tree' || entry.name === 'workspace')
    .map((entry) => join(entry.parentPath, entry.name));
}

/** What the folder looks like to a person who asks git in it. */
export function statusIn(directory: string): string {
  return execFileSync('git', ['status', '--porcelain'], {
    cwd: directory,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
  });
}

/** The change as lines, sorted: `added src/b.js`. */
export function told(change: Change | undefined): readonly string[] {
  return (change?.files ?? [])
    .map(
      ({ status, path, from, kind }) => `${status} ${from === undefined ? '' : `${from} -> `}${path}${kind === 'file' ? '' : ` (${kind})`}`,
    )
    .sort();
}
