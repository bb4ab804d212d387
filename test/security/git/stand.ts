import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommitId } from '../../../src/domain/ids.ts';
import type { Workspace } from '../../../src/ports/workspace.ts';
import { gitStand } from '../../support/git-stand.ts';
import type { GitStand } from '../../support/git-stand.ts';
import { userGit, writeFiles } from '../../support/repository.ts';

const author = { name: 'Ada User', email: 'ada@example.org' };
const at = 1_700_000_000_000;
/** What lies beside everything and must neither be read nor changed. */
const secret = 'the key to everything';

/** A world in which an agent was, a program that leaves a mark when it is run, and a folder that is nobody's business. */
export interface Attack extends AsyncDisposable {
  readonly stand: GitStand;
  /** The checkout of a world, made by the best way that this machine knows. */
  readonly tree: string;
  readonly world: Workspace;
  /** The program. It reads its input to the end and succeeds, so that git asks it again and again. */
  readonly program: string;
  /** Holds a file `key` with a secret in it. */
  readonly outside: string;
  /** A second commit of the user's, which the mirror does not have yet. */
  readonly next: CommitId;
  executed(): boolean;
  /** What a person or a careless program would type there. @returns whether the program was run, which alone proves the attack. */
  naively(directory: string, ...args: string[]): boolean;
  /** What has become of the folder outside. */
  outsideNow(): Readonly<Record<string, string>>;
}

export async function attack(files: Readonly<Record<string, string>> = {}): Promise<Attack> {
  const stand = await gitStand({ 'README.md': 'hello\n', 'src/a.js': 'a\n', ...files });
  const folder = join(stand.path, 'state', 'worlds', 'run_x', 'task', 'alpha');
  const tree = join(folder, 'tree');
  for (const path of [folder, join(folder, 'private'), join(stand.path, 'outside')]) mkdirSync(path, { recursive: true });
  const world = await stand.workspaces.create({
    mirrorPath: stand.mirror.path,
    directory: tree,
    private: join(folder, 'private'),
    commit: stand.repository.head,
  });
  const next = userGit(stand.repository.root, 'commit-tree', '-p', 'HEAD', '-m', 'next', 'HEAD^{tree}') as CommitId;
  const marker = join(stand.path, 'executed');
  const program = join(stand.path, 'evil.sh');
  writeFileSync(program, `#!/bin/sh\necho ran >> '${marker}'\ncat 2>/dev/null </dev/null\nexit 0\n`, { mode: 0o755 });
  const outside = join(stand.path, 'outside');
  writeFileSync(join(outside, 'key'), secret);
  return {
    stand,
    tree,
    world,
    program,
    outside,
    next,
    executed: () => existsSync(marker),
    naively(directory, ...args) {
      try {
        userGit(directory, ...args);
      } catch {
        // Whether git liked it does not matter here.
      }
      const ran = existsSync(marker);
      rmSync(marker, { force: true });
      return ran;
    },
    outsideNow: () =>
      Object.fromEntries(
        readdirSync(outside, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
      ),
    [Symbol.asyncDispose]: () => stand[Symbol.asyncDispose](),
  };
}

/** What came of everything that Miyabi does. */
export interface Outcome {
  readonly commit: CommitId | undefined;
  /** Paths of the change that was harvested. */
  readonly paths: readonly string[];
  /** Of the files of the commit that are plain ones. */
  readonly texts: Readonly<Record<string, string>>;
  /** Names of operations that were refused. */
  readonly refused: readonly string[];
  /** Whether a text from outside got into anything that an operation said or made. */
  readonly leaked: boolean;
  readonly executed: boolean;
  readonly outside: Readonly<Record<string, string>>;
}

/** What every attack must come to: nothing was run, read or written. */
export const harmless = { executed: false, leaked: false, outside: { key: secret } } as const;

/** Every operation of Miyabi's on a world, its mirror and the user's repository, after a stranger was there. */
export async function everything(it: Attack): Promise<Outcome> {
  const { stand, tree, world, next } = it;
  const { git, mirror, repository, workspaces } = stand;
  const refused: string[] = [];
  const said: unknown[] = [];
  async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      const result = await work();
      said.push(result instanceof Map ? [...result] : result);
      return result;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      said.push(error.message);
      refused.push(name);
      return undefined;
    }
  }

  await step('inspect', async () => await git.inspect(repository.root));
  await step('glance', async () => await git.glance(repository.root));
  await step('resolve', async () => await git.resolve(repository.root, 'HEAD'));
  await step('branch', async () => await git.branchProblem(repository.root, 'some/branch'));
  await step('ignored', async () => await git.ignoredFiles(repository.root, ['*.env', 'docs/*']));
  await step('mirror', async () => await git.mirror(mirror.path, repository.root, next));
  const harvest = { directory: tree, base: repository.head, message: 'm', author, at } as const;
  await step('inspect a world', async () => await git.inspect(tree));
  const commit = await step('harvest', async () => await mirror.commitFolder({ ...harvest, index: world.index }));
  await step('harvest without index', async () => await mirror.commitFolder(harvest));
  let paths: readonly string[] = [];
  const texts: Record<string, string> = {};
  if (commit !== undefined) {
    const files = await step('list', async () => await mirror.listFiles(commit));
    for (const path of files ?? []) {
      const text = await step('read', async () => await mirror.readFile(commit, path));
      if (text !== undefined) texts[path] = text;
    }
    paths = (await step('change', async () => await mirror.change(repository.head, commit)))?.files.map((file) => file.path) ?? [];
    await step('patch', async () => await mirror.patch(repository.head, commit));
    await step('objects', async () => await mirror.objects(commit));
    await step('ref', async () => await mirror.updateRef('refs/miyabi/worlds/r/t/alpha', commit));
    await step('weigh', async () => await mirror.bytesHeldBy(['refs/miyabi/worlds']));
    await step('pick', async () => await mirror.cherryPick(commit, next));
    await step('ancestor', async () => await mirror.isAncestor(repository.head, commit));
    await step('check out', async () => {
      const fresh = { directory: join(stand.path, 'state', 'fresh'), index: join(stand.path, 'state', 'fresh.index') };
      await mirror.checkOut({ ...fresh, commit });
      await mirror.advance({ ...fresh, from: commit, to: repository.head });
      writeFiles(fresh.directory, { 'src/a.js': 'b\n' });
      await mirror.restore({ ...fresh, commit });
      await workspaces.clear(fresh.directory);
    });
    await step('world', async () => {
      const folder = join(stand.path, 'state', 'worlds', 'run_x', 'task', 'beta');
      const place = { mirrorPath: mirror.path, directory: join(folder, 'tree'), private: join(folder, 'private') };
      mkdirSync(place.private, { recursive: true });
      await workspaces.create({ ...place, commit, near: repository.head });
      await workspaces.remove(place);
    });
    await step('publish', async () => {
      const published = await git.publish(mirror.path, repository.root, 'miyabi/run_1', commit);
      if (published.kind !== 'published') throw new Error(published.kind === 'refused' ? published.reason : published.kind);
    });
  }
  await step('forget', async () => await mirror.deleteRefs('refs/miyabi/worlds/r'));
  await step('prune', async () => await mirror.prune());
  await step(
    'remove',
    async () => await workspaces.remove({ mirrorPath: mirror.path, directory: tree, private: join(tree, '..', 'private') }),
  );
  return {
    commit,
    paths,
    texts,
    refused,
    leaked: JSON.stringify(said).includes(secret),
    executed: it.executed(),
    outside: it.outsideNow(),
  };
}
