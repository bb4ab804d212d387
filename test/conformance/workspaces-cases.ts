import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { CommitId } from '../../src/domain/ids.ts';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { makeRepository, userGit, writeFiles } from '../support/repository.ts';
import { sha256Repository } from './workspaces-sha256.ts';
import { mountsIn, statusIn, told, workspaceStand } from './workspaces-stand.ts';
import type { WorkspaceStand } from './workspaces-stand.ts';

/** What every way of making worlds must do; each is a program, so that it runs under a test and under another user alike. */
export const workspaceCases: Readonly<Record<string, (only: WorkspaceMethod) => Promise<void>>> = {
  async 'a world is exactly its commit, and git in it says so'(only) {
    await using stand = await workspaceStand(only, withModes);
    const world = await stand.make('alpha');
    assert.equal(world.method, only);
    assert.equal(statusIn(world.directory), '');
    assert.equal(userGit(world.directory, 'rev-parse', 'HEAD'), stand.repository.head);
    assert.equal(readFileSync(join(world.directory, 'src/deep/er/b.js'), 'utf8'), 'export const b = 2;\n');
    assert.ok((statSync(join(world.directory, 'run.sh')).mode & 0o111) !== 0);
    assert.ok(lstatSync(join(world.directory, 'link')).isSymbolicLink());
    assert.equal(await stand.harvest(world), undefined);
    assert.ok(!world.index.startsWith(world.directory));
  },

  async 'whatever is written in a world, in place or anew, is in no other and not in those made later'(only) {
    await using stand = await workspaceStand(only);
    const [one, other] = [await stand.make('one'), await stand.make('other')];
    appendFileSync(join(one.directory, 'README.md'), 'more\n');
    assert.equal(one.written.length, only === 'overlay' ? 1 : 0);
    truncateSync(join(one.directory, 'src/a.js'), 3);
    writeThroughMemory(join(one.directory, 'src/deep/er/b.js'));
    writeFileSync(join(one.directory, 'new'), 'x');
    renameSync(join(one.directory, 'new'), join(one.directory, 'run.sh'));
    rmSync(join(one.directory, '.gitignore'));
    writeFiles(one.directory, { 'added/by/one.txt': '1' });
    const later = await stand.make('later');
    for (const world of [other, later]) {
      assert.equal(statusIn(world.directory), '');
      assert.equal(await stand.harvest(world), undefined);
      assert.equal(existsSync(join(world.directory, 'added')), false);
      assert.equal(readFileSync(join(world.directory, 'src/deep/er/b.js'), 'utf8'), 'export const b = 2;\n');
    }
    assert.equal(told(await stand.harvest(one)).length, 6);
  },

  async 'a layer appears in the world and is never written through'(only) {
    await using stand = await workspaceStand(only);
    const [upper, lower] = [join(stand.path, 'state/layers/upper'), join(stand.path, 'state/layers/lower')];
    writeFiles(upper, { 'node_modules/a/index.js': 'upper' });
    writeFiles(lower, { 'node_modules/a/index.js': 'lower', 'node_modules/b/index.js': 'lower', 'node_modules/b/bin.js': 'lower' });
    symlinkSync('../b/bin.js', join(lower, 'node_modules/a-link'));
    const [one, other] = [await stand.make('one', { layers: [upper, lower] }), await stand.make('other', { layers: [upper, lower] })];
    const read = (root: string, path: string): string => readFileSync(join(root, 'node_modules', path), 'utf8');
    assert.deepEqual([read(one.directory, 'a/index.js'), read(one.directory, 'b/index.js')], ['upper', 'lower']);
    assert.ok(lstatSync(join(one.directory, 'node_modules/a-link')).isSymbolicLink());
    appendFileSync(join(one.directory, 'node_modules/b/index.js'), ' changed');
    writeFiles(one.directory, { 'node_modules/c/index.js': 'c' });
    rmSync(join(one.directory, 'node_modules/b/bin.js'));
    rmSync(join(one.directory, 'node_modules/a'), { recursive: true });
    assert.equal(read(lower, 'b/index.js'), 'lower');
    assert.equal(read(lower, 'b/bin.js'), 'lower');
    assert.equal(read(upper, 'a/index.js'), 'upper');
    assert.deepEqual(readdirSync(join(other.directory, 'node_modules')).sort(), ['a', 'a-link', 'b']);
    assert.equal(read(other.directory, 'b/index.js'), 'lower');
    assert.equal(await stand.harvest(one), undefined);
    assert.equal(statusIn(one.directory), '');
  },

  async 'the harvest is the change, and nothing but the change'(only) {
    await using stand = await workspaceStand(only, withModes);
    const world = await stand.make('alpha');
    rmSync(join(world.directory, 'README.md'));
    execFileSync('mv', [join(world.directory, 'src/deep'), join(world.directory, 'src/moved')]);
    chmodSync(join(world.directory, 'run.sh'), 0o644);
    writeFiles(world.directory, { 'new/file.txt': 'n', 'ignored/x': 'i', 'a.log': 'i', 'node_modules/x.js': 'i' });
    symlinkSync('../src/a.js', join(world.directory, 'new/inside'));
    rmSync(join(world.directory, 'link'));
    writeFileSync(join(world.directory, 'link'), 'no longer a link');
    assert.deepEqual(told(await stand.harvest(world)), [
      'added new/file.txt',
      'added new/inside (symlink)',
      'deleted README.md',
      'mode run.sh',
      'modified link',
      'renamed src/deep/er/b.js -> src/moved/er/b.js',
    ]);
  },

  async 'a change of the same size with the old time is seen'(only) {
    await using stand = await workspaceStand(only);
    const world = await stand.make('alpha');
    const file = join(world.directory, 'src/a.js');
    const { atime, mtime } = statSync(file);
    writeFileSync(file, 'export const a = 2;\n');
    utimesSync(file, atime, mtime);
    assert.deepEqual(told(await stand.harvest(world)), ['modified src/a.js']);
  },

  async 'what its owner may not read or enter is harvested all the same'(only) {
    await using stand = await workspaceStand(only);
    const world = await stand.make('alpha');
    writeFiles(world.directory, { 'closed/inner/file.txt': 'x', 'secret.txt': 'y', 'src/a.js': 'changed' });
    for (const path of ['closed/inner', 'closed', 'secret.txt', 'src/a.js', 'src/deep', 'README.md'])
      chmodSync(join(world.directory, path), 0);
    assert.deepEqual(told(await stand.harvest(world)), ['added closed/inner/file.txt', 'added secret.txt', 'modified src/a.js']);
    await stand.workspaces.remove(world);
    assert.deepEqual(stand.leavings(), []);
  },

  async 'a commit near another one is made from it, and is exact'(only) {
    await using stand = await workspaceStand(only);
    const { repository, git, mirror } = stand;
    const near = repository.head;
    rmSync(join(repository.root, 'src/deep'), { recursive: true });
    chmodSync(join(repository.root, 'run.sh'), 0o755);
    const commit = repository.commit({ 'src/deep': 'now a file', 'README.md': 'other\n', 'more/x.txt': 'x' });
    await git.mirror(mirror.path, repository.root, commit);
    const layer = join(stand.path, 'layer');
    writeFiles(layer, { 'node_modules/x.js': 'x' });
    await stand.workspaces.prepareBase({ mirrorPath: mirror.path, commit: near });
    const world = await stand.make('alpha', { commit, near, layers: [layer] });
    const base = await stand.make('base', { commit: near });
    assert.equal(statusIn(world.directory), '');
    assert.equal(userGit(world.directory, 'rev-parse', 'HEAD'), commit);
    assert.equal(await stand.harvest(world, commit), undefined);
    assert.deepEqual(userGit(world.directory, 'ls-files').split('\n'), [
      '.gitignore',
      'README.md',
      'more/x.txt',
      'run.sh',
      'src/a.js',
      'src/deep',
    ]);
    assert.equal(readFileSync(join(world.directory, 'node_modules/x.js'), 'utf8'), 'x');
    assert.equal(statusIn(base.directory), '');
    assert.equal(await stand.harvest(base, near), undefined);
    appendFileSync(join(world.directory, 'more/x.txt'), 'y');
    assert.deepEqual(told(await stand.harvest(world, commit)), ['modified more/x.txt']);
  },

  async 'names may hold what mount options, shells and listings stumble over'(only) {
    await using stand = await workspaceStand(only, withOddNames, 'a, "project": \\ $(id)\n#');
    const layer = join(stand.path, 'la,yer:1 \\');
    writeFiles(layer, { 'node_modules/x.js': 'x' });
    const world = await stand.make(`wor,ld: 'one' \\ \n\t ü #`, { layers: [layer] });
    assert.equal(statusIn(world.directory), '');
    assert.equal(readFileSync(join(world.directory, 'node_modules/x.js'), 'utf8'), 'x');
    writeFiles(world.directory, { '-r,f:\\ \n': 'x' });
    assert.deepEqual(told(await stand.harvest(world)), ['added -r,f:\\ \n']);
    await stand.workspaces.remove(world);
    rmSync(join(stand.path, 'state/worlds'), { recursive: true });
    assert.deepEqual(stand.leavings(), []);
  },

  async 'a repository of SHA-256 is like any other'(only) {
    await using stand = await workspaceStand(only, sha256Repository);
    const world = await stand.make('alpha');
    assert.equal(stand.repository.head.length, 64);
    assert.equal(statusIn(world.directory), '');
    writeFiles(world.directory, { 'b.txt': 'b' });
    assert.deepEqual(told(await stand.harvest(world)), ['added b.txt']);
  },

  async 'removal leaves nothing, also the second time'(only) {
    await using stand = await workspaceStand(only);
    const layer = join(stand.path, 'layer');
    writeFiles(layer, { 'node_modules/x.js': 'x' });
    const world = await stand.make('alpha', { layers: [layer] });
    writeFiles(world.directory, { 'left/behind.txt': 'x' });
    chmodSync(join(world.directory, 'left'), 0);
    await stand.workspaces.remove(world);
    assert.equal(existsSync(world.directory), false);
    assert.deepEqual(readdirSync(world.private), []);
    await stand.workspaces.remove(world);
    assert.deepEqual(stand.leavings(), []);
    assert.deepEqual(readdirSync(layer), ['node_modules']);
  },

  async 'a world that somebody still works in goes all the same'(only) {
    await using stand = await workspaceStand(only);
    const world = await stand.make('alpha');
    const started = Promise.withResolvers<void>();
    const leave = new AbortController();
    const script = `exec 3>held; echo ready; read line`;
    const running = stand.process.run({
      command: ['sh', '-c', script],
      cwd: world.directory,
      env: { PATH: '/usr/bin:/bin' },
      timeoutMs: 60_000,
      signal: leave.signal,
      onLine: () => started.resolve(),
    });
    await Promise.race([started.promise, running]);
    await stand.workspaces.remove(world);
    assert.deepEqual(stand.leavings(), []);
    leave.abort();
    await running;
  },

  async 'a link in the place of the world or of a folder in it leads nothing astray'(only) {
    await using stand = await workspaceStand(only);
    const precious = join(stand.path, 'precious');
    writeFiles(precious, { 'er/b.js': 'export const b = 2;\n' });
    const world = await stand.make('alpha');
    rmSync(join(world.directory, 'src/deep'), { recursive: true });
    symlinkSync(precious, join(world.directory, 'src/deep'));
    await stand.workspaces.remove(world);
    assert.deepEqual(stand.leavings(), []);
    const next = await stand.make('beta');
    assert.equal(statusIn(next.directory), '');
    assert.ok(lstatSync(join(next.directory, 'src/deep')).isDirectory());
    assert.equal(readFileSync(join(precious, 'er/b.js'), 'utf8'), 'export const b = 2;\n');
  },

  async 'a world after one that spared nothing is clean'(only) {
    await using stand = await workspaceStand(only, withModes);
    const evil = await stand.make('evil');
    await havoc(stand, evil.directory);
    await stand.workspaces.remove(evil);
    const next = await stand.make('next');
    assert.equal(statusIn(next.directory), '');
    assert.equal(await stand.harvest(next), undefined);
    assert.deepEqual(readdirSync(next.directory).sort(), ['.git', '.gitignore', 'README.md', 'link', 'run.sh', 'src']);
    assert.equal(readFileSync(join(next.directory, 'src/a.js'), 'utf8'), 'export const a = 1;\n');
    assert.equal(readFileSync(join(next.directory, 'src/deep/er/b.js'), 'utf8'), 'export const b = 2;\n');
    assert.equal(statSync(join(next.directory, 'src')).mode & 0o777, 0o777 & ~process.umask());
    assert.doesNotMatch(readFileSync(join(next.directory, '.git/config'), 'utf8'), /evil/);
    // What the last one kept a name of is not what the next one has.
    writeFileSync(join(stand.path, 'kept'), 'evil');
    assert.equal(readFileSync(join(next.directory, 'README.md'), 'utf8'), 'hello\n');
  },

  async 'what could not be made leaves nothing'(only) {
    await using stand = await workspaceStand(only);
    await assert.rejects(stand.make('alpha', { commit: 'f'.repeat(40) as CommitId }));
    assert.deepEqual(stand.leavings(), []);
    await assert.rejects(stand.make('beta', { layers: [join(stand.path, 'no such layer')] }));
    assert.deepEqual(stand.leavings(), []);
    assert.equal(statusIn((await stand.make('beta')).directory), '');
  },

  async 'ten at the same time are ten worlds'(only) {
    await using stand = await workspaceStand(only);
    const worlds = await Promise.all(Array.from({ length: 10 }, async (_, at) => stand.make(`w${at}`)));
    for (const [at, world] of worlds.entries()) writeFiles(world.directory, { [`mine-${at}.txt`]: 'm' });
    const changes = await Promise.all(worlds.map(async (world) => told(await stand.harvest(world))));
    assert.deepEqual(
      changes,
      worlds.map((_, at) => [`added mine-${at}.txt`]),
    );
    await Promise.all(worlds.map((world) => stand.workspaces.remove(world)));
    assert.deepEqual(stand.leavings(), []);
  },

  async 'what is mounted is taken away below a folder, and only what is ours'(only) {
    await using stand = await workspaceStand(only);
    const world = await stand.make('alpha');
    const worlds = join(stand.path, 'state/worlds');
    const mounted = mountsIn(stand.path);
    assert.deepEqual(await stand.workspaces.unmountBelow(join(stand.path, 'elsewhere')), []);
    assert.deepEqual((await stand.workspaces.unmountBelow(worlds)).length, mounted.length);
    assert.deepEqual(mountsIn(stand.path), []);
    const again = await stand.workspaces.reopen(world);
    assert.equal(again?.method, only);
    assert.equal(statusIn(world.directory), '');
    await stand.workspaces.clear(worlds);
    assert.deepEqual(stand.leavings(), []);
  },

  async 'it is known what a world rests on'(only) {
    await using stand = await workspaceStand(only);
    const layer = join(stand.path, 'layer');
    writeFiles(layer, { 'node_modules/x.js': 'x' });
    assert.equal(await stand.workspaces.restsOn(stand.place('alpha')), undefined);
    const world = await stand.make('alpha', { layers: [layer] });
    const rests = await stand.workspaces.restsOn(world);
    const base = join(stand.path, 'state/bases/one', stand.repository.head, 'tree');
    assert.deepEqual(rests, only === 'overlay' ? [layer, base] : []);
  },
};

