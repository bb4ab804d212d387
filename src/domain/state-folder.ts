import type { JobId, RepositoryId } from './ids.ts';
import { displayId } from './ids.ts';

/**
 * Where everything of ours lies, all under one folder of the user's and never in a repository of theirs.
 * Paths are absolute.
 */
export interface StateFolder {
  readonly root: string;
  readonly database: string;
  /** Small files that are held, never read. */
  readonly locks: string;
  /** Installed dependencies, one folder for each lockfile. */
  readonly layers: string;
  /** Large values, under the hash of their content. */
  readonly artifacts: string;
  mirror(repository: RepositoryId): string;
  /** Everything on disk that a run needs while it is under way. */
  run(run: JobId): string;
  /** One world (or one check) of a task: holds `tree`, `context`, `home` and `tmp`. */
  world(run: JobId, taskKey: string, name: string): WorldFolder;
  /** What the agents of a run printed; kept after the run. */
  logs(run: JobId): string;
  /** Of the agent of one world. @param task the plan task. */
  log(run: JobId, task: string, world: string): string;
}

/** The folders of one world. Only `tree` is the checkout. */
export interface WorldFolder {
  readonly root: string;
  readonly tree: string;
  readonly context: string;
  readonly home: string;
  readonly tmp: string;
}

export function stateFolder(root: string): StateFolder {
  return {
    root,
    database: `${root}/miyabi.db`,
    locks: `${root}/locks`,
    layers: `${root}/layers`,
    artifacts: `${root}/artifacts`,
    mirror: (repository) => `${root}/mirrors/${repository}.git`,
    run: (run) => `${root}/worlds/${displayId('run', run)}`,
    world: (run, taskKey, name) => {
      const folder = `${root}/worlds/${displayId('run', run)}/${taskKey}/${name}`;
      return { root: folder, tree: `${folder}/tree`, context: `${folder}/context`, home: `${folder}/home`, tmp: `${folder}/tmp` };
    },
    logs: (run) => `${root}/logs/${displayId('run', run)}`,
    log: (run, task, world) => `${root}/logs/${displayId('run', run)}/${task}-${world}.log`,
  };
}
