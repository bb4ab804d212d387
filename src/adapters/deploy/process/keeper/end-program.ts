import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { endSurvivors, findSurvivors, signalGroup } from '../../../process/survivors.ts';
import { isAlive } from './process-identity.ts';
import type { KnownProcess } from './state-file.ts';
import { markText } from './start-program.ts';

/**
 * Asks a program to end, with all that it has started, and kills what is left of it after `stopMs`. Asked for again of one that is gone
 * it finds nothing to do.
 */
export async function endProgram(started: KnownProcess | undefined, mark: string, stopMs: number): Promise<void> {
  if (started !== undefined && isAlive(started)) {
    const until = performance.now() + stopMs;
    signalGroup(started.pid, 'SIGTERM');
    while (performance.now() < until && findSurvivors(started.pid, markText(mark)).length > 0) await delay(25);
    await endSurvivors(started.pid, markText(mark));
    return;
  }
  // Without its first process the number of the group may be somebody else's by now; the mark is nobody else's. Where there is no /proc such a rest is not found.
  await killMarked(mark);
}

/** Whether a program that may have been started, or something that it has started, is still there. */
export function isRunning(started: KnownProcess | undefined, mark: string): boolean {
  return started === undefined ? marked(mark).length > 0 : isAlive(started);
}

async function killMarked(mark: string): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    const left = marked(mark);
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
    await delay(20);
  }
}

/** Processes that carry the mark and are not zombies: of those the environment is empty. */
function marked(mark: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0 && environmentOf(pid).includes(markText(mark)));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
