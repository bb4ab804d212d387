import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { gitStand } from '../../test/support/git-stand.ts';
import type { LayerProgramRequest } from '../../test/support/layer-program.ts';
import { looseEnds, notingProgram, systemPath } from '../../test/support/layer-stand.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { sqliteLocks } from '../adapters/lock/sqlite-locks.ts';
import type { CommitId } from '../domain/ids.ts';
import type { WorkspaceMethod } from '../domain/machine.ts';
import type { WorldFolder } from '../domain/state-folder.ts';
import { stateFolder, worldFolderAt } from '../domain/state-folder.ts';
import { collectLayers } from './collect-layers.ts';
import { readyDependencies, settleDependencies } from './dependencies.ts';
import { discardLayer } from './discard-layer.ts';
import { planDependencies, projectFiles } from './plan-dependencies.ts';

const now = Date.UTC(2026, 0, 1);
const uses = await usableMethods();

/** The ways of making checkouts that this machine has. */
async function usableMethods(): Promise<ReadonlySet<WorkspaceMethod>> {
  await using stand = await gitStand();
  const ladder = await stand.workspaces.ladder();
  return new Set(ladder.filter(({ usable }) => usable).map(({ method }) => method));
}

const files = {
  'package.json': '{"name":"root","workspaces":["p/*"],"dependencies":{"x":"1"}}',
  'package-lock.json': '{"lockfileVersion":3}',
  'p/a/package.json': '{"name":"a"}',
  '.gitignore': 'node_modules\n',
};

/** An npm for workspaces: hard links, programs that name their place, a link to a package of the project. */
const npm =
  'mkdir -p node_modules/x node_modules/.bin p/a/node_modules/y; echo 1 > node_modules/x/index.js; ln node_modules/x/index.js p/a/node_modules/y/index.js; echo "# $PWD/node_modules" > node_modules/.bin/x; ln -s ../p/a node_modules/a; cp package-lock.json node_modules/lock';

async function worldsStand(only: WorkspaceMethod) {
  const stand = await gitStand(files, 'a project', only);
  const state = stateFolder(join(stand.path, 'state'));
  mkdirSync(state.layers, { recursive: true });
  const program = notingProgram(join(stand.path, 'programs'), 'npm', npm);
  const environment = { PATH: `${program.bin}:${systemPath}` };
  const worlds: string[] = [];

  async function make(name: string, commit: CommitId, layers: readonly string[]): Promise<WorldFolder> {
    const folder = worldFolderAt(join(state.root, 'worlds/run/task', name));
    for (const path of [folder.context, folder.home, folder.tmp, folder.private]) mkdirSync(path, { recursive: true });
    worlds.push(folder.root);
    await stand.workspaces.create({ mirrorPath: stand.mirror.path, directory: folder.tree, private: folder.private, commit, layers });
    return folder;
  }
  async function remove(folder: WorldFolder): Promise<void> {
    await stand.workspaces.remove({ mirrorPath: stand.mirror.path, directory: folder.tree, private: folder.private });
    await stand.workspaces.clear(folder.root);
    worlds.splice(worlds.indexOf(folder.root), 1);
  }

  return {
    ...stand,
    state,
    calls: program.calls,
    remove,
    async world(name: string, commit = stand.repository.head) {
      await stand.git.mirror(stand.mirror.path, stand.repository.root, commit);
      const plan = await planDependencies(projectFiles(stand.mirror, commit), {
        install: { command: ['npm', 'ci'], shown: 'npm ci' },
        nodeVersion: '24.0.0',
        platform: 'linux-x64',
        installScripts: false,
        registries: [],
        at: now,
      });
      const tools = {
        ...stand,
        withBuildingPlace: async <Result>(
          use: (place: { folder: WorldFolder; environment: Record<string, string>; process: typeof stand.process }) => Promise<Result>,
        ) => {
          const folder = await make(`${name}-install`, commit, []);
          try {
            return await use({ folder, environment, process: stand.process });
          } finally {
            await remove(folder);
          }
        },
      };
      const ready = await readyDependencies(tools, { layers: state.layers, usersEnvironment: {}, timeoutMs: 60_000, at: now }, plan);
      const folder = await make(name, commit, ready.layers);
      const settled = await settleDependencies(stand, { folder, environment, timeoutMs: 60_000 }, ready);
      return { folder, ready, install: settled.install };
    },
    collect: (dryRun = false) =>
      collectLayers(
        { ...stand, ledger: { folders: async () => await Promise.resolve(worlds.map((directory) => ({ directory }) as never)) } },
        { state, now: now + 1, keptMs: 0, dryRun },
      ),
    names: () => readdirSync(state.layers),
  };
}

