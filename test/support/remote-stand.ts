import { join } from 'node:path';
import { createGit } from '../../src/adapters/git/git.ts';
import type { RemoteSettings } from '../../src/adapters/git/remote/way-out.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import type { CommitId } from '../../src/domain/ids.ts';
import type { Git, Mirror } from '../../src/ports/git.ts';
import type { ProcessRunner } from '../../src/ports/process.ts';
import { memoryLocks } from './locks.ts';
import { makeRepository, userEnvironment, userGit, writeFiles } from './repository.ts';
import type { TestRepository } from './repository.ts';
import { temporaryFolder } from './temporary.ts';

/** A machine with nothing but its own folder. */
export interface Machine {
  readonly git: Git;
  readonly mirrorPath: string;
  /** Every command that its git was started with, arguments and input. */
  readonly commands: readonly string[];
  /** Its mirror, on behalf of the run of the stand. */
  mirror(url?: string, signal?: AbortSignal): Promise<Mirror>;
  /** Plain git in its mirror. */
  inMirror(...args: string[]): string;
  /** A commit on top of another one, with a file more; nothing of it is handed over yet. */
  change(name: string, base?: CommitId): Promise<CommitId>;
}

export interface RemoteStand extends AsyncDisposable {
  /** A folder for whatever a test puts down. */
  readonly path: string;
  /** Of somebody who works on the project too. */
  readonly users: TestRepository;
  /** The bare repository that all share. */
  readonly bare: string;
  readonly runRefs: string;
  /** @param programs a folder that comes before all others on its PATH */
  machine(name: string, settings?: RemoteSettings, programs?: string): Machine;
  /** Plain git in the shared repository. */
  atRemote(...args: string[]): string;
}

/** Fast enough for tests, and as many tries as the product has. */
export const quickWaits = [1, 1, 1, 1, 1] as const;

/** Machines that share nothing but a bare repository. @param files of the project */
export async function remoteStand(files?: Readonly<Record<string, string>>): Promise<RemoteStand> {
  const folder = await temporaryFolder();
  const users = makeRepository(join(folder.path, 'users'), files);
  const bare = join(folder.path, 'served', 'project.git');
  userGit(folder.path, 'clone', '--quiet', '--bare', users.root, bare);
  userGit(users.root, 'remote', 'add', 'origin', bare);
  const runRefs = 'refs/miyabi/runs/0191';
  const runner = createProcessRunner();
  return {
    path: folder.path,
    users,
    bare,
    runRefs,
    atRemote: (...args) => userGit(bare, ...args),
    machine(name, settings = {}, programs) {
      const commands: string[] = [];
      const watched: ProcessRunner = {
        run: async (request) => {
          commands.push([...request.command, request.stdin ?? ''].join(' '));
          return await runner.run(request);
        },
        [Symbol.asyncDispose]: async () => await Promise.resolve(),
      };
      const git = createGit({
        process: watched,
        locks: memoryLocks(),
        path: programs === undefined ? userEnvironment.PATH : `${programs}:${userEnvironment.PATH}`,
        remotes: { waitsMs: quickWaits, ...settings },
      });
      const mirrorPath = join(folder.path, name, 'mirrors', 'one.git');
      const base = { commit: users.head, name: 'main' };
      const mirror = async (url = bare, signal?: AbortSignal): Promise<Mirror> =>
        await git.remote(url).mirror({ mirrorPath, runRefs, base, ...(signal === undefined ? {} : { signal }) });
      return {
        git,
        mirrorPath,
        commands,
        mirror,
        inMirror: (...args) => userGit(mirrorPath, '-c', 'safe.bareRepository=all', ...args),
        async change(file, from = users.head) {
          const own = await git.open(mirrorPath);
          const directory = join(folder.path, name, `world-${file}`);
          await own.checkOut({ directory, commit: from });
          writeFiles(directory, { [file]: `${file}\n` });
          const author = { name: 'Ada', email: 'ada@example.org' };
          const commit = await own.commitFolder({ directory, base: from, message: file, author, at: 1_700_000_000_000 });
          if (commit === undefined) throw new Error('nothing changed');
          return commit;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
