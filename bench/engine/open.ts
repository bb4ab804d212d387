/** The one place where the benchmark of the engine touches how an engine is put together. */
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../src/adapters/clock.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import type { JobId } from '../../src/domain/ids.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { defineTaskType } from '../../src/domain/task-type.ts';
import { handle, openEngine as openPackagedEngine } from '../../src/weaver-package.ts';
import type { Engine } from '../../src/weaver-package.ts';

/** `FULL` loses nothing at a power cut; `NORMAL` may lose the last commits then. */
export type Synchronous = 'FULL' | 'NORMAL';

export interface OpenOptions {
  readonly folder: string;
  readonly synchronous: Synchronous;
  /** Executes every task; without one, they succeed at once. */
  readonly handler?: (task: { readonly key: string; readonly payload: unknown }) => Promise<Outcome>;
}

export interface OpenedEngine extends AsyncDisposable {
  readonly engine: Engine;
}

const benchType = defineTaskType({ name: 'bench.task', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

/** What a task that does nothing reports. */
export const success: Outcome = { kind: 'success', result: null };

export const nextId = (): string => systemIds.next();

export function databaseFile(folder: string): string {
  return join(folder, 'weaver.db');
}

/** A whole engine on a folder of its own, as everybody opens it who uses the package. */
export async function openEngine({ folder, synchronous, handler = async () => success }: OpenOptions): Promise<OpenedEngine> {
  const engine = await openPackagedEngine({ folder, synchronous, registrations: [handle(benchType, handler)] });
  return { engine, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
}

/** The same tables without the engine. */
export async function makeDatabase(folder: string): Promise<void> {
  const database = await openDatabase(databaseFile(folder), { clock: systemClock, ids: systemIds });
  await database.close();
}

/** Submits a job of so many tasks. */
export async function submitJob(engine: Engine, tasks: number, payload: unknown = null): Promise<JobId> {
  const keys = Array.from({ length: tasks }, (_, index) => `task-${index}`);
  const submitted = await engine.submit({ title: 'Benchmark', tasks: keys.map((key) => ({ type: benchType.name, key, payload })) });
  return submitted.jobId;
}
