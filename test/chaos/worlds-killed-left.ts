import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownerOf } from '../../src/adapters/sandbox/control-groups/owner-name.ts';
import { mountsIn } from '../conformance/workspaces-stand.ts';

/** A process, told from another that gets its number later. */
export interface SeenProcess {
  readonly id: number;
  readonly started: string;
  readonly command: string;
}

/**
 * All that a killed process might have left in a state folder and on the machine, a line each; nothing where all is clean. The file
 * by which its death is known, free as it is, stays where nothing else bore its name.
 */
export function leftOf(state: string, temporary: string, mirrorPath: string): readonly string[] {
  return [
    ...mountsIn(state).map((path) => `mounted: ${path}`),
    ...namesIn(join(state, 'worlds')).map((name) => `worlds/${name}`),
    ...namesIn(join(state, 'sandboxes')).map((name) => `sandboxes/${name}`),
    ...namesIn(state).filter((name) => name.startsWith('probe-')),
    ...locksIn(mirrorPath),
    ...namesIn(temporary)
      .filter((name) => !isSocketInTheMaking(temporary, name))
      .map((name) => `temporary: ${name}`),
    ...groupsOf(state).map((name) => `control group ${name}`),
  ];
}

/** Processes of a sandbox of this state folder's, whoever owned it. */
export function processesInSandboxesOf(owners: ReadonlySet<string>): readonly string[] {
  return processes().flatMap((id) => {
    const owner = /(?:^|\0)MIYABI_SANDBOX=([^.\0]*)\./.exec(textOf(`/proc/${id}/environ`))?.[1];
    return owner !== undefined && owners.has(owner) ? [`${id}: ${commandOf(id)}`] : [];
  });
}

/** Everything that was started by a process, at any remove, as far as the system still knows. */
export function startedBy(id: number): readonly SeenProcess[] {
  const parents = new Map(processes().map((one) => [one, Number(statOf(one)[1])]));
  const below = (parent: number): readonly number[] => [...parents].flatMap(([one, its]) => (its === parent ? [one, ...below(one)] : []));
  return below(id).map((one) => ({ id: one, started: startedAt(one), command: commandOf(one) }));
}

export function stillThere(seen: readonly SeenProcess[]): readonly SeenProcess[] {
  return seen.filter(({ id, started }) => started !== '' && startedAt(id) === started && statOf(id)[0] !== 'Z');
}

/** For a minute a folder for a socket that is not there may belong to somebody who is about to make it. */
function isSocketInTheMaking(temporary: string, name: string): boolean {
  return name.startsWith('miyabi-out-') && namesIn(join(temporary, name)).length === 0;
}

/** Indexes of commits in the making have names of their own, stand in nobody's way, and go with the next collection. */
function locksIn(mirrorPath: string): readonly string[] {
  return readdirSync(mirrorPath, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.lock') && !path.startsWith('miyabi/index-'),
  );
}

function groupsOf(state: string): readonly string[] {
  const find = (folder: string, depth: number): readonly string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (!entry.isDirectory()) return [];
      const path = join(folder, entry.name);
      if (ownerOf(state, entry.name) !== undefined) return [path];
      return depth === 0 || !existsSync(path) ? [] : find(path, depth - 1);
    });
  return existsSync('/sys/fs/cgroup') ? find('/sys/fs/cgroup', 6) : [];
}

function processes(): readonly number[] {
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Field 22 of what /proc says, in clock ticks. */
function startedAt(id: number): string {
  return statOf(id)[19] ?? '';
}

/** The fields after the name, which may hold anything: state, parent, ... */
function statOf(id: number): readonly string[] {
  return textOf(`/proc/${id}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
}

function commandOf(id: number): string {
  return textOf(`/proc/${id}/cmdline`).replaceAll('\0', ' ').slice(0, 200);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // It has ended, or is not ours to read.
  }
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
