import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memoryLocks } from '../../test/support/locks.ts';
import { writeFiles } from '../../test/support/repository.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { createProcessRunner } from '../adapters/process/process-runner.ts';
import { removeFolder } from '../adapters/git/remove-folder.ts';
import type { CheckCommand } from '../domain/checks.ts';
import type { SeedRequest } from './seed.ts';
import { seedDependencies } from './seed.ts';

const path = `${process.execPath.replace(/\/node$/, '')}:/usr/local/bin:/usr/bin:/bin`;
const ci: CheckCommand = { command: ['npm', 'ci', '--no-audit'], shown: 'npm ci' };

/** A folder with an `npm` that counts its calls and installs a package with a link in it. */
async function seedStand(
  installer = 'mkdir -p node_modules/x node_modules/.bin; echo 1 > node_modules/x/index.js; ln -s ../x/index.js node_modules/.bin/x',
) {
  const folder = await temporaryFolder();
  const runner = createProcessRunner();
  const bin = join(folder.path, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'npm'),
    `#!/bin/sh\necho "$PWD" >> '${folder.path}/calls'\nls -A >> '${folder.path}/seen'\necho "$HOME" >> '${folder.path}/homes'\n${installer}\n`,
    {
      mode: 0o755,
    },
  );
  const tools = {
    process: runner,
    locks: memoryLocks(),
    workspaces: { clear: (directory: string) => removeFolder({ process: runner, path }, directory) },
  };
  const request = (tree: string, more: Partial<SeedRequest> = {}): SeedRequest => ({
    tree,
    install: ci,
    layers: join(folder.path, 'layers'),
    nodeVersion: '24.1.0',
    platform: 'linux-x64',
    environments: {
      runs: { PATH: `${bin}:${path}`, HOME: join(folder.path, 'home of the world') },
      'does-not-run': { PATH: `${bin}:${path}`, HOME: join(folder.path, 'home of the user') },
    },
    installScripts: false,
    timeoutMs: 60_000,
    at: Date.UTC(2026, 0, 1),
    ...more,
  });
  return {
    path: folder.path,
    tools,
    request,
    calls: () => (existsSync(join(folder.path, 'calls')) ? readFileSync(join(folder.path, 'calls'), 'utf8').trim().split('\n') : []),
    /** The HOME of each installation, without the folder it lies in. */
    homes: () =>
      readFileSync(join(folder.path, 'homes'), 'utf8')
        .trim()
        .split('\n')
        .map((home) => home.replace(/.* of the /, '')),
    project(name: string, files: Readonly<Record<string, string>>) {
      const tree = join(folder.path, name);
      writeFiles(tree, files);
      return tree;
    },
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const locked = {
  'package.json': JSON.stringify({ name: 'p', scripts: { test: 'x' }, dependencies: { x: '1.0.0' } }),
  'package-lock.json': '{"lockfileVersion":3}',
  '.npmrc': 'registry=https://evil.example',
};

describe('dependencies', { timeout: 60_000 }, () => {
  test('are installed once for a lockfile, however many ask at the same time, and copied with their links', async () => {
    await using stand = await seedStand();
    const trees = ['a', 'b', 'c'].map((name) => stand.project(name, locked));
    const all = await Promise.all(trees.map((tree) => seedDependencies(stand.tools, stand.request(tree))));
    expect(all.map((one) => one.install.kind)).toEqual(['passed', 'passed', 'passed']);
    expect(stand.calls()).toHaveLength(1);
    for (const tree of trees) {
      expect(lstatSync(join(tree, 'node_modules/.bin/x')).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(tree, 'node_modules/.bin/x'), 'utf8')).toBe('1\n');
    }
    writeFileSync(join(trees[0]!, 'node_modules/x/index.js'), 'changed');
    const next = stand.project('d', locked);
    await seedDependencies(stand.tools, stand.request(next));
    expect(readFileSync(join(next, 'node_modules/x/index.js'), 'utf8')).toBe('1\n');
    expect(stand.calls()).toHaveLength(1);
  });

  test('the installation sees the dependency lists and nothing else of the project', async () => {
    await using stand = await seedStand();
    const seeded = await seedDependencies(stand.tools, stand.request(stand.project('a', { ...locked, 'index.js': 'x' })));
    expect(readFileSync(join(stand.path, 'seen'), 'utf8').trim().split('\n')).toEqual([
      'node_modules',
      'package-lock.json',
      'package.json',
    ]);
    expect(seeded.notes).toEqual([
      expect.stringContaining('Install scripts'),
      expect.stringContaining('.npmrc were not followed: registry.'),
    ]);
    const layer = join(stand.path, 'layers', readdirSync(join(stand.path, 'layers'))[0]!);
    expect(readFileSync(join(layer, 'package.json'), 'utf8')).not.toContain('scripts');
  });

  test('settings of the project that decide the layout go on, and make a layer of their own', async () => {
    await using stand = await seedStand('cat .npmrc > node_modules/settings');
    const tree = stand.project('a', { ...locked, '.npmrc': 'legacy-peer-deps=true\nregistry=https://evil.example\n' });
    const seeded = await seedDependencies(stand.tools, stand.request(tree));
    expect(seeded.install.kind).toBe('passed');
    expect(readFileSync(join(tree, 'node_modules/settings'), 'utf8')).toBe('legacy-peer-deps=true\n');
    await seedDependencies(stand.tools, stand.request(stand.project('b', { ...locked, '.npmrc': 'legacy-peer-deps=false\n' })));
    expect(stand.calls()).toHaveLength(2);
  });

  test('a layer that is used is young again', async () => {
    await using stand = await seedStand();
    const at = Date.UTC(2026, 0, 1);
    await seedDependencies(stand.tools, stand.request(stand.project('a', locked), { at }));
    const later = at + 20 * 24 * 60 * 60_000;
    await seedDependencies(stand.tools, stand.request(stand.project('b', locked), { at: later }));
    const [layer] = readdirSync(join(stand.path, 'layers'));
    expect(lstatSync(join(stand.path, 'layers', layer!)).mtimeMs).toBe(later);
    expect(stand.calls()).toHaveLength(1);
  });

  test('another lockfile, another Node or other scripts settings make another layer; another script does not', async () => {
    await using stand = await seedStand();
    const same = { ...locked, 'package.json': JSON.stringify({ name: 'p', scripts: { test: 'other' }, dependencies: { x: '1.0.0' } }) };
    await seedDependencies(stand.tools, stand.request(stand.project('a', locked)));
    await seedDependencies(stand.tools, stand.request(stand.project('b', same)));
    expect(stand.calls()).toHaveLength(1);
    await seedDependencies(stand.tools, stand.request(stand.project('c', { ...locked, 'package-lock.json': '{"x":2}' })));
    await seedDependencies(stand.tools, stand.request(stand.project('d', locked), { nodeVersion: '22.0.0' }));
    await seedDependencies(stand.tools, stand.request(stand.project('e', locked), { installScripts: true }));
    expect(stand.calls()).toHaveLength(4);
  });

  test('that cannot be installed say why, and leave no layer', async () => {
    await using stand = await seedStand('echo "no such package" >&2; exit 7');
    const { install } = await seedDependencies(stand.tools, stand.request(stand.project('a', locked)));
    expect(install).toMatchObject({ kind: 'failed', exitCode: 7, command: 'npm ci', output: expect.stringContaining('no such package') });
    expect(readdirSync(join(stand.path, 'layers'))).toEqual([]);
  });

  test.each([
    ['no dependencies', { 'package.json': '{"name":"p"}' }],
    ['no package.json', { 'a.txt': 'a' }],
  ])('with %s npm is not started', async (_name, files) => {
    await using stand = await seedStand();
    const { install } = await seedDependencies(stand.tools, stand.request(stand.project('a', files)));
    expect(install.kind).toBe('none');
    expect((await seedDependencies(stand.tools, stand.request(stand.project('b', files), { install: undefined }))).install.kind).toBe(
      'none',
    );
    expect(stand.calls()).toEqual([]);
  });

  test('workspaces, folders of the project and other commands are installed in the checkout itself', async () => {
    await using stand = await seedStand();
    const workspaces = stand.project('a', { 'package.json': '{"workspaces":["p/*"],"dependencies":{"x":"1"}}' });
    const local = stand.project('b', { 'package.json': '{"dependencies":{"x":"file:./x"}}' });
    const broken = stand.project('c', { 'package.json': '{' });
    for (const tree of [workspaces, local, broken]) {
      const { install, notes } = await seedDependencies(stand.tools, stand.request(tree));
      expect(install.kind).toBe('passed');
      expect(notes.join(' ')).toContain('in the checkout itself');
    }
    expect(stand.calls()).toEqual([workspaces, local, broken]);
  });

  const lockOf = (entry: Readonly<Record<string, unknown>>) => ({
    ...locked,
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/x': entry } }),
  });
  const packed = { version: '1.0.0', resolved: 'https://registry.example/x/-/x-1.0.0.tgz', bin: { x: 'bin/x' }, dependencies: { y: '^1' } };
  test.each<[string, Readonly<Record<string, string>>, Partial<SeedRequest>, string]>([
    ['a lockfile that names a registry’s packages', lockOf(packed), {}, 'user'],
    ['install scripts that are on', lockOf(packed), { installScripts: true }, 'world'],
    ['no lockfile', { 'package.json': locked['package.json'] }, {}, 'world'],
    ['a lockfile that is no JSON', { ...locked, 'package-lock.json': '{' }, {}, 'world'],
    ['a package from git in the lockfile', lockOf({ ...packed, resolved: 'git+ssh://git@host.example/x.git#1' }), {}, 'world'],
    ['a dependency’s dependency from git', lockOf({ ...packed, dependencies: { y: 'somebody/y' } }), {}, 'world'],
    ['a dependency from git', { ...lockOf(packed), 'package.json': '{"dependencies":{"x":"https://github.com/somebody/x"}}' }, {}, 'world'],
    ['npm workspaces', { ...lockOf(packed), 'package.json': '{"workspaces":["p"],"dependencies":{"x":"1"}}' }, {}, 'world'],
    [
      'a configured command',
      lockOf(packed),
      { install: { command: ['npm', 'ci', '--ignore-scripts=false'], shown: 'npm ci --ignore-scripts=false' } },
      'world',
    ],
  ])('with %s the installation has the HOME it may have', async (_name, files, more, whose) => {
    await using stand = await seedStand();
    const seeded = await seedDependencies(stand.tools, stand.request(stand.project('a', files), more));
    expect(seeded.install.kind).toBe('passed');
    expect(stand.homes()).toEqual([whose]);
    expect(seeded.notes.some((note) => note.includes('neither your HOME'))).toBe(whose === 'world');
  });

  test('without a lockfile it is said, and looked up anew the next day', async () => {
    await using stand = await seedStand();
    const files = { 'package.json': locked['package.json'] };
    const first = await seedDependencies(stand.tools, stand.request(stand.project('a', files)));
    expect(first.notes.join(' ')).toContain('no lockfile');
    await seedDependencies(stand.tools, stand.request(stand.project('b', files)));
    expect(stand.calls()).toHaveLength(1);
    await seedDependencies(stand.tools, stand.request(stand.project('c', files), { at: Date.UTC(2026, 0, 2) }));
    expect(stand.calls()).toHaveLength(2);
  });

  test('a lockfile that is a link is not followed out of the checkout', async () => {
    await using stand = await seedStand();
    const tree = stand.project('a', { 'package.json': locked['package.json'] });
    writeFiles(stand.path, { secret: 'secret' });
    symlinkSync('../secret', join(tree, 'package-lock.json'));
    await seedDependencies(stand.tools, stand.request(tree));
    const layer = join(stand.path, 'layers', readdirSync(join(stand.path, 'layers'))[0]!);
    expect(existsSync(join(layer, 'package-lock.json'))).toBe(false);
  });

  test('the real npm installs a package that lies in the project, with no network', async () => {
    await using stand = await seedStand();
    const tree = stand.project('a', {
      'package.json': '{"name":"p","dependencies":{"x":"file:./x"}}',
      'x/package.json': '{"name":"x","version":"1.0.0","scripts":{"postinstall":"touch ../ran"}}',
    });
    const install: CheckCommand = {
      command: ['npm', 'install', '--offline', '--no-audit', '--no-fund', '--no-package-lock'],
      shown: 'npm install',
    };
    const environment = { PATH: path, HOME: stand.path, npm_config_ignore_scripts: 'true' };
    const environments = { runs: environment, 'does-not-run': environment };
    const seeded = await seedDependencies(stand.tools, stand.request(tree, { install, environments }));
    expect(seeded.install).toMatchObject({ kind: 'passed' });
    expect(existsSync(join(tree, 'node_modules/x/package.json'))).toBe(true);
    expect(existsSync(join(tree, 'ran'))).toBe(false);
  });
});
