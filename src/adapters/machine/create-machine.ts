import { existsSync } from 'node:fs';
import type { Clock } from '../../ports/clock.ts';
import type { Machine } from '../../ports/machine.ts';
import { linuxMachine } from './linux-machine.ts';
import { otherMachine } from './other-machine.ts';

/** @param state path of the state folder, whose file system is the disk; need not exist. */
export function createMachine(state: string, clock: Pick<Clock, 'monotonic'>): Machine {
  return existsSync('/proc/stat') && existsSync('/proc/meminfo') ? linuxMachine(state, () => clock.monotonic()) : otherMachine(state);
}
