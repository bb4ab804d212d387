import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import type { Files } from '../../test/support/layer-stand.ts';
import { layerStand, looseEnds, notingProgram, systemPath } from '../../test/support/layer-stand.ts';
import type { TestRegistry } from '../../test/support/registry.ts';
import { testRegistry } from '../../test/support/registry.ts';
import type { TemporaryFolder } from '../../test/support/temporary.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { CheckCommand } from '../domain/checks.ts';

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const programs: Readonly<Record<string, string>> = {
  pnpm: join(modules, 'pnpm/bin/pnpm.mjs'),
  yarn: join(modules, 'yarn/bin/yarn.js'),
  berry: join(modules, '@yarnpkg/cli-dist/bin/yarn.js'),
};

/** Two packages, of which one brings a program and needs the other; its install script leaves a trace. */
const packages = [
  {
    name: 'left',
    version: '1.0.0',
    files: {
      'index.js': "module.exports = 'left+' + require('right');",
      'bin.js': "#!/usr/bin/env node\nconsole.log(require('./index.js'));",
    },
    manifest: { bin: { left: 'bin.js' }, dependencies: { right: '^1.0.0' }, scripts: { postinstall: 'touch RAN' } },
  },
  { name: 'right', version: '1.0.0', files: { 'index.js': "module.exports = 'right';" } },
];

const command = (...words: [string, ...string[]]): CheckCommand => ({ command: words, shown: words.join(' ') });

let registry: TestRegistry;
let bins: TemporaryFolder;
beforeAll(async () => {
  registry = await testRegistry(packages);
  bins = await temporaryFolder();
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await bins[Symbol.asyncDispose]();
});

