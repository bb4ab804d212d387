import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemChecks } from './adapters/host-checks.ts';
import { backupName } from './domain/backup.ts';
import type { Config } from './domain/config.ts';
import type { JobId, TaskId } from './domain/ids.ts';
import { parseModelName } from './domain/model.ts';
import type { StateFolder } from './domain/state-folder.ts';
import type { Upkeep } from './operations/tools.ts';
import type { Clock } from './ports/clock.ts';
import type { Locks } from './ports/lock.ts';
import type { Models } from './ports/model.ts';

export interface UpkeepRequest {
  readonly state: StateFolder;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly version: string;
  /** As it is now. */
  readonly config: () => Config;
  readonly models: () => Promise<Models>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const dashboard = fileURLToPath(new URL('../dist/dashboard', import.meta.url));

/** What keeps an installation alive: a part of `app.ts` whose larger parts are loaded when they are first asked for. */
export function wireUpkeep({ state, locks, clock, version, config, models, environment }: UpkeepRequest): Upkeep {
  const folder = (): string => config().backup.folder ?? join(state.root, 'backups');
  const wired = async () => (await import('./app-maintenance.ts')).wireBackups(state, { path: environment['PATH'] ?? '', version });
  // Another database is only that of the next start.
  const { url } = config().database;
  return {
    hostChecks: systemChecks({ state, locks, dashboard: environment['MIYABI_DASHBOARD'] ?? dashboard }),
    backups: {
      known: async () => {
        await using opened = await wired();
        return await opened.backups.known(folder());
      },
      make: async () => {
        await using opened = await wired();
        const made = await opened.backups.make(join(folder(), backupName(clock.now())));
        return { ...made, removed: await opened.backups.prune(folder(), config().backup.keep) };
      },
    },
    recordsUnderCheck: {
      name: url ?? state.database,
      faults: async () => await (await recordsOf(url, state)).faults(),
      artifacts: async () => await (await recordsOf(url, state)).artifacts(),
    },
    tryModel: async (name) => {
      const parsed = parseModelName(name);
      if (parsed === undefined) throw new Error(`${name} is no name of a model.`);
      const since = clock.monotonic();
      const id = `doctor-${clock.now()}`;
      const model = await (
        await models()
      ).language(parsed, {
        // No run pays for it: it stands in the records of calls under a name of its own.
        jobId: id as JobId,
        taskId: id as TaskId,
        planTask: undefined,
        world: undefined,
        purpose: 'agent',
        limits: [],
        cacheScope: id,
        incidental: [],
        askToGoOn: async () => await Promise.resolve(false),
        onEvent: () => undefined,
      });
      await model.doGenerate({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'Say yes.' }] }], maxOutputTokens: 1 });
      return clock.monotonic() - since;
    },
  };
}

async function recordsOf(url: string | undefined, state: StateFolder) {
  if (url === undefined) return (await import('./adapters/store/check/sqlite-check.ts')).sqliteUnderCheck(state.database);
  return (await import('./adapters/store/check/postgres-check.ts')).postgresUnderCheck(url);
}
