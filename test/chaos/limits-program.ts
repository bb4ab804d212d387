import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { defineTaskType } from '../../src/domain/task-type.ts';
import { handle } from '../../src/weaver/handler.ts';
import type { Registration } from '../../src/weaver/handler.ts';
import { openPostgresEngine } from '../support/postgres-engine.ts';

/** Leases that run out soon, and still outlast a busy machine. */
export const timing = { leaseMs: 3_000, heartbeatMs: 600, graceMs: 500, livenessMs: 500 };

/** What a test tells the program as its one argument. */
export interface LimitsRequest {
  readonly url: string;
  /** Where it writes down what begins and ends. */
  readonly folder: string;
}

/** Leaves a line when it begins and one when it ends: lines that are appended are in the order in which they were written, whoever wrote them. */
export function limited(folder: string): Registration {
  const tell = (what: '+' | '-', key: string): void => appendFileSync(join(folder, 'runs'), `${what} ${process.pid} ${key}\n`);
  const type = defineTaskType({ name: 'test.limited', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });
  return handle(type, async ({ key }) => {
    tell('+', key);
    // Longer than it takes to claim another one, also on a busy machine: as many as may run at the same time do.
    await delay(100);
    tell('-', key);
    return { kind: 'success', result: key };
  });
}

/** How many of a key ran at the same time at most. */
export function mostAtOnce(folder: string, under: string): number {
  const all = readFileSync(join(folder, 'runs'), 'utf8').split('\n');
  const lines = all.filter((line) => line.split(' ')[2]?.startsWith(under));
  let running = 0;
  let most = 0;
  for (const line of lines) {
    running += line.startsWith('+') ? 1 : -1;
    most = Math.max(most, running);
  }
  return most;
}

// Takes shared tasks until nobody listens any more.
if (process.send !== undefined && process.argv[2] !== undefined) {
  const { url, folder } = JSON.parse(process.argv[2]) as LimitsRequest;
  await using made = await openPostgresEngine([limited(folder)], {
    url,
    namespace: 'default',
    delivering: { by: 'pg-boss' },
    sharing: true,
    timing,
  });
  await using _worker = await made.engine.work({ jobs: 'shared', concurrency: 4 });
  process.send('working');
  await new Promise((resolve) => process.once('disconnect', resolve));
}
