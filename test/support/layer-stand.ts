import { createHash } from 'node:crypto';
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeFolder } from '../../src/adapters/git/remove-folder.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import type { CheckCommand } from '../../src/domain/checks.ts';
import type { WorldFolder } from '../../src/domain/state-folder.ts';
import type { ReadyDependencies, SettledDependencies } from '../../src/worlds/dependencies.ts';
import { readyDependencies, settleDependencies } from '../../src/worlds/dependencies.ts';
import type { DependencyPlan, DependencyRequest, ProjectFiles } from '../../src/worlds/dependency-plan.ts';
import type { LayerRequest, LayerTools } from '../../src/worlds/ensure-layer.ts';
import { planDependencies } from '../../src/worlds/plan-dependencies.ts';
import { memoryLocks } from './locks.ts';
import { writeFiles } from './repository.ts';
import { temporaryFolder } from './temporary.ts';

export type Files = Readonly<Record<string, string>>;

/** The Node of the tests, then the system. */
export const systemPath = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

/** A commit that consists of these files. */
export function filesAsProject(files: Files): ProjectFiles {
  const id = (text: string): string => `100644:${createHash('sha1').update(text).digest('hex')}`;
  return {
    objects: async () => await Promise.resolve(new Map(Object.entries(files).map(([path, text]) => [path, id(text)]))),
    readFiles: async (paths) => await Promise.resolve(new Map(Object.entries(files).filter(([path]) => paths.includes(path)))),
  };
}

export interface Seen extends SettledDependencies {
  readonly plan: DependencyPlan;
  readonly ready: ReadyDependencies;
  readonly folder: WorldFolder;
}

/** A state folder with layers, and worlds whose checkouts are plain copies of a project and of its layers. */
export async function layerStand(environment: Readonly<Record<string, string>> = {}) {
  const scope = await temporaryFolder();
  const runner = createProcessRunner();
  const layers = join(scope.path, 'layers');
  mkdirSync(layers);
  let places = 0;

  function makeFolder(name: string, files: Files): WorldFolder {
    const root = join(scope.path, 'worlds', name);
    const folder = Object.fromEntries(['tree', 'context', 'home', 'tmp', 'private'].map((part) => [part, join(root, part)]));
    for (const path of Object.values(folder)) mkdirSync(path, { recursive: true });
    writeFiles(join(root, 'tree'), files);
    return { root, ...folder } as unknown as WorldFolder;
  }
  const environmentOf = (home: string) => ({ PATH: systemPath, HOME: home, CI: '1', ...environment });

  const toolsFor = (files: Files): LayerTools => ({
    process: runner,
    locks,
    workspaces: { clear: (directory) => removeFolder({ process: runner, path: systemPath }, directory) },
    async withBuildingPlace(use) {
      places += 1;
      const folder = makeFolder(`building ${places}`, files);
      try {
        return await use({ folder, environment: environmentOf(folder.home), process: runner });
      } finally {
        rmSync(folder.root, { recursive: true, force: true });
      }
    },
  });
  const locks = memoryLocks();
  const asked = (install: CheckCommand, more: Partial<DependencyRequest>): DependencyRequest => ({
    install,
    nodeVersion: '24.1.0',
    platform: 'linux-x64',
    installScripts: false,
    registries: [{ host: 'registry.example', port: 443 }],
    at: Date.UTC(2026, 0, 1),
    ...more,
  });
  const layerRequest = (more: Partial<DependencyRequest>): LayerRequest => ({
    layers,
    usersEnvironment: environmentOf(join(scope.path, 'home of the user')),
    timeoutMs: 60_000,
    at: more.at ?? Date.UTC(2026, 0, 1),
  });

  return {
    path: scope.path,
    layers,
    process: runner,
    toolsFor,
    layerRequest,
    makeFolder,
    plan: (files: Files, install: CheckCommand, more: Partial<DependencyRequest> = {}) =>
      planDependencies(filesAsProject(files), asked(install, more)),
    /** A checkout of the files with their dependencies, from the plan to the end. */
    async checkout(name: string, files: Files, install: CheckCommand, more: Partial<DependencyRequest> = {}): Promise<Seen> {
      const plan = await planDependencies(filesAsProject(files), asked(install, more));
      const ready = await readyDependencies(toolsFor(files), layerRequest(more), plan);
      const folder = makeFolder(name, files);
      for (const layer of ready.layers) cpSync(layer, folder.tree, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      const request = { folder, environment: environmentOf(folder.home), timeoutMs: 60_000 };
      return { plan, ready, folder, ...(await settleDependencies({ process: runner }, request, ready)) };
    },
    /** What a program prints that is run in a checkout. */
    async say(folder: WorldFolder, ...command: [string, ...string[]]): Promise<string> {
      const result = await runner.run({ command, cwd: folder.tree, env: environmentOf(folder.home), timeoutMs: 60_000 });
      return `${result.stdout}${result.stderr}`.trim();
    },
    names: () => readdirSync(layers),
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await scope[Symbol.asyncDispose]();
    },
  };
}

/** Writes a program that notes every call, then does `what`. */
export function notingProgram(
  folder: string,
  name: string,
  what: string,
): { readonly bin: string; readonly calls: () => readonly string[] } {
  const bin = join(folder, 'bin');
  const noted = join(folder, `${name} calls`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\necho "$HOME" >> '${noted}'\n${what}\n`, { mode: 0o755 });
  return { bin, calls: () => (existsSync(noted) ? readFileSync(noted, 'utf8').trim().split('\n') : []) };
}

/** What must never be found in a finished layer: files with a second name, files that others may write. */
export function looseEnds(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => {
    const stats = lstatSync(join(folder, path));
    return !stats.isSymbolicLink() && ((stats.isFile() && stats.nlink > 1) || (stats.mode & 0o6022) !== 0);
  });
}
