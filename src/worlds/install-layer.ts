import { lstat, mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckCommand } from '../domain/checks.ts';
import type { CommandEvidence } from '../domain/evidence.ts';
import type { WorldFolder } from '../domain/state-folder.ts';
import { commandEvidence } from '../ports/command-evidence.ts';
import type { ProcessRunner } from '../ports/process.ts';
import { addedPaths, filesIn } from './added-paths.ts';
import type { DependencyPlan, LayerSource } from './dependency-plan.ts';
import { withOwn } from './dependency-plan.ts';
import { moveOutputs, tighten } from './keep-outputs.ts';
import { layerTree, writeLayerRecord } from './layer-record.ts';
import type { InstalledIn } from './named-places.ts';
import { namedPlaces } from './named-places.ts';
import { leadsThere } from './walk.ts';

/** A folder like a world's with a checkout of the commit whose dependencies are installed, and programs that cannot get out of it. */
export interface BuildingPlace {
  readonly folder: WorldFolder;
  /** The whole environment for an installation in which foreign code runs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly process: ProcessRunner;
}

/** Makes such a place, hands it over, and takes it away again however that ends. */
export type WithBuildingPlace = <Result>(use: (place: BuildingPlace) => Promise<Result>) => Promise<Result>;

export interface InstallTools {
  /** For installations in which no foreign code runs; the others have that of their place. */
  readonly process: ProcessRunner;
  readonly withBuildingPlace: WithBuildingPlace;
}

export interface InstallRequest {
  /** The environment of the user, for installations in which no foreign code runs. */
  readonly usersEnvironment: Readonly<Record<string, string>>;
  /** Of the installation, in ms. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

type LayerPlan = Extract<DependencyPlan, { kind: 'layer' }>;

/** Installs what is planned and leaves the layer in `making`, whole, when the evidence says that it passed. */
export async function installLayer(
  tools: InstallTools,
  request: InstallRequest,
  plan: LayerPlan,
  making: string,
): Promise<CommandEvidence> {
  const { install, source } = plan;
  if (source.kind === 'checkout') {
    return tools.withBuildingPlace(async (place) => await installInCheckout(request, install, source, { place, making }));
  }
  if (source.foreignCode === 'does-not-run') {
    const folder = join(making, 'lists');
    const where = { folder, environment: request.usersEnvironment, process: tools.process };
    return installFromLists(request, install, source.files, { where, making });
  }
  return tools.withBuildingPlace(async ({ folder, environment, process }) => {
    const where = { folder: join(folder.tmp, 'lists'), environment, process };
    return await installFromLists(request, install, source.files, { where, making });
  });
}

interface Where {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly process: ProcessRunner;
}

async function installFromLists(
  request: InstallRequest,
  install: CheckCommand,
  files: Readonly<Record<string, string>>,
  { where, making }: { readonly where: Where; readonly making: string },
): Promise<CommandEvidence> {
  const { folder } = where;
  // There from the beginning, so that a folder above with packages in it is none of npm's business.
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const evidence = await runInstall(request, install, where);
  if (evidence.kind !== 'passed') return evidence;
  await keep({ tree: folder, outputs: ['node_modules'], making, installedIn: { from: await namesOf(folder), to: 'tree' } });
  return evidence;
}

async function installInCheckout(
  request: InstallRequest,
  install: CheckCommand,
  source: Extract<LayerSource, { kind: 'checkout' }>,
  { place, making }: { readonly place: BuildingPlace; readonly making: string },
): Promise<CommandEvidence> {
  const { tree, root, home } = place.folder;
  const before = await filesIn(tree);
  const environment = withOwn(place.environment, source.environment, home);
  const evidence = await runInstall(request, install, { folder: tree, environment, process: place.process });
  if (evidence.kind !== 'passed') return evidence;
  const made = source.outputs === 'whatever is new' ? await addedPaths(tree, before) : await presentOf(tree, source.outputs);
  if (made.length === 0 && source.outputs !== 'whatever is new') {
    const output = `It ended well and made none of dependencies.outputs: ${source.outputs.join(', ')}.`;
    return { kind: 'failed', command: install.shown, durationMs: evidence.durationMs, exitCode: 0, output };
  }
  await keep({ tree, outputs: made, making, installedIn: { from: await namesOf(root), to: 'root' } });
  return evidence;
}

/** The real ones of the named files and folders: nothing that a link puts there. */
async function presentOf(tree: string, outputs: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of outputs) {
    const stats = await lstat(join(tree, path)).catch(() => undefined);
    if (stats !== undefined && !stats.isSymbolicLink() && (await leadsThere(tree, path))) found.push(path);
  }
  return found;
}

async function runInstall(request: InstallRequest, install: CheckCommand, where: Where): Promise<CommandEvidence> {
  const result = await where.process.run({
    command: install.command,
    cwd: where.folder,
    env: where.environment,
    timeoutMs: request.timeoutMs,
    keepBytes: 64 * 1024,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  request.signal?.throwIfAborted();
  return commandEvidence(install.shown, result);
}

/** Programs name a folder by the path they were given or by its real one. */
async function namesOf(folder: string): Promise<readonly string[]> {
  return [...new Set([folder, await realpath(folder)])];
}

/** Brings what was installed into the layer, or notes there why it cannot serve another checkout. No program of the place runs any more. */
async function keep(what: {
  readonly tree: string;
  readonly outputs: readonly string[];
  readonly making: string;
  readonly installedIn: InstalledIn;
}): Promise<void> {
  const { tree, outputs, making, installedIn } = what;
  const named = await namedPlaces(tree, outputs, installedIn);
  if (named.kind === 'fixed') {
    await writeLayerRecord(making, { kind: 'unshared', reason: named.reason });
    return;
  }
  await moveOutputs(tree, outputs, layerTree(making));
  await tighten(layerTree(making));
  const { files, links } = named;
  const from = [...installedIn.from];
  await writeLayerRecord(making, { kind: 'shared', outputs: [...outputs], from, to: installedIn.to, files: [...files], links: [...links] });
}
