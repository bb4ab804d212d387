/** The one place where the benchmark touches how models are put together: as `app.ts` does it, on a real database. */
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { lockedOwner } from '../../src/adapters/owner.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import { wireModels } from '../../src/app-models.ts';
import type { JobId, TaskId } from '../../src/domain/ids.ts';
import { providerProtocols } from '../../src/domain/model.ts';
import type { MoneyLimit } from '../../src/domain/money-scope.ts';
import { resolveConfig } from '../../src/domain/resolve-config.ts';
import type { Caller } from '../../src/ports/exchange.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { Models } from '../../src/ports/model.ts';
import { silence } from '../../src/ports/telemetry.ts';
import type { ProviderAddresses } from './provider.ts';

/** A model of the scripted provider; the provider is called as the protocol. */
export const modelId = 'model-1';
/** Every provider of the benchmark takes it. */
export const key = 'sk-benchmark';
/** Nobody waits for a turn, and nobody runs out of money. */
const plenty = { requestsPerMinute: 1_000_000, tokensPerMinute: 1_000_000_000_000 };
/** USD for a million tokens. */
const prices = { inputPerMillionUsd: 1, outputPerMillionUsd: 10, cachedPerMillionUsd: 0.1 };

export interface ModelsStand extends AsyncDisposable {
  readonly models: Models;
  readonly ledger: Ledger;
  readonly database: string;
}

/** Models over a database in a folder that is there. */
export async function modelsStand(folder: string, urls: ProviderAddresses): Promise<ModelsStand> {
  await using opening = new AsyncDisposableStack();
  const path = join(folder, 'miyabi.db');
  const database = await openDatabase(path, { clock: systemClock, ids: systemIds });
  opening.defer(async () => await database.close());
  const owner = opening.use(lockedOwner(sqliteLocks(join(folder, 'locks')), systemIds.next()));
  const { config } = resolveConfig([{ source: 'flag', origin: 'the benchmark', values: { models: modelsSection(urls) } }]);
  const { ledger } = database;
  const models = await wireModels({
    config: config.models,
    environment: { BENCH_KEY: key },
    ledger,
    clock: systemClock,
    ids: systemIds,
    owner,
    telemetry: silence,
  });
  opening.use(models);
  const open = opening.move();
  return { models, ledger, database: path, [Symbol.asyncDispose]: async () => await open.disposeAsync() };
}

/** The configuration of the scripted provider, as a user would write it. */
export function modelsSection(urls: ProviderAddresses) {
  const named = providerProtocols.map(
    (protocol) => [protocol, { protocol, url: urls[protocol], keyVariable: 'BENCH_KEY', private: true, ...plenty }] as const,
  );
  return {
    providers: Object.fromEntries(named),
    prices: Object.fromEntries(providerProtocols.map((protocol) => [`${protocol}/${modelId}`, prices])),
  };
}

const usd = 1_000_000;

/** As a world's agent asks: its run's and its month's budgets count, and its answers are kept for itself. */
export function worldCaller(limits: readonly MoneyLimit[] = usualLimits): Caller {
  return {
    jobId: 'job' as JobId,
    taskId: 'task' as TaskId,
    planTask: 'task-1',
    world: 'alpha',
    purpose: 'agent',
    limits,
    cacheScope: 'job/task-1/alpha/1',
    incidental: ['TwElveRandom', '/home/ada/.local/state/miyabi/worlds/run/task/alpha'],
    askToGoOn: async () => false,
    onEvent: () => undefined,
  };
}

const usualLimits: readonly MoneyLimit[] = [
  { scope: 'run', key: 'job', limitMicroUsd: 100_000 * usd },
  { scope: 'month', key: '2026-11', limitMicroUsd: 1_000_000 * usd },
];
