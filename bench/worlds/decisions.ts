import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock.ts';
import { createMachine } from '../../src/adapters/machine/create-machine.ts';
import type { LoadThresholds } from '../../src/domain/scaler.ts';
import { scale } from '../../src/domain/scaler.ts';
import { worldTools } from '../../test/support/world-tools.ts';

const times = 1_000;
const thresholds: LoadThresholds = { high: { memory: 90, cpu: 95, disk: 85 }, low: { memory: 70, cpu: 75, disk: 70 } };
const breaker = { failures: 5, coolMs: 60_000, successes: 2 };

/** Each once, in ms. */
export interface Decisions {
  /** The machine is looked at, and it is decided how many worlds may run. */
  readonly scaler: readonly number[];
  /** Whether a world may begin, of configurations that never failed, failed once, and are open; asked of a database on a disk. */
  readonly breaker: readonly number[];
}

export async function measureDecisions(folder: string): Promise<Decisions> {
  await using tools = await worldTools(join(folder, 'state'));
  const machine = createMachine(tools.state.root, systemClock);
  const { breakers } = tools.ledger;
  const known = [0, 1, breaker.failures].map((failures) => ({ key: `failed-${failures}`, name: `failed ${failures} times`, failures }));
  for (const { failures, ...configuration } of known)
    for (let at = 0; at < failures; at += 1) await breakers.report(configuration, { holder: 'bench', outcome: 'failure' }, breaker);
  const scaler = await each(async () => void scale({ load: await machine.load(), current: 3, ceiling: 4, thresholds }));
  const asked = await each(async (at) => {
    const { key, name } = known[at % known.length]!;
    await breakers.admit({ key, name }, { holder: 'bench', forMs: 60_000 }, breaker);
  });
  return { scaler, breaker: asked };
}

async function each(work: (at: number) => Promise<void>): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const started = performance.now();
    await work(at);
    taken.push(performance.now() - started);
  }
  return taken;
}
