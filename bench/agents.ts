/**
 * Agents and models: what we add to a call of a model, whether rates and budgets hold, what the cache spares, how soon an agent is at work.
 *
 * The provider is a scripted one over real HTTP, in a process of its own; the ledger is a real database on a disk, as durable as in the product.
 * Sides of a comparison do the same work in turns. It takes some three minutes.
 *
 *     npm run bench -- agents [--json] [--quick] [--rounds 7] [--only calls,limiter] [--folder <on the disk to measure>]
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { budget } from './agents/budget.ts';
import { cache } from './agents/cache.ts';
import { calls } from './agents/calls.ts';
import { firstCall } from './agents/first-call.ts';
import { limiter } from './agents/limiter.ts';
import type { Bench, Part } from './agents/part.ts';
import { endAll } from './agents/run.ts';
import { runMeasurement } from './support/child.ts';
import { figure, report } from './support/figures.ts';
import type { Figure, Skipped } from './support/figures.ts';

const parts: readonly Part[] = [calls, limiter, budget, cache, firstCall];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
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
  const root = realpathSync(mkdtempSync(join(values.folder, 'miyabi-bench-agents-')));
  // Also when it is interrupted: its children end before it.
  process.once('exit', () => rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void endAll().finally(() => process.exit(130)));
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
    console.error(`${part.name}: ${((performance.now() - begun) / 1000).toFixed(1)} s (load ${(loadavg()[0] ?? 0).toFixed(1)})`);
  }
  figures.push(figure('load of the machine at the end', loadavg()[0] ?? 0, 'running processes'));
  report('agents', figures, { json: values.json, skipped });
}

function benchIn(root: string): Bench {
  const folder = (): string => mkdtempSync(join(root, 'part-'));
  return {
    quick: values.quick,
    rounds: values.rounds === undefined ? (values.quick ? 3 : 7) : Number(values.rounds),
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
