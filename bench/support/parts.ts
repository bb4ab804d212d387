import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { Measurement } from './child.ts';
import { runMeasurement } from './child.ts';
import { figure, report } from './figures.ts';
import type { Figure, Skipped } from './figures.ts';

/** What the parts of a benchmark are given. */
export interface Bench {
  /** Fewer rounds and smaller numbers. */
  readonly quick: boolean;
  /** How often each side of a comparison is measured. */
  readonly rounds: number;
  /** Measures once, in a process and a folder of its own. */
  measure<Request, Result>(what: Measurement<Request, Result>, request: Request): Promise<Result>;
  /** A folder that is removed at the end. */
  folder(): string;
}

export interface Measured {
  readonly figures: readonly Figure[];
  readonly skipped?: readonly Skipped[];
}

/** One group of figures, which can be asked for alone. */
export interface Part<In extends Bench = Bench> {
  readonly name: string;
  measure(bench: In): Promise<Measured>;
}

export interface PartsRequest<In extends Bench> {
  /** Of the benchmark. */
  readonly name: string;
  readonly parts: readonly Part<In>[];
  /** Names with commas between them; all without it. */
  readonly only: string | undefined;
  /** In which everything is put, in a folder of its own that goes with the benchmark. */
  readonly folder: string;
  readonly quick: boolean;
  readonly rounds: number;
  readonly json: boolean;
  /** What this benchmark gives its parts beside what all do. */
  readonly more: Omit<In, keyof Bench>;
  /** Called when it is interrupted, to end what it has started. */
  readonly onInterrupt?: () => Promise<void>;
}

/** Measures the parts that are asked for, one after the other, and reports their figures. The others are worth as much where one fails. */
export async function measureParts<In extends Bench>(request: PartsRequest<In>): Promise<void> {
  const { name, parts, only, json } = request;
  const names = only?.split(',') ?? parts.map((part) => part.name);
  const unknown = names.filter((wanted) => !parts.some((part) => part.name === wanted));
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(', ')}. There are: ${parts.map((part) => part.name).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const bench = { ...request.more, ...benchIn(request) } as In;
  const figures: Figure[] = [];
  const skipped: Skipped[] = [];
  for (const part of parts.filter((one) => names.includes(one.name))) {
    const begun = performance.now();
    try {
      const measured = await part.measure(bench);
      figures.push(...measured.figures);
      skipped.push(...(measured.skipped ?? []));
    } catch (error) {
      process.exitCode = 1;
      skipped.push({ name: part.name, reason: error instanceof Error ? error.message : String(error) });
    }
    console.error(`${part.name}: ${((performance.now() - begun) / 1000).toFixed(1)} s (load ${load().toFixed(1)})`);
  }
  figures.push(figure('load of the machine at the end', load(), 'running processes'));
  report(name, figures, { json, skipped });
}

function benchIn<In extends Bench>({ name, folder: parent, quick, rounds, onInterrupt }: PartsRequest<In>): Bench {
  const root = realpathSync(mkdtempSync(join(parent, `miyabi-bench-${name}-`)));
  // Also when it is interrupted: its children end before it.
  process.once('exit', () => rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void Promise.resolve(onInterrupt?.()).finally(() => process.exit(130)));
  }
  const folder = (): string => mkdtempSync(join(root, 'part-'));
  return {
    quick,
    rounds,
    folder,
    measure: async (what, asked) => {
      const own = folder();
      mkdirSync(own, { recursive: true });
      try {
        return await runMeasurement(what, asked, { folder: own, limitMs: 60_000 });
      } finally {
        rmSync(own, { recursive: true, force: true });
      }
    },
  };
}

function load(): number {
  return loadavg()[0] ?? 0;
}
