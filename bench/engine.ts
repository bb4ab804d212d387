/**
 * The engine: tasks per second, latencies, memory and idle cost, with other engines and the disk measured beside it.
 *
 * A task here does nothing: it is submitted, claimed and settled, with its attempt, decision and event rows. Durable means
 * `synchronous=FULL`. Everything is measured in processes of its own, sides of a comparison in turns.
 *
 *     npm run bench -- engine [--json] [--quick] [--only drain,idle] [--folder <on the disk to measure>]
 *                             [--install-peers | --peers <folder>]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { drain } from './engine/drain.ts';
import { fsync } from './engine/fsync.ts';
import { idle } from './engine/idle.ts';
import type { Bench, Part } from './engine/part.ts';
import { peers } from './engine/peers.ts';
import { installedPeers, installPeers } from './engine/peers/folder.ts';
import { queued } from './engine/queued.ts';
import { startLatency } from './engine/start-latency.ts';
import { submit } from './engine/submit.ts';
import { waiting } from './engine/waiting-tasks.ts';
import { runMeasurement } from './support/child.ts';
import { report, type Figure, type Skipped } from './support/figures.ts';

const parts: readonly Part[] = [fsync, drain, peers, submit, startLatency, waiting, queued, idle];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
    peers: { type: 'string' },
    'install-peers': { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const names = values.only?.split(',') ?? parts.map(({ name }) => name);
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(', ')}. There are: ${parts.map(({ name }) => name).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const root = mkdtempSync(join(values.folder, 'miyabi-bench-engine-'));
  // Also when it is interrupted: its children end with it.
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  await measure(
    benchIn(root),
    parts.filter(({ name }) => names.includes(name)),
  );
}

async function measure(bench: Bench, chosen: readonly Part[]): Promise<void> {
  const figures: Figure[] = [];
  const skipped: Skipped[] = [];
  for (const part of chosen) {
    const begun = performance.now();
    try {
      const measured = await part.measure(bench);
      figures.push(...measured.figures);
      skipped.push(...(measured.skipped ?? []));
    } catch (error) {
      // The other parts are worth as much without this one.
      process.exitCode = 1;
      skipped.push({ name: part.name, reason: error instanceof Error ? error.message : String(error) });
    }
    console.error(`${part.name}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  }
  report('engine', figures, { json: values.json, skipped });
}

function benchIn(root: string): Bench {
  const folder = (): string => mkdtempSync(join(root, 'part-'));
  return {
    quick: values.quick,
    rounds: values.quick ? 3 : 5,
    peers: values['install-peers'] ? installPeers() : values.peers === undefined ? installedPeers() : resolve(values.peers),
    folder,
    measure: async (what, request) => {
      const own = folder();
      mkdirSync(own, { recursive: true });
      try {
        return await runMeasurement(what, request, { folder: own, limitMs: 60_000 });
      } finally {
        rmSync(own, { recursive: true, force: true });
      }
    },
  };
}

await main();
