import { listWorkers, readSettings } from '../../domain/api/service.ts';
import { shownDatabaseAddress } from '../../domain/database-address.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** Who works, and how it is configured. */
export function serviceRoutes({ engine, ownConfiguration }: OperationTools): readonly ApiRoute[] {
  return [
    route(listWorkers, async () => {
      const workers = await engine.workers();
      return { items: workers.map(({ process, labels, ...worker }) => ({ id: process, labels: labels ?? null, ...worker })) };
    }),
    route(readSettings, async () => ({
      items: resolveConfig(ownConfiguration).explained.map(({ key, value, source, origin }) => ({
        path: key.path,
        description: key.description,
        variable: key.variable,
        value: (key.holdsPassword ? shownDatabaseAddress(String(value)) : value) ?? null,
        source,
        origin,
        userOnly: key.userOnly,
      })),
    })),
  ];
}
