import { Failure } from '../../domain/failure.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import type { OperationTools } from '../tools.ts';
import type { Finding } from './finding.ts';
import { fine, warning } from './finding.ts';

type ServiceTools = Pick<OperationTools, 'hostChecks' | 'openDoors' | 'ownConfiguration' | 'backups' | 'state'>;

const usual = { host: '127.0.0.1', port: 4747 } as const;
const hourMs = 3_600_000;

/** What a service needs: its port, its pages, places for its logs, and a backup that is young enough. */
export async function serviceFindings(tools: ServiceTools): Promise<readonly Finding[]> {
  return [await port(tools), await pages(tools), await logs(tools), await backupsMade(tools)];
}

async function port({ hostChecks, openDoors }: ServiceTools): Promise<Finding> {
  const at = `${usual.host}:${usual.port}`;
  if (await hostChecks.isFree(usual)) return fine('Port', `${at} is free`);
  const ours = (await openDoors.list()).find((door) => new URL(door).port === String(usual.port));
  if (ours !== undefined) return fine('Port', `${at} is that of a service of yours`);
  return warning('Port', `another program listens at ${at}`, '`miyabi serve` takes another one; --listen says which.');
}

async function pages({ hostChecks }: ServiceTools): Promise<Finding> {
  if (await hostChecks.hasDashboard()) return fine('Dashboard', 'its pages are in this package');
  return warning('Dashboard', 'its pages are not built', '`npm run build` builds them in a checkout; install the package again elsewhere.');
}

/** A service whose log cannot be written works on, and says so where nobody may look. */
async function logs({ hostChecks, ownConfiguration, state }: ServiceTools): Promise<Finding> {
  const { log, dailyLog } = resolveConfig(ownConfiguration).config;
  const places = [
    ...(log.file === undefined ? [] : [{ key: 'log.file', path: log.file, what: 'file' as const }]),
    ...(dailyLog.enabled ? [{ key: 'dailyLog.folder', path: dailyLog.folder ?? state.daily, what: 'folder' as const }] : []),
  ];
  for (const { key, path, what } of places) {
    const hindrance = await hostChecks.hindrance(path, what);
    if (hindrance !== undefined)
      return warning('Logs', `${path} cannot be written: ${hindrance}`, `Correct that, or name another place as ${key}.`);
  }
  return fine('Logs', places.map(({ path }) => path).join(' and ') || 'none is configured');
}

async function backupsMade(tools: ServiceTools): Promise<Finding> {
  try {
    return await lastBackup(tools);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { what, why, fix } = error.text;
    return warning('Backups', `${what} ${why}`, fix);
  }
}

async function lastBackup({ backups, ownConfiguration, hostChecks }: ServiceTools): Promise<Finding> {
  const { everyHours } = resolveConfig(ownConfiguration).config.backup;
  const [newest] = await backups.known();
  const detail =
    newest === undefined ? 'none' : `the last ${((hostChecks.now() - newest.madeAt) / hourMs).toFixed(1)} hours ago, ${newest.path}`;
  if (everyHours === 0) return fine('Backups', `${detail}; none are made by themselves (backup.everyHours)`);
  if (newest !== undefined && hostChecks.now() - newest.madeAt < 2 * everyHours * hourMs) return fine('Backups', detail);
  return warning(
    'Backups',
    `${detail}, and one every ${everyHours} hours is configured`,
    'See in the log of the service why none was made; `miyabi backup` makes one now.',
  );
}
