import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../../src/ports/sandbox.ts';
import type { ProcessRunner } from '../../src/ports/process.ts';
import { worldTools } from '../../test/support/world-tools.ts';
import { inTurns } from '../support/rounds.ts';

/** How long a program that does nothing takes, in ms. */
export interface Walls {
  /** Without walls. */
  readonly bare: readonly number[];
  /** Within walls that stand already. */
  readonly within: readonly number[];
  /** With the walls put up for it, from the wish to the program's end. */
  readonly first: readonly number[];
  /** The same where it may reach an address. */
  readonly withWayOut: readonly number[];
}

const gibibyte = 1024 ** 3;
const limits = { memoryBytes: gibibyte, processes: 256, cpus: 1, diskBytes: 5e9, outputBytes: 1e8 };

/** @returns why it cannot be measured here, or the times, taken in turns. */
export async function measureWalls(folder: string, runs: number): Promise<Walls | string> {
  await using tools = await worldTools(join(folder, 'state'));
  const rung = (await tools.sandboxes.ladder()).find(({ level }) => level === 'bubblewrap');
  if (rung?.usable !== true) return rung?.detail ?? 'There is no bubblewrap on this system.';
  const world = join(tools.state.root, 'worlds', 'one');
  mkdirSync(world, { recursive: true });
  let count = 0;
  const open = async (network: 'none' | 'one'): Promise<Sandbox> => {
    count += 1;
    return await tools.sandboxes.open({
      level: 'bubblewrap',
      name: `bench-${count}`,
      writable: [world],
      protected: [],
      readable: [],
      network: network === 'none' ? [] : [{ host: 'registry.example.org', port: 443 }],
      limits,
      onIncident: () => undefined,
    });
  };
  const first = async (network: 'none' | 'one'): Promise<number> => {
    const started = performance.now();
    const sandbox = await open(network);
    await nothing(sandbox.process, world);
    const took = performance.now() - started;
    await sandbox[Symbol.asyncDispose]();
    return took;
  };
  await using standing = await open('none');
  await nothing(standing.process, world);
  return await inTurns(
    {
      bare: () => nothing(tools.process, world),
      within: () => nothing(standing.process, world),
      first: () => first('none'),
      withWayOut: () => first('one'),
    },
    { rounds: runs },
  );
}

/** @returns ms. @throws when even that fails. */
async function nothing(runner: ProcessRunner, cwd: string): Promise<number> {
  const started = performance.now();
  const { end, stderr } = await runner.run({ command: ['/usr/bin/true'], cwd, env: { PATH: '/usr/bin:/bin' }, timeoutMs: 30_000 });
  const took = performance.now() - started;
  if (end.kind !== 'exited' || end.code !== 0) throw new Error(`A program that does nothing failed: ${JSON.stringify(end)} ${stderr}`);
  return took;
}
