import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Files } from '../../test/support/layer-stand.ts';
import { layerStand, looseEnds, notingProgram, systemPath } from '../../test/support/layer-stand.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { CheckCommand } from '../domain/checks.ts';
import type { DependencyRequest } from './dependency-plan.ts';
import { discardIfLayer, discardLayer } from './discard-layer.ts';
import { ensureLayer } from './ensure-layer.ts';

const ci: CheckCommand = { command: ['npm', 'ci', '--no-audit'], shown: 'npm ci' };
const make: CheckCommand = { command: ['make-deps'], shown: 'make-deps' };

/** A stand whose npm and make-deps do as told. */
async function standWith(
  installer = 'mkdir -p node_modules/x node_modules/.bin; echo 1 > node_modules/x/index.js; ln -s ../x/index.js node_modules/.bin/x',
) {
  const programs = await temporaryFolder();
  const npm = notingProgram(programs.path, 'npm', installer);
  const other = notingProgram(programs.path, 'make-deps', installer);
  const stand = await layerStand({ PATH: `${npm.bin}:${systemPath}` });
  return {
    ...stand,
    calls: () => [...npm.calls(), ...other.calls()],
    async [Symbol.asyncDispose]() {
      await stand[Symbol.asyncDispose]();
      await programs[Symbol.asyncDispose]();
    },
  };
}

const locked = {
  'package.json': JSON.stringify({ name: 'p', scripts: { test: 'x' }, dependencies: { x: '1.0.0' } }),
  'package-lock.json': '{"lockfileVersion":3}',
  '.npmrc': 'registry=https://evil.example',
};
const workspaces = { ...locked, 'package.json': '{"workspaces":["p/*"],"dependencies":{"x":"1"}}', 'p/a/package.json': '{"name":"a"}' };

