import { collectGarbage, listWorkers, readService, readSettings, runDoctor } from '../../domain/api/service.ts';
import { shownDatabaseAddress } from '../../domain/database-address.ts';
import { namedSecrets } from '../../domain/named-secrets.ts';
import type { Redact } from '../../domain/redact.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import { collectGarbage as collectUnneeded } from '../../operations/collect-garbage.ts';
import { diagnose } from '../../operations/doctor/diagnose.ts';
import { serviceState } from '../../operations/service-state.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';
import { together } from './together.ts';

const hourMs = 3_600_000;

/** Who works, and how it is configured. */
export function serviceRoutes(tools: OperationTools): readonly ApiRoute[] {
  const { engine, ownConfiguration, redact } = tools;
  // Many programs are started for it, and whoever may read may ask.
  const look = together(async () => await diagnose(tools));
  return [
    route(readService, async () => await serviceState(tools)),
    route(collectGarbage, async ({ body: { dryRun, olderThanHours } }) => {
      const unusedMs = olderThanHours === undefined ? {} : { unusedMs: olderThanHours * hourMs };
      const { folders, recovered } = await collectUnneeded(tools, { dryRun, ...unusedMs });
      return { dryRun, folders, bytes: folders.reduce((sum, folder) => sum + folder.bytes, 0), recovered };
    }),
    route(runDoctor, async () => {
      const findings = await look();
      const told = findings.map(({ name, status, detail, fix }) => ({ name, status, detail, fix }));
      return { ok: told.every(({ status }) => status !== 'failure'), findings: told };
    }),
    route(listWorkers, async () => {
      const workers = await engine.workers();
      return {
        items: workers.map(({ process, labels, lastSeenAt, ...worker }) => ({
          id: process,
          labels: labels ?? null,
          lastSeenAt: lastSeenAt ?? null,
          ...worker,
        })),
      };
    }),
    route(readSettings, async () => ({
      items: resolveConfig(ownConfiguration).explained.map(({ key, value, source, origin }) => ({
        secrets: namedSecrets(key.path, value).map((secret) => ({ ...secret, isSet: tools.isSecretSet(secret) })),
        path: key.path,
        description: key.description,
        variable: key.variable,
        value: key.holdsPassword ? (shownDatabaseAddress(typeof value === 'string' ? value : '') ?? null) : withoutSecrets(value, redact),
        source,
        origin,
        userOnly: key.userOnly,
      })),
    })),
  ];
}

/** A command may have a key in it. Settings are JSON, a few levels deep. */
function withoutSecrets(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value).text;
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each, redact));
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutSecrets(each, redact)]));
}
