import type { CommandEvidence } from '../domain/evidence.ts';
import type { WorldFolder } from '../domain/state-folder.ts';
import { commandEvidence } from '../ports/command-evidence.ts';
import type { ProcessRunner } from '../ports/process.ts';
import { addedPaths, filesIn } from './added-paths.ts';
import type { DependencyPlan, InPlace } from './dependency-plan.ts';
import { withOwn, withoutUsersHome } from './dependency-plan.ts';
import type { LayerRequest, LayerTools } from './ensure-layer.ts';
import { ensureLayer } from './ensure-layer.ts';
import type { LayerRecord } from './layer-record.ts';
import { layerTree } from './layer-record.ts';
import { moveNames } from './move-names.ts';

/** What a checkout that is about to be made gets of its dependencies. */
export interface ReadyDependencies {
  /** To be stacked under the checkout ({@link CreateWorkspace.layers}). */
  readonly layers: readonly string[];
  /** What of the checkout was installed and so never becomes part of a change, as a harvest leaves it out: from the top, with a slash at the beginning. */
  readonly installed: readonly string[];
  /** In sentences. */
  readonly notes: readonly string[];
  readonly rest:
    | { readonly kind: 'nothing'; readonly install: CommandEvidence }
    | { readonly kind: 'names'; readonly install: CommandEvidence; readonly record: Extract<LayerRecord, { kind: 'shared' }> }
    | { readonly kind: 'install'; readonly inPlace: InPlace };
}

/** What happened, and what a person should know about it, in sentences. */
export interface SettledDependencies {
  readonly install: CommandEvidence;
  /** As in {@link ReadyDependencies}; also what was installed in the checkout itself. */
  readonly installed: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The first of two steps, before the checkout is made: sees to it that the layer of what it needs is there.
 * Never throws for what an installation does.
 */
export async function readyDependencies(tools: LayerTools, request: LayerRequest, plan: DependencyPlan): Promise<ReadyDependencies> {
  const none = { layers: [], installed: [] };
  if (plan.kind === 'nothing') {
    return { ...none, notes: [], rest: { kind: 'nothing', install: { kind: 'none', reason: plan.reason } } };
  }
  if (plan.kind === 'in-place') return inPlace(plan, plan.notes, plan.reason);
  const started = performance.now();
  const ensured = await ensureLayer(tools, request, plan);
  if (ensured.kind === 'failed') return { ...none, notes: plan.notes, rest: { kind: 'nothing', install: ensured.install } };
  const { record, path } = ensured;
  if (record.kind === 'unshared') {
    const environment = plan.source.kind === 'checkout' ? plan.source.environment : {};
    return inPlace({ install: plan.install, environment }, plan.notes, record.reason);
  }
  const install: CommandEvidence = {
    kind: 'passed',
    command: plan.install.shown,
    durationMs: Math.round(performance.now() - started),
  };
  return {
    layers: [layerTree(path)],
    installed: record.outputs.map((output) => `/${output}`),
    notes: plan.notes,
    rest: { kind: 'names', install, record },
  };
}

function inPlace({ install, environment }: InPlace, notes: readonly string[], reason: string): ReadyDependencies {
  const all = new Set([...notes, `Installed in the checkout itself: ${reason}`, withoutUsersHome]);
  return { layers: [], installed: [], notes: [...all], rest: { kind: 'install', inPlace: { install, environment } } };
}

export interface SettleRequest {
  /** Of the checkout, which was made with the layers. No program has run in it yet. */
  readonly folder: WorldFolder;
  /** The whole environment for an installation in which foreign code runs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of an installation, in ms. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** The second step, in the checkout: what a layer brought is told where it lies now, and what cannot be shared is installed. */
export async function settleDependencies(
  tools: { readonly process: ProcessRunner },
  request: SettleRequest,
  { rest, notes, installed }: ReadyDependencies,
): Promise<SettledDependencies> {
  if (rest.kind === 'nothing') return { install: rest.install, installed, notes };
  if (rest.kind === 'names') {
    await moveNames(request.folder, rest.record);
    return { install: rest.install, installed, notes };
  }
  const { install, environment } = rest.inPlace;
  const before = await filesIn(request.folder.tree);
  const result = await tools.process.run({
    command: install.command,
    cwd: request.folder.tree,
    env: withOwn(request.environment, environment, request.folder.home),
    timeoutMs: request.timeoutMs,
    keepBytes: 64 * 1024,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  request.signal?.throwIfAborted();
  const added = await addedPaths(request.folder.tree, before);
  return { install: commandEvidence(install.shown, result), installed: added.map((path) => `/${path}`), notes };
}
