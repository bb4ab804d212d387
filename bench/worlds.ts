/**
 * Worlds: how soon five of them are ready and gone again, against five plain worktrees; what dependencies, walls and decisions add.
 *
 * The repositories are made here, of 1,000 to 50,000 small files. Worlds are made as a run makes them: rows in a database on a disk,
 * folders, checkouts and slots, five at a time. A way of making them that this machine does not know is told and left out.
 *
 *     npm run bench -- worlds [--json] [--runs 30] [--sizes 1000,10000,50000] [--methods overlay,pool] [--folder <on the disk to measure>]
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { workspaceMethods } from '../src/domain/machine.ts';
import type { WorkspaceMethod } from '../src/domain/machine.ts';
import { worldTools } from '../test/support/world-tools.ts';
import { figure, report } from './support/figures.ts';
import type { Figure, Skipped } from './support/figures.ts';
import { decisionFigures, layerFigures, readyFigures, wallFigures } from './worlds/figures.ts';
import { measureDecisions } from './worlds/decisions.ts';
import { measureLayer } from './worlds/layer.ts';
import { measureReady } from './worlds/ready.ts';
import type { MadeRepository } from './worlds/repository.ts';
import { makeLargeRepository } from './worlds/repository.ts';
import { measureWalls } from './worlds/walls.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '30' },
    sizes: { type: 'string', default: '1000,10000,50000' },
    methods: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const runs = Number(values.runs);
const sizes = values.sizes.split(',').map(Number);
const named = values.methods?.split(',') as readonly WorkspaceMethod[] | undefined;
const unknown = [...(named ?? [])].filter((method) => !workspaceMethods.includes(method));
if (unknown.length > 0) throw new Error(`There is no way of making worlds called ${unknown.join(', ')}: ${workspaceMethods.join(', ')}`);

/** Where nothing else is said, the pool is measured where its goal is. */
const poolSize = 10_000;
const figures: Figure[] = [];
const skipped: Skipped[] = [];
const folder = realpathSync(mkdtempSync(join(values.folder, 'miyabi-bench-worlds-')));
try {
  const usable = await usableMethods(named ?? ['overlay', 'pool']);
  for (const size of sizes)
    await measureSize(size, named === undefined ? usable.filter((method) => method !== 'pool' || size === poolSize) : usable);
  const place = ownFolder('walls');
  say('walls');
  const walls = await measureWalls(place, runs);
  if (typeof walls === 'string') skipped.push({ name: 'sandbox start', reason: walls });
  else add(wallFigures(walls));
  say('decisions');
  add(decisionFigures(await measureDecisions(ownFolder('decisions'))));
  figures.push(figure('load of the machine at the end', loadavg()[0] ?? 0, 'running processes'));
  report('worlds', figures, { json: values.json, skipped });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureSize(size: number, methods: readonly WorkspaceMethod[]): Promise<void> {
  if (methods.length === 0) return;
  const place = ownFolder(`files-${size}`);
  say(`a repository of ${size} files`);
  const repository = await makeLargeRepository(join(place, 'repository'), size);
  for (const [at, method] of methods.entries()) {
    const plainRuns = at === 0 ? Math.min(runs, plainRunsFor(size)) : 0;
    say(`${size} files by ${method}, ${runs} rounds${plainRuns === 0 ? '' : `; five plain worktrees, ${plainRuns} rounds`}`);
    const times = await measureReady({ folder: ownFolder(`files-${size}/${method}`), repository, method, runs, plainRuns });
    add(readyFigures({ size, method, ...times }));
    if (method === 'overlay' && size === Math.min(poolSize, Math.max(...sizes))) await measureLayers(size, repository);
  }
  rmSync(place, { recursive: true, force: true });
}

async function measureLayers(size: number, repository: MadeRepository): Promise<void> {
  say(`dependencies under worlds of ${size} files`);
  const times = await measureLayer({ folder: ownFolder(`files-${size}/layers`), repository, method: 'overlay', runs });
  add(layerFigures(times));
}

/** At 50,000 files one round takes half a minute and more. */
function plainRunsFor(size: number): number {
  if (size > 20_000) return 3;
  return size > 5_000 ? 5 : 10;
}

async function usableMethods(wanted: readonly WorkspaceMethod[]): Promise<readonly WorkspaceMethod[]> {
  await using tools = await worldTools(ownFolder('ladder'));
  const ladder = await tools.workspaces.ladder();
  return wanted.filter((method) => {
    const rung = ladder.find((one) => one.method === method);
    if (rung?.usable !== true) skipped.push({ name: method, reason: rung?.detail ?? 'It is not known here.' });
    return rung?.usable === true;
  });
}

function ownFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** Also says them at once: what comes later may fail. */
function add(found: readonly Figure[]): void {
  figures.push(...found);
  for (const { name, value, unit } of found) console.error(`    ${name}: ${Number(value.toPrecision(3))} ${unit}`);
}

function say(what: string): void {
  console.error(`  measuring ${what} (load ${(loadavg()[0] ?? 0).toFixed(1)})`);
}
