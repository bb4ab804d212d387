import { join } from 'node:path';
import { folderBackups } from './adapters/backup/folder-backups.ts';
import { systemClock } from './adapters/clock.ts';
import { mirrorBundles } from './adapters/git/bundle.ts';
import { sqliteLocks } from './adapters/lock/sqlite-locks.ts';
import { createProcessRunner } from './adapters/process/process-runner.ts';
import { prepareStateFolder } from './adapters/state-folder.ts';
import { defaultTtlMs } from './adapters/artifacts/time-to-live.ts';
import { postgresUnderCheck } from './adapters/store/check/postgres-check.ts';
import { sqliteUnderCheck } from './adapters/store/check/sqlite-check.ts';
import { ownConfiguration } from './app-configuration.ts';
import { livingProcesses } from './adapters/living-processes.ts';
import { openArtifacts } from './app-artifacts.ts';
import { wireMoving } from './app-moving.ts';
import type { MovingRequest } from './app-moving.ts';
import { stateRoot } from './app-state-root.ts';
import { backupName } from './domain/backup.ts';
import type { ProcessId } from './domain/ids.ts';
import { resolveConfig } from './domain/resolve-config.ts';
import { stateFolder } from './domain/state-folder.ts';
import type { StateFolder } from './domain/state-folder.ts';
import type { BackupTools } from './operations/backups.ts';
import type { RecordCheckTools } from './operations/check-records.ts';
import type { Backups } from './ports/backups.ts';
import { processLock } from './weaver/process-lock.ts';

export interface MaintenanceRequest extends MovingRequest {
  readonly version: string;
}

/** A part of the product for those who keep records safe and do not work with them. */
export interface MaintenanceTools extends BackupTools, RecordCheckTools, AsyncDisposable {
  readonly records: BackupTools['records'] & RecordCheckTools['records'];
}

/** @throws Failure (configuration) for a folder or an address that cannot be used. */
export async function wireMaintenance(request: MaintenanceRequest): Promise<MaintenanceTools> {
  const { environment } = request;
  const flags = request.url === undefined || request.local ? {} : { database: { url: request.url } };
  const { config } = resolveConfig(await ownConfiguration(environment, flags));
  const url = request.local ? undefined : config.database.url;
  const state = stateFolder(stateRoot(environment, request.stateRoot));
  await prepareStateFolder(state);
  const { database } = await wireMoving(request);
  const locks = sqliteLocks(state.locks);
  const artifacts = await openArtifacts({ config: config.artifacts, folder: state.artifacts, clock: systemClock, environment });
  const folder = config.backup.folder ?? join(state.root, 'backups');
  const wired = wireBackups(state, { path: environment['PATH'] ?? '', version: request.version });
  return {
    records:
      url === undefined
        ? { kind: 'file', ...sqliteUnderCheck(state.database) }
        : { kind: 'server', address: database.name, ...postgresUnderCheck(url) },
    backups: wired.backups,
    usual: { path: join(folder, backupName(systemClock.now())), folder, keep: config.backup.keep },
    living: async () => await livingProcesses({ locks, folder: state.locks, prefix: processLock('' as ProcessId), database }),
    artifacts,
    artifactsMs: defaultTtlMs,
    clock: systemClock,
    [Symbol.asyncDispose]: async () => await wired[Symbol.asyncDispose](),
  };
}

/** Backups of a state folder; disposing it ends what was started for them. */
export function wireBackups(
  state: StateFolder,
  { path, version }: { readonly path: string; readonly version: string },
): { readonly backups: Backups } & AsyncDisposable {
  const process = createProcessRunner();
  const locks = sqliteLocks(state.locks);
  return {
    backups: folderBackups({ state, bundles: mirrorBundles({ process, locks, path }), locks, clock: systemClock, version }),
    [Symbol.asyncDispose]: async () => await process[Symbol.asyncDispose](),
  };
}
