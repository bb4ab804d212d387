import type { JobId, RepositoryId } from './ids.ts';
import { displayId } from './ids.ts';

/**
 * Where everything of ours lies, all under one folder of the user's and never in a repository of theirs.
 * Paths are absolute.
 */
export interface StateFolder {
  readonly root: string;
  readonly database: string;
  /** The index of what was learnt; made anew from the database when it is gone. */
  readonly knowledge: string;
  /** The same in numbers, where embeddings are configured. */
  readonly vectors: string;
  /** Small files that are held, never read. */
  readonly locks: string;
  /** Installed dependencies, one folder for each lockfile. */
  readonly layers: string;
  /** Immutable checkouts, one for each commit that worlds start from, in a folder for each repository. */
  readonly bases: string;
  /** Checkouts that wait for their next world, where there is no better way to make one. */
  readonly pool: string;
  /** Large values, under the hash of their content. */
  readonly artifacts: string;
  /** Where the services answer that work here. */
  readonly services: string;
  /** The log of each day. */
  readonly daily: string;
  mirror(repository: RepositoryId): string;
  /** Everything on disk that a run needs while it is under way. */
  run(run: JobId): string;
  /** One world (or one check) of a task: holds `tree`, `context`, `home`, `tmp` and `private`. */
  world(run: JobId, taskKey: string, name: string): WorldFolder;
  /** Where a person mends the branch of a run by hand: holds the checkout, and what is known of it. */
  fix(run: JobId): string;
  /** What was built of a commit, as it goes to every environment; nothing collects it. */
  releases(repository: RepositoryId, release: number): string;
  /** What a target that runs on this machine keeps of an environment, such as the releases that run there; nothing collects it. */
  environment(repository: RepositoryId, environment: string): string;
  /** What the agents of a run printed; kept after the run. */
  logs(run: JobId): string;
  /** Of the agent of one world. @param task the plan task. */
  log(run: JobId, task: string, world: string): string;
}

/** The folders of one world. Only `tree` is the checkout; `private` is Miyabi's alone, and no program of the world may see it. */
export interface WorldFolder {
  readonly root: string;
  readonly tree: string;
  readonly context: string;
  readonly home: string;
  readonly tmp: string;
  readonly private: string;
}

export function stateFolder(root: string): StateFolder {
  return {
    root,
    database: `${root}/miyabi.db`,
    knowledge: `${root}/knowledge.db`,
    vectors: `${root}/knowledge-vectors.db`,
    locks: `${root}/locks`,
    layers: `${root}/layers`,
    bases: `${root}/bases`,
    pool: `${root}/pool`,
    artifacts: `${root}/artifacts`,
    services: `${root}/services`,
    daily: `${root}/daily`,
    mirror: (repository) => `${root}/mirrors/${repository}.git`,
    run: (run) => `${root}/worlds/${displayId('run', run)}`,
    world: (run, taskKey, name) => worldFolderAt(`${root}/worlds/${displayId('run', run)}/${taskKey}/${name}`),
    fix: (run) => `${root}/fixes/${displayId('run', run)}`,
    releases: (repository, release) => `${root}/releases/${repository}/${release}`,
    environment: (repository, environment) => `${root}/deployments/${repository}/${environment}`,
    logs: (run) => `${root}/logs/${displayId('run', run)}`,
    log: (run, task, world) => `${root}/logs/${displayId('run', run)}/${task}-${world}.log`,
  };
}

/** The folders of a world, by the one that holds them. */
export function worldFolderAt(folder: string): WorldFolder {
  return {
    root: folder,
    tree: `${folder}/tree`,
    context: `${folder}/context`,
    home: `${folder}/home`,
    tmp: `${folder}/tmp`,
    private: `${folder}/private`,
  };
}
