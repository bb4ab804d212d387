import type { GroupEvents, GroupUsage } from './control-group.ts';
import { readField, readNumber } from './interface-files.ts';
import type { Place } from './places.ts';

/** A group in one place. */
export interface GroupFolder {
  readonly place: Pick<Place, 'version' | 'controllers'>;
  readonly folder: string;
}

/** What the group uses, put together from its folders in all places. */
export function readUsage(folders: readonly GroupFolder[]): GroupUsage {
  return Object.assign({}, ...folders.map(({ place, folder }) => (place.version === 1 ? usageV1(place, folder) : usageV2(place, folder))));
}

function usageV1({ controllers }: GroupFolder['place'], folder: string): GroupUsage {
  const nanoseconds = controllers.includes('cpuacct') ? readNumber(folder, 'cpuacct.usage') : undefined;
  return {
    ...(controllers.includes('memory') ? memory(folder, 'memory.usage_in_bytes', 'total_inactive_file', 'memory.max_usage_in_bytes') : {}),
    ...(controllers.includes('pids') ? processes(folder) : {}),
    ...(nanoseconds === undefined ? {} : { cpuMs: nanoseconds / 1e6 }),
  };
}

function usageV2({ controllers }: GroupFolder['place'], folder: string): GroupUsage {
  const microseconds = readField(folder, 'cpu.stat', 'usage_usec');
  return {
    ...(controllers.includes('memory') ? memory(folder, 'memory.current', 'inactive_file', 'memory.peak') : {}),
    ...(controllers.includes('pids') ? processes(folder) : {}),
    ...(microseconds === undefined ? {} : { cpuMs: microseconds / 1e3 }),
  };
}

function memory(folder: string, current: string, inactive: string, peak: string): GroupUsage {
  const used = readNumber(folder, current);
  if (used === undefined) return {};
  const peakMemoryBytes = readNumber(folder, peak);
  const memoryBytes = Math.max(0, used - (readField(folder, 'memory.stat', inactive) ?? 0));
  return { memoryBytes, ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }) };
}

function processes(folder: string): GroupUsage {
  const count = readNumber(folder, 'pids.current');
  return count === undefined ? {} : { processes: count };
}

export function readEvents(folders: readonly GroupFolder[]): GroupEvents {
  const of = (controller: string, read: (group: GroupFolder) => number | undefined): number =>
    folders.filter(({ place }) => place.controllers.includes(controller)).reduce((sum, group) => sum + (read(group) ?? 0), 0);
  return {
    memoryKills: of('memory', ({ place, folder }) =>
      readField(folder, place.version === 1 ? 'memory.oom_control' : 'memory.events', 'oom_kill'),
    ),
    processRefusals: of('pids', ({ folder }) => readField(folder, 'pids.events', 'max')),
  };
}