/** With a file that can be run and a link. */
const withModes: Parameters<typeof workspaceStand>[1] = (root, files) => {
  const repository = sha1(root, files);
  chmodSync(join(root, 'run.sh'), 0o755);
  symlinkSync('src/a.js', join(root, 'link'));
  return { ...repository, head: repository.commit({}) };
};

const withOddNames: Parameters<typeof workspaceStand>[1] = (root, files) =>
  sha1(root, { ...files, 'a,b:c\\d': '1', 'with\nnewline/ and space': '2', '-dash': '3', 'ü/é': '4', '#x': '5', '"quoted"': '6' });

function sha1(root: string, files: Readonly<Record<string, string>> | undefined) {
  return makeRepository(root, files);
}

/** Changes a file through memory shared with it, as databases do. */
function writeThroughMemory(path: string): void {
  const script = 'import mmap,sys\nf=open(sys.argv[1],"r+b")\nm=mmap.mmap(f.fileno(),0)\nm[0:6]=b"EXPORT"\nm.flush()';
  execFileSync('python3', ['-c', script, path]);
}

async function havoc(stand: WorkspaceStand, tree: string): Promise<void> {
  const { atime, mtime } = statSync(join(tree, 'src/a.js'));
  writeFileSync(join(tree, 'src/a.js'), 'export const a = 9;\n');
  utimesSync(join(tree, 'src/a.js'), atime, mtime);
  execFileSync('mv', [join(tree, 'src/deep'), join(stand.path, 'moved away')]);
  symlinkSync(join(stand.path, 'moved away'), join(tree, 'src/deep'));
  try {
    execFileSync('ln', [join(tree, 'README.md'), join(stand.path, 'kept')], { stdio: 'ignore' });
  } catch {
    // Over the edge of a mount there are no second names.
  }
  writeFiles(tree, {
    'ignored/x': 'x',
    'node_modules/y.js': 'y',
    'un/tracked': 'z',
    '.git/hooks/post-checkout': 'evil',
    'inner/.git/HEAD': 'evil',
  });
  appendFileSync(join(tree, '.git/config'), '[core]\n\tfsmonitor = evil\n');
  rmSync(join(tree, 'link'));
  mkdirSync(join(tree, 'link'));
  chmodSync(join(tree, 'run.sh'), 0o666);
  chmodSync(join(tree, 'ignored'), 0);
  chmodSync(join(tree, 'src'), 0o700);
  userGit(stand.path, 'init', '-q', join(tree, 'src/inner'));
}
