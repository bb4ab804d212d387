import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { DeployableRelease } from '../../../src/ports/deployer.ts';
import type { VictimOf } from '../deployer-stand.ts';

export type VictimVerb = 'place' | 'hook' | 'start' | 'serve' | 'retire';

export interface VictimTask {
  readonly module: string;
  readonly settings: string;
  readonly verb: VictimVerb;
  readonly release: DeployableRelease;
  readonly fence: number;
  /** After the change has begun, in ms. */
  readonly killAfterMs: number;
}

/** Somewhere in the middle: a change takes some tens of ms. */
const killAfterMs: Readonly<Record<VictimVerb, number>> = { place: 3, hook: 60, start: 8, serve: 4, retire: 12 };

/** Has another program make the change, and die in it by SIGKILL. */
export async function killedIn(victim: VictimOf | undefined, verb: VictimVerb, release: DeployableRelease, fence: number): Promise<void> {
  if (victim === undefined) throw new Error('The stand has no victim.');
  const task: VictimTask = {
    module: victim.module.href,
    settings: victim.settings,
    verb,
    release,
    fence,
    killAfterMs: killAfterMs[verb],
  };
  const program = fileURLToPath(new URL('victim-program.ts', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
}
