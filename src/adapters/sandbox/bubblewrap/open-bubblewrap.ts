import { writeFileSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import type { ProcessRequest } from '../../../ports/process.ts';
import type { OpenRung, RungPlace } from '../rung.ts';
import { isThere, whereabouts } from '../whereabouts.ts';
import { bubblewrapOptions, wrapped } from './arguments.ts';
import type { View } from './arguments.ts';
import type { Tools } from './find-tools.ts';
import { mountsOf, movablePaths } from './mounts.ts';
import { ownSettings } from './own-settings.ts';
import { readSupervised, supervised } from './supervise.ts';
import { readSystemView } from './system-view.ts';

/** At most a quarter of a GiB of /tmp, and never more than half of the memory that the world may use, in which it lies. */
const temporaryBytes = 256 * 1024 * 1024;

/** Builds the walls of one world. Each program gets walls of its own, around the same folders. */
export function openBubblewrap(tools: Tools, place: RungPlace): OpenRung {
  const system = readSystemView();
  const mounts = mountsOf(place, system);
  const movable = new Map(movablePaths(mounts, place.writable).map((path) => [path, whereabouts(path)]));
  // Bubblewrap needs something to mount over and makes it; it was not there before and is not there afterwards.
  const made = place.protected.filter((path) => !isThere(path));
  const view: View = {
    system,
    mounts: mounts.map((mount) => (made.includes(mount.path) ? { ...mount, as: 'empty' } : mount)),
    settings: ownSettings(join(place.scratch, 'etc'), system),
    temporaryBytes: Math.min(temporaryBytes, place.limits.memoryBytes / 2),
  };
  const filterFile = tools.filter === undefined ? undefined : join(place.scratch, 'filter');
  if (filterFile !== undefined && tools.filter !== undefined) writeFileSync(filterFile, tools.filter);
  const processes = mostProcesses(place);
  let count = 0;

  return {
    confine(request) {
      const [moved] = [...movable].find(([path, expected]) => whereabouts(path) !== expected) ?? [];
      if (moved !== undefined) {
        place.tell({ kind: 'outside', detail: `${moved} was replaced by something that leads elsewhere`, stopped: true });
        return refused(request, `${moved} leads elsewhere by now`);
      }
      count += 1;
      const optionsFile = join(place.scratch, `options-${count}`);
      const { limits = {}, ...rest } = request;
      writeFileSync(
        optionsFile,
        bubblewrapOptions(view, request, tools.options)
          .map((option) => `${option}\0`)
          .join(''),
        { mode: 0o600 },
      );
      const inner = supervised(request.command, { ...limits, processes }, tools);
      const bridged = place.egress?.bridged(inner, { nodePath: tools.nodePath }) ?? inner;
      const command = wrapped(bridged, { program: tools.program, optionsFile, filterFile, graceful: tools.env !== undefined });
      return { ...rest, command: place.group?.joining(command) ?? command, env: { PATH: '/usr/bin:/bin' } };
    },
    interpret: readSupervised,
    async [Symbol.asyncDispose]() {
      for (const path of made) await rmdir(path).catch(ignoreGone);
    },
  };
}

/**
 * Where no control group holds the number of processes they are watched, and the world is stopped when there are too many. So that
 * they cannot outrun the watch, the user namespace holds them a little later; kernels before 5.14 count all processes of the user.
 */
function mostProcesses({ group, limits }: RungPlace): number | undefined {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  if (group?.holds.has('processes') === true || major < 5 || (major === 5 && minor < 14)) return undefined;
  return 2 * limits.processes + 32;
}

/** A request that says why, in place of the program that was asked for. */
function refused(request: ProcessRequest, reason: string): ProcessRequest {
  const { limits: _limits, ...rest } = request;
  const command = ['/bin/sh', '-c', `printf 'miyabi: %s\\n' "$1" >&2; exit 126`, 'miyabi-sandbox', reason] as const;
  return { ...rest, command: [...command], cwd: '/', env: { PATH: '/usr/bin:/bin' } };
}

function ignoreGone(error: unknown): void {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTEMPTY')) return;
  throw error;
}
