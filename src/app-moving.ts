import { systemClock } from './adapters/clock.ts';
import { sqliteLocks } from './adapters/lock/sqlite-locks.ts';
import { prepareStateFolder } from './adapters/state-folder.ts';
import { movablePostgres } from './adapters/store/transfer/postgres-database.ts';
import { movableSqlite } from './adapters/store/transfer/sqlite-database.ts';
import { ownConfiguration } from './app-configuration.ts';
import { stateRoot } from './app-state-root.ts';
import { resolveConfig } from './domain/resolve-config.ts';
import { stateFolder } from './domain/state-folder.ts';
import type { MovingTools } from './operations/move-database.ts';
import { processLock } from './weaver/process-lock.ts';

/** Which database is moved: that of an address, given or configured, else the one in the state folder. */
export interface MovingRequest {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** As it was asked for. */
  readonly stateRoot?: string;
  /** `postgres://...` */
  readonly url?: string;
  /** Whatever is configured: the one in the state folder. */
  readonly local: boolean;
}

/**
 * A part of the product for those who move records and do not work with them.
 *
 * @throws Failure (configuration) for a folder or an address that cannot be used.
 */
export async function wireMoving(request: MovingRequest): Promise<MovingTools> {
  const address = request.local ? undefined : await addressOf(request);
  if (address !== undefined) {
    const database = movablePostgres(address, systemClock);
    return { database, isAlive: (process) => database.isHeld(processLock(process)) };
  }
  const state = stateFolder(stateRoot(request.environment, request.stateRoot));
  await prepareStateFolder(state);
  const locks = sqliteLocks(state.locks);
  return {
    database: movableSqlite(state.database, systemClock),
    isAlive: async (process) => {
      const held = await locks.tryAcquire(processLock(process));
      await held?.release({ remove: true });
      return held === undefined;
    },
  };
}

async function addressOf({ environment, url }: MovingRequest): Promise<string | undefined> {
  const flags = url === undefined ? {} : { database: { url } };
  return resolveConfig(await ownConfiguration(environment, flags)).config.database.url;
}
