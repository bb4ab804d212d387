import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { harvest } from '../../src/worlds/harvest.ts';
import { fivePlainWorktrees } from './plain.ts';
import type { MadeRepository } from './repository.ts';
import { pathOf } from './repository.ts';
import type { MadeWorld, WorldsStand } from './stand.ts';
import { worldsStand } from './stand.ts';

/** Times of one way of making worlds on one repository, in ms. */
export interface Ready {
  readonly ready: readonly number[];
  readonly harvested: readonly number[];
  readonly removed: readonly number[];
  /** Five plain worktrees, measured between the others; fewer, because they take so long. */
  readonly plain: readonly number[];
}

export interface ReadyRequest {
  readonly folder: string;
  readonly repository: MadeRepository;
  readonly method: WorkspaceMethod;
  readonly runs: number;
  /** 0 for none. */
  readonly plainRuns: number;
}

/** Makes five worlds, harvests a change of one file, and removes them, again and again. @throws when something is left of them. */
export async function measureReady(request: ReadyRequest): Promise<Ready> {
  await using stand = await worldsStand(request.folder, request.repository, request.method);
  const times = { ready: [] as number[], harvested: [] as number[], removed: [] as number[], plain: [] as number[] };
  const every = Math.max(1, Math.floor(request.runs / Math.max(1, request.plainRuns)));
  // The first round finds nothing in any cache, and a pool that is empty.
  for (let round = 0; round <= request.runs; round += 1) {
    const once = await oneRound(stand, request.repository, round);
    if (round === 0) continue;
    for (const name of ['ready', 'harvested', 'removed'] as const) times[name].push(once[name]);
    if (round % every === 0 && times.plain.length < request.plainRuns)
      times.plain.push(await fivePlainWorktrees(request.folder, request.repository));
  }
  return times;
}

async function oneRound(stand: WorldsStand, { head }: MadeRepository, round: number): Promise<Omit<Record<keyof Ready, number>, 'plain'>> {
  const started = performance.now();
  const worlds = await stand.make();
  const ready = performance.now() - started;
  const [first] = worlds;
  if (first === undefined) throw new Error('No world was made');
  const harvested = await harvestOne(stand, first, head, round);
  const removing = performance.now();
  await stand.remove(worlds);
  const removed = performance.now() - removing;
  await stand.assertNothingLeft();
  return { ready, harvested, removed };
}

async function harvestOne(stand: WorldsStand, { workspace }: MadeWorld, base: MadeRepository['head'], round: number): Promise<number> {
  const path = pathOf(round);
  appendFileSync(join(workspace.directory, path), `export const round = ${round};\n`);
  const started = performance.now();
  const found = await harvest(stand.mirror, {
    directory: workspace.directory,
    index: workspace.index,
    base,
    message: 'One line more',
    author: { name: 'Ada User', email: 'ada@example.org' },
    at: Date.now(),
    ref: 'refs/miyabi/worlds/bench/task/alpha',
  });
  const took = performance.now() - started;
  const paths = found?.change.files.map((file) => file.path).join(' ');
  if (paths !== path) throw new Error(`The change is ${paths ?? 'nothing'}, and should be ${path}`);
  return took;
}
