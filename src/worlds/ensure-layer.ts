import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandEvidence } from '../domain/evidence.ts';
import type { Locks } from '../ports/lock.ts';
import type { Workspaces } from '../ports/workspace.ts';
import type { DependencyPlan } from './dependency-plan.ts';
import type { InstallRequest, InstallTools } from './install-layer.ts';
import { installLayer } from './install-layer.ts';
import type { LayerRecord } from './layer-record.ts';
import { readLayerRecord } from './layer-record.ts';

export interface LayerTools extends InstallTools {
  readonly locks: Locks;
  readonly workspaces: Pick<Workspaces, 'clear'>;
}

export interface LayerRequest extends InstallRequest {
  /** The folder of all layers. */
  readonly layers: string;
  /** Epoch ms; a layer that is used is young again. */
  readonly at: number;
}

export type EnsuredLayer =
  | { readonly kind: 'there'; readonly path: string; readonly record: LayerRecord }
  | { readonly kind: 'failed'; readonly install: CommandEvidence };

/**
 * The layer of a plan: as it is, or installed now. However many ask at the same time, in however many processes, it is installed
 * once. One that is cut off leaves a folder that ends in `.making`, which `collectLayers` removes.
 */
export async function ensureLayer(
  tools: LayerTools,
  request: LayerRequest,
  plan: Extract<DependencyPlan, { kind: 'layer' }>,
): Promise<EnsuredLayer> {
  const path = join(request.layers, plan.key);
  const there = await used(path, request.at);
  if (there !== undefined) return there;
  const held = await tools.locks.acquire(`layer-${plan.key}`, request.signal);
  const making = `${path}.${randomUUID()}.making`;
  try {
    const made = await used(path, request.at);
    if (made !== undefined) return made;
    await mkdir(making, { recursive: true });
    const install = await installLayer(tools, request, plan, making);
    if (install.kind !== 'passed') return { kind: 'failed', install };
    await rm(join(making, 'lists'), { recursive: true, force: true });
    await rename(making, path);
    const finished = await used(path, request.at);
    if (finished === undefined) throw new Error(`The layer ${path} was taken away as soon as it was made.`);
    return finished;
  } finally {
    // Whoever waits for the layer is not kept from it by what cannot be cleared.
    await tools.workspaces.clear(making).finally(() => held.release());
  }
}

/** Marks a layer as used now, which keeps `gc` away from it. @returns undefined when there is none. */
async function used(path: string, at: number): Promise<EnsuredLayer | undefined> {
  const record = await readLayerRecord(path);
  if (record === undefined) return undefined;
  try {
    await utimes(path, at / 1000, at / 1000);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return { kind: 'there', path, record };
}