const methods: readonly WorkspaceMethod[] = ['overlay', 'reflink', 'pool', 'checkout'];
describe.each(methods)('layers under worlds made as %s', (method) => {
  test('appear in each with the project’s own packages, and no world writes into another one', async (context) => {
    context.skip(!uses.has(method), `not run here: worlds cannot be made as ${method}`);
    await using stand = await worldsStand(method);
    const [alpha, beta] = [await stand.world('alpha'), await stand.world('beta')];
    expect([alpha.install.kind, beta.install.kind]).toEqual(['passed', 'passed']);
    expect(stand.calls()).toHaveLength(1);
    expect(alpha.ready.installed).toEqual(['/node_modules', '/p/a/node_modules']);
    const [layer] = alpha.ready.layers;
    expect(looseEnds(layer!)).toEqual([]);
    writeFileSync(join(alpha.folder.tree, 'node_modules/x/index.js'), 'poison');
    writeFileSync(join(alpha.folder.tree, 'node_modules/a/new.js'), 'mine');
    for (const at of [layer!, beta.folder.tree]) {
      expect(readFileSync(join(at, 'node_modules/x/index.js'), 'utf8')).toBe('1\n');
      expect(readFileSync(join(at, 'p/a/node_modules/y/index.js'), 'utf8')).toBe('1\n');
    }
    expect(readFileSync(join(alpha.folder.tree, 'p/a/new.js'), 'utf8')).toBe('mine');
    expect(existsSync(join(beta.folder.tree, 'p/a/new.js'))).toBe(false);
    for (const { folder } of [alpha, beta]) {
      expect(readFileSync(join(folder.tree, 'node_modules/.bin/x'), 'utf8')).toBe(`# ${folder.tree}/node_modules\n`);
    }
  });

  test('are others for a commit that changes the lockfile', async (context) => {
    context.skip(!uses.has(method), `not run here: worlds cannot be made as ${method}`);
    await using stand = await worldsStand(method);
    const alpha = await stand.world('alpha');
    const beta = await stand.world('beta', stand.repository.commit({ 'package-lock.json': '{"lockfileVersion":3,"y":1}' }));
    expect(stand.names()).toHaveLength(2);
    expect(readFileSync(join(alpha.folder.tree, 'node_modules/lock'), 'utf8')).not.toContain('y');
    expect(readFileSync(join(beta.folder.tree, 'node_modules/lock'), 'utf8')).toContain('y');
  });

  test('are collected when no world rests on them, thrown away ones too', async (context) => {
    context.skip(!uses.has(method), `not run here: worlds cannot be made as ${method}`);
    await using stand = await worldsStand(method);
    const alpha = await stand.world('alpha');
    await discardLayer(join(alpha.ready.layers[0]!, '..'));
    const beta = await stand.world('beta');
    expect(stand.names()).toHaveLength(2);
    expect(readFileSync(join(alpha.folder.tree, 'node_modules/x/index.js'), 'utf8')).toBe('1\n');
    const rest = method === 'overlay' ? 2 : 0;
    expect(await stand.collect(true)).toHaveLength(2 - rest);
    await stand.collect();
    expect(stand.names()).toHaveLength(rest);
    for (const { folder } of [alpha, beta]) {
      expect(readFileSync(join(folder.tree, 'p/a/node_modules/y/index.js'), 'utf8')).toBe('1\n');
      await stand.remove(folder);
    }
    await stand.collect();
    expect(stand.names()).toEqual([]);
  });
});

describe('layers that several processes make', () => {
  const key = 'a'.repeat(64);
  const program = fileURLToPath(new URL('../../test/support/layer-program.ts', import.meta.url));
  const start = (request: LayerProgramRequest) =>
    spawn(process.execPath, [program, JSON.stringify(request)], { stdio: ['ignore', 'pipe', 'inherit'] });

  test('are installed once', async () => {
    await using folder = await temporaryFolder();
    const { bin, calls } = notingProgram(folder.path, 'npm', 'echo 1 > node_modules/x');
    const request = { layers: join(folder.path, 'layers'), locks: join(folder.path, 'locks'), path: `${bin}:${systemPath}`, key };
    const children = [start(request), start(request), start(request)];
    expect((await Promise.all(children.map((child) => once(child, 'exit')))).map(([code]) => code as unknown)).toEqual([0, 0, 0]);
    expect(calls()).toHaveLength(1);
    expect(readdirSync(request.layers)).toEqual([key]);
  });

  test('and in the middle of which one is killed leave a folder that is collected, and can be made again', async () => {
    await using folder = await temporaryFolder();
    const signal = join(folder.path, 'signal');
    execFileSync('mkfifo', [signal]);
    const { bin } = notingProgram(folder.path, 'npm', `if [ -p '${signal}' ]; then echo started > '${signal}'; exec sleep 100; fi`);
    const request = { layers: join(folder.path, 'layers'), locks: join(folder.path, 'locks'), path: `${bin}:${systemPath}`, key };
    const child = start(request);
    await readFile(signal, 'utf8');
    const [end] = [once(child, 'exit'), child.kill('SIGKILL')];
    await end;
    expect(readdirSync(request.layers)).toEqual([expect.stringMatching(/^a{64}\..*\.making$/)]);
    execFileSync('rm', [signal]);
    const state = stateFolder(folder.path);
    const tools = {
      ledger: { folders: async () => await Promise.resolve([]) },
      locks: sqliteLocks(request.locks),
      workspaces: {
        restsOn: async () => await Promise.resolve([]),
        clear: async (directory: string) => void execFileSync('rm', ['-rf', directory]),
      },
    };
    const [half] = await collectLayers(tools, { state, now, keptMs: 1_000, dryRun: false });
    expect(half).toMatchObject({ why: 'its making was interrupted' });
    expect(readdirSync(request.layers)).toEqual([]);
    const again = start(request);
    expect((await once(again, 'exit'))[0]).toBe(0);
    expect(lstatSync(join(request.layers, key)).isDirectory()).toBe(true);
  });
});
