import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { KnownProcess } from './state-file.ts';

/** When a process began, in a way that no other one with its id shares, also after the machine was started anew. */
function identityOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') return execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // pid (name) state ...: the name may hold anything; the 22nd field is the start, the third one the state.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** To be asked while it is alive for certain, or has just been started. */
export function knownProcess(pid: number): KnownProcess {
  return { pid, identity: identityOf(pid) ?? 'gone' };
}

export function isAlive({ pid, identity }: KnownProcess): boolean {
  return identityOf(pid) === identity;
}