/** A stand in which the registry is ours and `name` is the real program. */
async function realStand(name: string, calledAs = name) {
  const program = programs[name];
  const environment = {
    npm_config_registry: registry.url,
    pnpm_config_registry: registry.url,
    YARN_NPM_REGISTRY_SERVER: registry.url,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    npm_config_ignore_scripts: 'true',
    YARN_ENABLE_SCRIPTS: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
  if (program === undefined) return layerStand(environment);
  const { bin } = notingProgram(join(bins.path, name), calledAs, `exec node '${program}' "$@"`);
  return layerStand({ ...environment, PATH: `${bin}:${systemPath}` });
}

const project = (workspaceRange: string, more: Files = {}): Files => ({
  'package.json': JSON.stringify({
    name: 'root',
    version: '1.0.0',
    private: true,
    workspaces: ['packages/*'],
    scripts: { say: 'left', postinstall: 'touch RAN' },
    dependencies: { left: '1.0.0' },
  }),
  'packages/a/package.json': '{"name":"@p/a","version":"1.0.0","main":"index.js","dependencies":{"left":"1.0.0"},"scripts":{"say":"left"}}',
  'packages/a/index.js': "module.exports = 'a+' + require('left');",
  'packages/b/package.json': JSON.stringify({ name: '@p/b', version: '1.0.0', dependencies: { '@p/a': workspaceRange, right: '1.0.0' } }),
  'packages/b/index.js': "console.log(require('@p/a') + '+' + require('right'));",
  ...more,
});

const kinds: readonly [name: string, calledAs: string, files: Files, install: CheckCommand, node: readonly [string, ...string[]]][] = [
  ['npm', 'npm', project('1.0.0'), command('npm', 'install', '--no-package-lock'), ['node']],
  ['pnpm', 'pnpm', project('workspace:*', { 'pnpm-workspace.yaml': 'packages:\n  - packages/*\n' }), command('pnpm', 'install'), ['node']],
  ['yarn', 'yarn', project('1.0.0', { '.yarnrc': '' }), command('yarn', 'install'), ['node']],
  ['berry', 'yarn', project('workspace:*', { '.yarnrc.yml': 'nodeLinker: node-modules\n' }), command('yarn', 'install'), ['node']],
  ['berry', 'yarn', project('workspace:*', { '.yarnrc.yml': 'nodeLinker: pnp\n' }), command('yarn', 'install'), ['yarn', 'node']],
];

describe('workspaces, installed by the real programs', () => {
  test.each(kinds)('%s (called %s)', async (name, calledAs, files, install, node) => {
    await using stand = await realStand(name, calledAs);
    const first = await stand.checkout('first', files, install);
    expect(first.install, first.notes.join(' ')).toMatchObject({ kind: 'passed' });
    expect(first.ready.layers, first.notes.join(' ')).toHaveLength(1);
    expect(looseEnds(first.ready.layers[0]!)).toEqual([]);

    const asked = registry.asked.length;
    const second = await stand.checkout('second', { ...files, 'packages/a/index.js': "module.exports = 'A+' + require('left');" }, install);
    expect(registry.asked.length).toBe(asked);
    expect(second.ready.layers).toEqual(first.ready.layers);
    // The packages of the project are those of the checkout, and no script has run.
    expect(await stand.say(second.folder, ...node, 'packages/b/index.js')).toBe('A+left+right+right');
    const run = await stand.say(second.folder, calledAs, 'run', 'say');
    expect(run.split('\n')).toContain('left+right');
    expect(run).not.toMatch(/install|recreating/i);
    expect(readdirSync(second.folder.tree, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('RAN'))).toEqual([]);
    expect(registry.asked.length).toBe(asked);
  });

  test('with a lockfile of the project', { tags: ['campaign'] }, async () => {
    await using stand = await realStand('pnpm');
    const files = project('workspace:*', { 'pnpm-workspace.yaml': 'packages:\n  - packages/*\n' });
    const place = stand.makeFolder('locking', files);
    await stand.say(place, 'pnpm', 'install', '--lockfile-only');
    const locked = { ...files, 'pnpm-lock.yaml': readFileSync(join(place.tree, 'pnpm-lock.yaml'), 'utf8') };
    const { install, notes, ready } = await stand.checkout('a', locked, command('pnpm', 'install', '--frozen-lockfile'));
    expect(install).toMatchObject({ kind: 'passed' });
    expect(ready.layers).toHaveLength(1);
    expect(notes.join(' ')).not.toContain('no lockfile');
    const broken = { ...locked, 'package.json': files['package.json']!.replace('"left":"1.0.0"', '"left":"1.0.0","right":"1.0.0"') };
    const failed = await stand.checkout('b', broken, command('pnpm', 'install', '--frozen-lockfile'));
    expect(failed.install).toMatchObject({ kind: 'failed', exitCode: 1, output: expect.stringMatching(/lockfile/i) });
  });

  test('with yarn’s lockfile and its linker `pnpm` each checkout is installed by itself', { tags: ['campaign'] }, async () => {
    await using stand = await realStand('berry', 'yarn');
    const files = project('workspace:*', { '.yarnrc.yml': 'nodeLinker: pnpm\n' });
    const place = stand.makeFolder('locking', files);
    await stand.say(place, 'yarn', 'install', '--no-immutable');
    const locked = { ...files, 'yarn.lock': readFileSync(join(place.tree, 'yarn.lock'), 'utf8') };
    const { install, ready, folder, notes } = await stand.checkout('a', locked, command('yarn', 'install', '--frozen-lockfile'));
    expect(install).toMatchObject({ kind: 'passed' });
    expect(ready.layers).toEqual([]);
    expect(notes.join(' ')).toContain('linker');
    expect(await stand.say(folder, 'yarn', 'run', 'say')).toBe('left+right');
  });
});

describe('one package, installed by the real npm', () => {
  test('from its lists alone', async () => {
    await using stand = await realStand('npm');
    const files = { 'package.json': '{"name":"p","dependencies":{"left":"1.0.0"},"scripts":{"say":"left"}}' };
    const { install, folder } = await stand.checkout('a', files, command('npm', 'install', '--no-package-lock'));
    expect(install).toMatchObject({ kind: 'passed' });
    expect(await stand.say(folder, 'npm', 'run', '--silent', 'say')).toBe('left+right');
  });

  test('with a packed file and a folder of the project', { tags: ['campaign'] }, async () => {
    await using stand = await realStand('npm');
    const files = {
      'package.json': '{"name":"p","dependencies":{"x":"file:./x","left":"1.0.0"}}',
      'x/package.json': '{"name":"x","version":"1.0.0","scripts":{"postinstall":"touch ../RAN"}}',
      'x/index.js': 'console.log(1)',
    };
    const { install, folder, ready } = await stand.checkout('a', files, command('npm', 'install', '--no-package-lock'));
    expect(install).toMatchObject({ kind: 'passed' });
    expect(ready.layers).toHaveLength(1);
    expect(await stand.say(folder, 'node', '-e', 'require("x")')).toBe('1');
    expect(existsSync(join(folder.tree, 'RAN'))).toBe(false);
  });
});

const python = hasPython();
test.skipIf(!python)(
  'a virtual environment of Python’s is told where it lies (skipped without python3 and its venv)',
  { tags: ['campaign'] },
  async () => {
    await using stand = await layerStand();
    const files = { 'requirements.txt': '', 'app.py': '' };
    const settings = { inputs: ['requirements*.txt'], outputs: ['.venv'] };
    const first = await stand.checkout('first', files, command('python3', '-m', 'venv', '.venv'), settings);
    expect(first.install, first.notes.join(' ')).toMatchObject({ kind: 'passed' });
    expect(first.ready.layers, first.notes.join(' ')).toHaveLength(1);
    expect(looseEnds(first.ready.layers[0]!)).toEqual([]);
    const second = await stand.checkout('second', files, command('python3', '-m', 'venv', '.venv'), settings);
    const venv = join(second.folder.tree, '.venv');
    expect(await stand.say(second.folder, '.venv/bin/python', '-c', 'import sys; print(sys.prefix)')).toBe(venv);
    expect(await stand.say(second.folder, '.venv/bin/pip', '--version')).toContain(`${venv}/`);
    expect(await stand.say(second.folder, 'sh', '-c', '. .venv/bin/activate; which python')).toBe(join(venv, 'bin/python'));
  },
);

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore', env: { PATH: systemPath } });
    return true;
  } catch {
    return false;
  }
}
