import { access, mkdir, rename, utimes } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { CheckCommand } from '../domain/checks.ts';
import type { CommandEvidence } from '../domain/evidence.ts';
import { commandEvidence } from '../ports/command-evidence.ts';
import type { Locks } from '../ports/lock.ts';
import type { ProcessRunner } from '../ports/process.ts';
import type { Workspaces } from '../ports/workspace.ts';
import { copyTree } from './copy-tree.ts';
import type { ForeignCode, InstallEnvironments } from './environment.ts';
import { layerOf } from './layer.ts';
import type { Layer } from './layer.ts';

export interface SeedTools {
  readonly process: ProcessRunner;
  readonly locks: Locks;
  readonly workspaces: Pick<Workspaces, 'clear'>;
}

export interface SeedRequest {
  /** The checkout that gets its dependencies. */
  readonly tree: string;
  /** How the project is installed; undefined where there is nothing to install. */
  readonly install: CheckCommand | undefined;
  /** The folder of all layers. */
  readonly layers: string;
  /** Of the Node that the project runs with. */
  readonly nodeVersion: string;
  readonly platform: string;
  readonly environments: InstallEnvironments;
  readonly installScripts: boolean;
  /** Of the installation, in ms. */
  readonly timeoutMs: number;
  /** Epoch ms; without a lockfile dependencies are looked up anew every day. */
  readonly at: number;
  readonly signal?: AbortSignal;
}

/** What happened, and what a person should know about it, in sentences. */
export interface Seeded {
  readonly install: CommandEvidence;
  readonly notes: readonly string[];
}

/**
 * Puts the dependencies of the checkout in place. For npm they are installed once for each lockfile, into a layer that holds
 * nothing of the project but its dependency lists, and copied from there. Where the project's own files take part in the
 * installation (npm workspaces, `file:` dependencies, another package manager, a configured command) it happens in the checkout.
 *
 * Never throws for what the installation does.
 */
export async function seedDependencies(tools: SeedTools, request: SeedRequest): Promise<Seeded> {
  const { install } = request;
  if (install === undefined) return { install: { kind: 'none', reason: 'There are no dependencies to install.' }, notes: [] };
  const notes = request.installScripts ? [] : ['Install scripts of dependencies were not run (dependencies.installScripts).'];
  const layer = await layerOf(request);
  if (layer.kind === 'nothing') return { install: { kind: 'none', reason: layer.reason }, notes: [] };
  if (layer.kind === 'in-place') {
    return {
      install: await runInstall(tools, request, { install, cwd: request.tree, foreignCode: 'runs' }),
      notes: [...notes, `Installed in the checkout itself: ${layer.reason}`, withoutUsersHome],
    };
  }
  if (!layer.locked) notes.push('There is no lockfile: which versions are installed may change from day to day.');
  if (layer.settingsLeftOut.length > 0)
    notes.push(`These settings of the project's .npmrc were not followed: ${layer.settingsLeftOut.join(', ')}.`);
  if (layer.foreignCode === 'runs') notes.push(withoutUsersHome);
  const started = performance.now();
  const copied = await copyLayer(tools, request, install, layer);
  if (copied !== undefined) return { install: copied, notes };
  return { install: { kind: 'passed', command: install.shown, durationMs: Math.round(performance.now() - started) }, notes };
}

const withoutUsersHome =
  'Foreign code can run in this installation, so it had neither your HOME nor your credentials for a registry; they are used where a lockfile names only packages of a registry and install scripts are off.';

/** @returns undefined when it is in place, else how the installation of the layer failed. */
async function copyLayer(
  tools: SeedTools,
  request: SeedRequest,
  install: CheckCommand,
  layer: Extract<Layer, { kind: 'layer' }>,
): Promise<CommandEvidence | undefined> {
  const target = join(request.tree, 'node_modules');
  for (;;) {
    const built = await ensureLayer(tools, request, install, layer);
    if (built !== undefined && built.kind !== 'passed') return built;
    try {
      await copyTree(join(layerPath(request, layer), 'node_modules'), target);
      return undefined;
    } catch (error) {
      // Thrown away under our hands, because a world had written into it: it is made anew.
      if (await exists(layerPath(request, layer))) throw error;
      await tools.workspaces.clear(target);
    }
  }
}

/** As {@link discardLayer}, for a path that may be something else, which is left as it is. */
export async function discardIfLayer(workspaces: Pick<Workspaces, 'clear'>, layers: string, path: string): Promise<void> {
  if (dirname(path) === layers) await discardLayer(workspaces, path);
}

/** Takes a layer out of use at once, whoever is copying it, and removes it; the next checkout that needs it installs it anew. */
export async function discardLayer(workspaces: Pick<Workspaces, 'clear'>, path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}.making`;
  try {
    await rename(path, aside);
  } catch (error) {
    // Two worlds that saw the same change: the first has done it.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  await workspaces.clear(aside);
}

function layerPath(request: SeedRequest, layer: Extract<Layer, { kind: 'layer' }>): string {
  return join(request.layers, layer.key);
}

/** @returns undefined when the layer was there, else how its installation ended. */
async function ensureLayer(
  tools: SeedTools,
  request: SeedRequest,
  install: CheckCommand,
  layer: Extract<Layer, { kind: 'layer' }>,
): Promise<CommandEvidence | undefined> {
  const path = layerPath(request, layer);
  if (await isUsed(path, request.at)) return undefined;
  const held = await tools.locks.acquire(`layer-${layer.key}`, request.signal);
  const making = `${path}.${randomUUID()}.making`;
  try {
    if (await isUsed(path, request.at)) return undefined;
    await mkdir(join(making, 'node_modules'), { recursive: true });
    await layer.write(making);
    const evidence = await runInstall(tools, request, { install, cwd: making, foreignCode: layer.foreignCode });
    if (evidence.kind === 'passed') await rename(making, path);
    return evidence;
  } finally {
    await tools.workspaces.clear(making);
    await held.release();
  }
}

async function runInstall(
  tools: SeedTools,
  request: SeedRequest,
  { install, cwd, foreignCode }: { readonly install: CheckCommand; readonly cwd: string; readonly foreignCode: ForeignCode },
): Promise<CommandEvidence> {
  const result = await tools.process.run({
    command: install.command,
    cwd,
    env: request.environments[foreignCode],
    timeoutMs: request.timeoutMs,
    keepBytes: 64 * 1024,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  request.signal?.throwIfAborted();
  return commandEvidence(install.shown, result);
}

/** Marks a layer as used now, which keeps `gc` away from it. @returns whether it is there. */
async function isUsed(path: string, at: number): Promise<boolean> {
  try {
    await utimes(path, at / 1000, at / 1000);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