describe('dependencies', () => {
  test('are installed once for a lockfile, however many ask at the same time, and no checkout changes them for another', async () => {
    await using stand = await standWith();
    const all = await Promise.all(['a', 'b', 'c'].map(async (name) => await stand.checkout(name, locked, ci)));
    expect(all.map(({ install }) => install.kind)).toEqual(['passed', 'passed', 'passed']);
    expect(stand.calls()).toHaveLength(1);
    for (const { folder } of all) expect(readFileSync(join(folder.tree, 'node_modules/.bin/x'), 'utf8')).toBe('1\n');
    writeFileSync(join(all[0]!.folder.tree, 'node_modules/x/index.js'), 'changed');
    const next = await stand.checkout('d', locked, ci);
    expect(readFileSync(join(next.folder.tree, 'node_modules/x/index.js'), 'utf8')).toBe('1\n');
    expect(stand.calls()).toHaveLength(1);
  });

  test('lie in a layer that holds what appears in the checkout and nothing else', async () => {
    await using stand = await standWith('ls -A > node_modules/seen');
    const { ready, notes } = await stand.checkout('a', { ...locked, 'index.js': 'x' }, ci);
    expect(ready.installed).toEqual(['/node_modules']);
    const [layer] = ready.layers;
    expect(await stand.say({ ...stand.makeFolder('b', {}), tree: layer! }, 'ls', '-A')).toBe('node_modules');
    expect(readFileSync(join(layer!, 'node_modules/seen'), 'utf8').split('\n')).toEqual([
      'node_modules',
      'package-lock.json',
      'package.json',
      '',
    ]);
    expect(await stand.say({ ...stand.makeFolder('c', {}), tree: join(stand.layers, stand.names()[0]!) }, 'ls', '-A')).toBe(
      'layer.json\ntree',
    );
    expect(notes).toEqual([expect.stringContaining('Install scripts'), expect.stringContaining('.npmrc were not followed: registry.')]);
  });

  test.each<[string, Files, Partial<DependencyRequest>, boolean]>([
    ['another script', { ...locked, 'package.json': locked['package.json'].replace('"x"}', '"y"}') }, {}, true],
    ['another lockfile', { ...locked, 'package-lock.json': '{"x":2}' }, {}, false],
    ['another setting of the layout', { ...locked, '.npmrc': 'legacy-peer-deps=true' }, {}, false],
    ['another Node', locked, { nodeVersion: '22.0.0' }, false],
    ['another minor Node', locked, { nodeVersion: '24.9.0' }, true],
    ['another system', locked, { platform: 'darwin-arm64' }, false],
    ['install scripts that run', locked, { installScripts: true }, false],
  ])('with %s the layer is the same or another one, as it must be', async (_name, files, more, same) => {
    await using stand = await standWith();
    const [one, other] = [await stand.plan(locked, ci), await stand.plan(files, ci, more)];
    expect(one.kind === 'layer' && other.kind === 'layer' && one.key === other.key).toBe(same);
  });

  test.each<[string, Files, boolean]>([
    ['a script of a package', { ...workspaces, 'p/a/package.json': '{"name":"a","scripts":{"test":"x"}}' }, true],
    ['a source', { ...workspaces, 'p/a/index.js': 'x' }, true],
    ['a dependency of a package', { ...workspaces, 'p/a/package.json': '{"name":"a","dependencies":{"y":"1"}}' }, false],
    ['one package more', { ...workspaces, 'p/b/package.json': '{"name":"b"}' }, false],
    ['a setting', { ...workspaces, '.npmrc': 'hoist=false' }, false],
    ['a patch', { ...workspaces, 'patches/x.patch': '+1' }, false],
  ])('of npm workspaces are the same or others with %s, as they must be', async (_name, files, same) => {
    await using stand = await standWith();
    const [one, other] = [await stand.plan(workspaces, ci), await stand.plan(files, ci)];
    expect(one.kind === 'layer' && other.kind === 'layer' && one.key === other.key).toBe(same);
  });

  test('that lie in the project decide by all that is in them', async () => {
    await using stand = await standWith();
    const files = { 'package.json': '{"dependencies":{"x":"file:./x"}}', 'x/package.json': '{"name":"x"}', 'x/index.js': '1' };
    const keys = await Promise.all([files, { ...files, 'x/index.js': '2' }, { ...files, 'y.js': '2' }].map((one) => stand.plan(one, ci)));
    const [first, changed, beside] = keys.map((plan) => (plan.kind === 'layer' ? plan.key : plan.kind));
    expect(changed).not.toBe(first);
    expect(beside).toBe(first);
  });

  test('without a lockfile are looked up anew the next day, which is said', async () => {
    await using stand = await standWith();
    const files = { 'package.json': locked['package.json'] };
    expect((await stand.checkout('a', files, ci)).notes.join(' ')).toContain('no lockfile');
    await stand.checkout('b', files, ci);
    expect(stand.calls()).toHaveLength(1);
    await stand.checkout('c', files, ci, { at: Date.UTC(2026, 0, 2) });
    expect(stand.calls()).toHaveLength(2);
  });

  test('that are used are young again', async () => {
    await using stand = await standWith();
    await stand.checkout('a', locked, ci);
    const later = Date.UTC(2026, 0, 21);
    await stand.checkout('b', locked, ci, { at: later });
    expect(lstatSync(join(stand.layers, stand.names()[0]!)).mtimeMs).toBe(later);
  });

  test('that cannot be installed say why with the last lines, and leave no layer', async () => {
    await using stand = await standWith('echo "no such package" >&2; exit 7');
    for (const files of [locked, workspaces]) {
      const { install } = await stand.checkout('a', files, ci);
      expect(install).toMatchObject({ kind: 'failed', exitCode: 7, command: 'npm ci', output: expect.stringContaining('no such package') });
    }
    expect(stand.names()).toEqual([]);
  });

  test.each([
    ['no dependencies', { 'package.json': '{"name":"p"}' }],
    ['no package.json', { 'a.txt': 'a' }],
  ])('are none with %s, and npm is not started', async (_name, files) => {
    await using stand = await standWith();
    expect((await stand.checkout('a', files, ci)).install.kind).toBe('none');
    expect(stand.calls()).toEqual([]);
  });

  const lockOf = (entry: Readonly<Record<string, unknown>>) => ({
    ...locked,
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/x': entry } }),
  });
  const packed = { version: '1.0.0', resolved: 'https://registry.example/x/-/x-1.0.0.tgz', bin: { x: 'bin/x' }, dependencies: { y: '^1' } };
  test.each<[string, Files, Partial<DependencyRequest>, 'user' | 'world']>([
    ['a lockfile that names a registry’s packages', lockOf(packed), {}, 'user'],
    ['install scripts that are on', lockOf(packed), { installScripts: true }, 'world'],
    ['no lockfile', { 'package.json': locked['package.json'] }, {}, 'world'],
    ['a lockfile that is no JSON', { ...locked, 'package-lock.json': '{' }, {}, 'world'],
    ['a package from git in the lockfile', lockOf({ ...packed, resolved: 'git+ssh://git@host.example/x.git#1' }), {}, 'world'],
    ['a packed file from elsewhere', lockOf({ ...packed, resolved: 'https://elsewhere.example/x.tgz?what-a-world-knows' }), {}, 'world'],
    ['a packed file from another port', lockOf({ ...packed, resolved: 'https://registry.example:8443/x.tgz' }), {}, 'world'],
    ['a packed file without encryption', lockOf({ ...packed, resolved: 'http://registry.example/x.tgz' }), {}, 'world'],
    ['a link to a folder above', lockOf({ resolved: '..', link: true }), {}, 'world'],
    [
      'an override from elsewhere',
      { ...lockOf(packed), 'package.json': '{"dependencies":{"x":"1"},"overrides":{"y":"https://elsewhere.example/y.tgz"}}' },
      {},
      'world',
    ],
    ['a dependency’s dependency from git', lockOf({ ...packed, dependencies: { y: 'somebody/y' } }), {}, 'world'],
    ['a dependency from git', { ...lockOf(packed), 'package.json': '{"dependencies":{"x":"https://github.com/somebody/x"}}' }, {}, 'world'],
    ['npm workspaces', { ...lockOf(packed), 'package.json': '{"workspaces":["p"],"dependencies":{"x":"1"}}' }, {}, 'world'],
    [
      'a configured command',
      lockOf(packed),
      { install: { command: ['npm', 'ci', '--ignore-scripts=false'], shown: 'npm ci --ignore-scripts=false' } },
      'world',
    ],
  ])('with %s are installed with the HOME that may be had', async (_name, files, more, whose) => {
    await using stand = await standWith();
    const { install, notes } = await stand.checkout('a', files, ci, more);
    expect(install.kind).toBe('passed');
    expect(stand.calls()).toEqual([expect.stringMatching(whose === 'user' ? /home of the user$/ : /\/worlds\/building 1\/home$/)]);
    expect(notes.some((note) => note.includes('neither your HOME'))).toBe(whose === 'world');
  });

  test('of any other kind are a layer where it is configured what decides and what is made', async () => {
    await using stand = await standWith('mkdir -p .venv/bin vendor; echo "#!$PWD/.venv/bin/python" > .venv/bin/tool; echo x > rubbish');
    const files = { 'requirements-dev.txt': 'x==1', 'app.py': 'x', 'sub/requirements.txt': 'y' };
    const settings = { inputs: ['requirements*.txt'], outputs: ['.venv', './vendor/', 'not-made'] };
    const first = await stand.checkout('a', files, make, settings);
    const second = await stand.checkout('b', { ...files, 'app.py': 'changed' }, make, settings);
    expect([first.install.kind, second.install.kind]).toEqual(['passed', 'passed']);
    expect(first.ready.installed).toEqual(['/.venv', '/vendor']);
    expect(stand.calls()).toHaveLength(1);
    expect(existsSync(join(second.folder.tree, 'rubbish'))).toBe(false);
    // It begins with the path of its own checkout, not with that of the folder where it was installed.
    expect(readFileSync(join(second.folder.tree, '.venv/bin/tool'), 'utf8')).toBe(`#!${second.folder.tree}/.venv/bin/python\n`);
    await stand.checkout('c', { ...files, 'sub/requirements.txt': 'z' }, make, settings);
    expect(stand.calls()).toHaveLength(2);
  });

  test('that were to be made and are not have failed', async () => {
    await using stand = await standWith('true');
    const { install } = await stand.checkout('a', { 'in.txt': 'x' }, make, { inputs: ['in.txt'], outputs: ['.venv'] });
    expect(install).toMatchObject({ kind: 'failed', output: expect.stringContaining('.venv') });
  });

  test.each(['../out', '/etc', '.', 'a/../..', '.git/hooks'])('are refused where they would lie at %s', async (output) => {
    await using stand = await standWith();
    const planned = stand.plan({ 'in.txt': 'x' }, make, { inputs: ['in.txt'], outputs: [output] });
    await expect(planned).rejects.toMatchObject({ name: 'Failure', reason: 'configuration' });
  });

  test.each<[string, Files, Partial<DependencyRequest>]>([
    ['nobody knows what the command reads', { 'in.txt': 'x' }, { install: make }],
    ['nothing is among the inputs', { 'in.txt': 'x' }, { install: make, outputs: ['.venv'] }],
    ['package.json cannot be read', { 'package.json': '{' }, {}],
    ['install scripts of the project run', { ...workspaces, 'p/a/package.json': '{"scripts":{"prepare":"x"}}' }, { installScripts: true }],
    ['pnpm runs what reads other files', { ...workspaces, '.pnpmfile.cjs': 'module.exports = require("./tools/hook.cjs")' }, {}],
    ['pnpm runs a file that may be anything', { ...workspaces, 'pnpm-workspace.yaml': 'pnpmfile: tools/hook.cjs' }, {}],
    ['npm is told which git to run', { ...workspaces, '.npmrc': 'git=tools/git' }, {}],
    ['yarn is a file that may be anything', { ...workspaces, '.yarnrc.yml': 'yarnPath: tools/yarn.cjs' }, {}],
    ['yarn leads out of its folder', { ...workspaces, '.yarnrc.yml': 'yarnPath: .yarn/../tools/yarn.cjs' }, {}],
    ['the old yarn is a file that may be anything', { ...workspaces, '.yarnrc': 'yarn-path "./tools/yarn.js"' }, {}],
    [
      'yarn has a plugin that may be anything',
      { ...workspaces, '.yarnrc.yml': 'plugins:\n  - path: ./tools/plugin.cjs\n    spec: "x"' },
      {},
    ],
    ['yarn has a plugin by its path alone', { ...workspaces, '.yarnrc.yml': 'plugins:\n  - ./tools/plugin.cjs' }, {}],
    ['packages are copied into each other', { ...workspaces, 'p/a/package.json': '{"dependenciesMeta":{"b":{"injected":true}}}' }, {}],
  ])('are installed in the checkout itself where %s', async (_name, files, more) => {
    await using stand = await standWith();
    const { install, notes, folder, installed } = await stand.checkout('a', files, ci, more);
    expect(install.kind).toBe('passed');
    expect(installed).toEqual(['/node_modules']);
    expect(notes.join(' ')).toContain('in the checkout itself');
    expect(existsSync(join(folder.tree, 'node_modules/x/index.js'))).toBe(true);
    expect(stand.names()).toEqual([]);
  });

  test('are shared where programs of the project take part of which everything decides', async () => {
    await using stand = await standWith();
    const files = {
      ...workspaces,
      '.pnpmfile.cjs': 'module.exports = { hooks: { readPackage: (one) => one } };',
      '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-4.cjs\nplugins:\n  - path: .yarn/plugins/p.cjs\n    spec: "@yarnpkg/plugin-p"\n',
      '.npmrc': 'save-exact=true',
    };
    const planned = await stand.plan(files, ci);
    expect(planned.kind).toBe('layer');
  });

  test.each([
    ['a program that holds its path', String.raw`mkdir node_modules; printf '\0%s' "$PWD" > node_modules/program`],
    ['a link to what lies outside of the checkout', 'mkdir node_modules "$HOME/store"; ln -s "$HOME/store" node_modules/x'],
    ['a pipe', 'mkdir node_modules; mkfifo node_modules/pipe'],
    ['a name that is no text', String.raw`mkdir -p node_modules "$(printf 'p/\351/x')"; touch "node_modules/$(printf '\351')"`],
  ])('with %s serve one checkout alone, which is found out once', async (_name, installer) => {
    await using stand = await standWith(installer);
    const first = await stand.checkout('a', workspaces, ci);
    const second = await stand.checkout('b', workspaces, ci);
    expect([first, second].map(({ ready }) => ready.layers)).toEqual([[], []]);
    expect(second.notes.join(' ')).toContain('in the checkout itself');
    expect(stand.calls()).toHaveLength(3);
  });

  test('that are links in the place of folders are not taken along', async () => {
    await using stand = await standWith('rm -r p; ln -s /etc p; ln -s /etc .venv');
    const { install } = await stand.checkout('a', { 'in.txt': 'x', 'p/a.txt': 'a' }, make, {
      inputs: ['in.txt'],
      outputs: ['.venv', 'p/ssl'],
    });
    expect(install.kind).toBe('failed');
    expect(existsSync('/etc/ssl')).toBe(true);
  });

  test('have no second name for a file, and nothing that others may write or that acts as somebody else', async () => {
    await using stand = await standWith(
      'mkdir -p node_modules/x "$HOME/store"; echo 1 > "$HOME/store/f"; ln "$HOME/store/f" node_modules/x/f; ln node_modules/x/f node_modules/x/g; chmod 6777 node_modules/x/g node_modules/x; mkdir -m 0500 node_modules/closed',
    );
    const { ready } = await stand.checkout('a', workspaces, ci);
    expect(looseEnds(ready.layers[0]!)).toEqual([]);
    expect(readFileSync(join(ready.layers[0]!, 'node_modules/x/g'), 'utf8')).toBe('1\n');
  });

  test('bring what is new of packages too, and a lockfile that the project does not have', async () => {
    await using stand = await standWith(
      'mkdir -p node_modules p/a/node_modules; echo x > .pnp.cjs; echo y > p/a/yarn.lock; echo z > p/a/package.json',
    );
    const { ready } = await stand.checkout('a', workspaces, ci);
    expect(ready.installed).toEqual(['/.pnp.cjs', '/node_modules', '/p/a/node_modules', '/p/a/yarn.lock']);
  });

  test('name the checkout they lie in: text, links and bytes that are no text, with the times and permissions they had', async () => {
    await using stand = await standWith('true');
    const files = { 'in.txt': 'x' };
    const settings = { inputs: ['in.txt'], outputs: ['out'] };
    const tools = stand.toolsFor(files);
    const plan = await stand.plan(files, make, settings);
    const ensured = await ensureLayer(
      {
        ...tools,
        withBuildingPlace: (use) =>
          tools.withBuildingPlace(async (place) => {
            const out = join(place.folder.tree, 'out');
            mkdirSync(out);
            writeFileSync(
              join(out, 'run'),
              Buffer.concat([Buffer.from(`${place.folder.tree} ${place.folder.home} `), Buffer.from([0xe9, 0xff])]),
            );
            chmodSync(join(out, 'run'), 0o555);
            utimesSync(join(out, 'run'), 1_000, 1_000);
            symlinkSync(join(out, 'run'), join(out, 'absolute'));
            symlinkSync('run', join(out, 'relative'));
            linkSync(join(out, 'run'), join(out, 'twin'));
            return await use(place);
          }),
      },
      stand.layerRequest({}),
      plan as Extract<typeof plan, { kind: 'layer' }>,
    );
    expect(ensured.kind).toBe('there');
    const { folder } = await stand.checkout('é b', files, make, settings);
    const run = join(folder.tree, 'out/run');
    expect(readFileSync(run)).toEqual(Buffer.concat([Buffer.from(`${folder.tree} ${folder.home} `), Buffer.from([0xe9, 0xff])]));
    expect(lstatSync(run)).toMatchObject({ mode: 0o100555, mtimeMs: 1_000_000 });
    expect(readlinkSync(join(folder.tree, 'out/absolute'))).toBe(run);
    expect(readlinkSync(join(folder.tree, 'out/relative'))).toBe('run');
  });

  test('that were thrown away are installed anew, and whoever rests on them keeps them', async () => {
    await using stand = await standWith();
    const { ready } = await stand.checkout('a', locked, ci);
    const path = join(stand.layers, stand.names()[0]!);
    await discardIfLayer(stand.layers, join(path, 'tree'));
    await discardIfLayer(stand.layers, path);
    await discardLayer(path);
    expect(stand.names()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.[0-9a-f-]{36}\.discarded$/)]);
    expect((await stand.checkout('b', locked, ci)).ready.layers).toEqual(ready.layers);
    expect(stand.calls()).toHaveLength(2);
  });
});
