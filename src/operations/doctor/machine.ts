import type { Config } from '../../domain/config.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import { worldRoom } from '../scale.ts';
import type { OperationTools } from '../tools.ts';
import type { Finding } from './finding.ts';
import { counted, failure, fine, inSize, warning } from './finding.ts';

type MachineTools = Pick<
  OperationTools,
  'freeBytes' | 'machine' | 'ownConfiguration' | 'ladders' | 'namespace' | 'hostChecks' | 'clock' | 'sharing' | 'ballast'
>;

const gibibyte = 1024 ** 3;

/** What the machine has: room, limits, walls, and a clock that is right. @param network whether servers may be asked for the time. */
export async function machineFindings(tools: MachineTools, network: boolean): Promise<readonly Finding[]> {
  const { config } = resolveConfig(tools.ownConfiguration);
  return [
    await freeSpace(tools),
    ...(await ballast(tools)),
    await capacity(tools, config),
    await limits(tools),
    await clock(tools, config, network),
    await isolation(tools),
    await worldMethod(tools),
  ];
}

async function freeSpace(tools: MachineTools): Promise<Finding> {
  const free = await tools.freeBytes();
  const detail = `${inSize(free)} free where the worlds are made`;
  if (free >= 5 * gibibyte) return fine('Disk', detail);
  const fix = '`miyabi gc` removes what ended runs left; --state moves everything elsewhere.';
  return free >= gibibyte ? warning('Disk', detail, fix) : failure('Disk', detail, fix);
}

/** Space that is held for the day on which there is none. */
async function ballast({ ballast: held }: MachineTools): Promise<readonly Finding[]> {
  const { wantedBytes, heldBytes } = await held.state();
  if (wantedBytes === 0) return [fine('Ballast', 'none is configured: a full disk is met without (disk.ballastMegabytes)')];
  if (heldBytes >= wantedBytes) return [fine('Ballast', `${inSize(heldBytes)} are held for a full disk`)];
  return [fine('Ballast', `none is held yet: whoever executes runs takes ${inSize(wantedBytes)} where there is room`)];
}

async function capacity({ machine }: MachineTools, config: Config): Promise<Finding> {
  const size = await machine.size();
  const { ceiling } = worldRoom(config, size);
  const threads = Number(size.threads.toFixed(1));
  const detail = `${(size.memoryBytes / gibibyte).toFixed(1)} GiB, ${threads} processor threads, a disk of ${Math.round(size.diskBytes / 1e9)} GB (${size.source}): ${counted(ceiling, 'world')} at a time`;
  return fine('Capacity', detail);
}

/** Below these a run with many worlds, each with its watchers, comes to an end that nobody understands. */
const fewest = { files: 4_096, watches: 65_536, instances: 128 } as const;

async function limits({ hostChecks }: MachineTools): Promise<Finding> {
  const [files, watches] = [await hostChecks.openFiles(), await hostChecks.watches()];
  const told = [
    ...(files === undefined ? [] : [`${files} open files`]),
    ...(watches === undefined ? [] : [`${watches.watches} watched files and folders in ${watches.instances} instances`]),
  ];
  if (told.length === 0) return fine('Limits', 'this system does not tell of any');
  const detail = told.join(', ');
  if (files !== undefined && files < fewest.files)
    return warning('Limits', detail, `Allow ${fewest.files} open files or more: \`ulimit -n\`, or LimitNOFILE of the service.`);
  if (watches !== undefined && (watches.watches < fewest.watches || watches.instances < fewest.instances))
    return warning(
      'Limits',
      detail,
      `sysctl fs.inotify.max_user_watches=${fewest.watches * 8} fs.inotify.max_user_instances=${fewest.instances * 8}`,
    );
  return fine('Limits', detail);
}

/** Signatures and tokens are refused by those whose clock says another time, from a few minutes on. */
const mostSkewMs = 30_000;

async function clock({ hostChecks, clock: ofRecords, sharing }: MachineTools, config: Config, network: boolean): Promise<Finding> {
  const others: Array<readonly [name: string, offMs: number]> = sharing ? [['the database', ofRecords.now() - hostChecks.now()]] : [];
  if (network) {
    const url = config.forge.github.api;
    const before = hostChecks.now();
    const time = await hostChecks.timeOf(url);
    // It is told in whole seconds, and was so on the way.
    if (time !== undefined) others.push([new URL(url).host, time + 500 - (before + hostChecks.now()) / 2]);
    else if (others.length === 0)
      return warning('Clock', `${new URL(url).host} did not tell its time`, 'See whether this machine reaches it.');
  }
  if (others.length === 0) return fine('Clock', 'not compared with another: that takes --network');
  const detail = others.map(([name, offMs]) => `${(offMs / 1_000).toFixed(1)} s apart from ${name}`).join(', ');
  if (others.every(([, offMs]) => Math.abs(offMs) <= mostSkewMs)) return fine('Clock', detail);
  return failure('Clock', detail, 'Let the machine set its clock: `timedatectl set-ntp true`.');
}

async function isolation({ ladders }: MachineTools): Promise<Finding> {
  const ladder = await ladders.isolation();
  const best = ladder.find(({ usable }) => usable);
  const missing = ladder.filter(({ usable, level }) => !usable && level !== 'limits').map(({ level, detail }) => `no ${level}: ${detail}`);
  const detail = [`${best?.level ?? 'none'}: ${best?.detail ?? ''}`, ...missing].join(' ');
  if (best !== undefined && best.level !== 'limits') return fine('Isolation', detail);
  return warning('Isolation', detail, 'Install bubblewrap; until then run only issues and agents that you trust with your files.');
}

async function worldMethod({ ladders, namespace }: MachineTools): Promise<Finding> {
  const ladder = await ladders.workspaces();
  const best = ladder.find(({ usable }) => usable);
  const missing = ladder
    .slice(0, best === undefined ? undefined : ladder.indexOf(best))
    .map(({ method, detail }) => `no ${method}: ${detail}`);
  const { detail, fix } = namespace();
  const told = [`${best?.method ?? 'none'}: ${best?.detail ?? ''}`, ...missing, detail].join(' ');
  return fix === undefined ? fine('Worlds', told) : warning('Worlds', told, fix);
}
