import { deflateSync, inflateSync } from 'node:zlib';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../../../ports/clock.ts';
import type { KeptResponse, Responses } from '../../../ports/model-ledger.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface ResponseTable {
  readonly key: string;
  readonly status: number;
  readonly headers: string;
  readonly bytes: number;
  readonly kept_at: number;
  readonly expires_at: number;
  readonly used_at: number;
  readonly body: Uint8Array;
}

/** How much bodies may take, in bytes as they are stored. */
export interface ResponseBounds {
  readonly all: number;
  /** A larger one is not kept. */
  readonly one: number;
}

const usualBounds: ResponseBounds = { all: 256 * 1024 * 1024, one: 16 * 1024 * 1024 };
/** An answer that is given again and again is written to so often at most, in ms. */
const usedApartMs = 60_000;
/** How many rows are looked at to find what has to go, each time. */
const atOnce = 64;

const statement = statements(queryBuilder<{ readonly miyabi_response: ResponseTable }>());

const responseByKey = statement<{ readonly key: string; readonly now: number }, Omit<ResponseTable, 'key' | 'bytes' | 'kept_at'>>((db, p) =>
  db
    .selectFrom('miyabi_response')
    .select(['status', 'headers', 'used_at', 'expires_at', 'body'])
    .where('key', '=', p.key)
    .where('expires_at', '>', p.now),
);
const useResponse = statement<Pick<ResponseTable, 'key' | 'used_at'>>((db, p) =>
  db.updateTable('miyabi_response').set({ used_at: p.used_at }).where('key', '=', p.key).where('used_at', '<', p.used_at),
);
const saveResponse = statement<ResponseTable>((db, p) => {
  const { key, ...anew } = {
    key: p.key,
    status: p.status,
    headers: p.headers,
    bytes: p.bytes,
    kept_at: p.kept_at,
    expires_at: p.expires_at,
    used_at: p.used_at,
    body: p.body,
  };
  return db
    .insertInto('miyabi_response')
    .values({ key, ...anew })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(anew));
});
const deleteKeptUpTo = statement<{ readonly kept_at: number }>((db, p) =>
  db.deleteFrom('miyabi_response').where('kept_at', '<=', p.kept_at),
);
const deleteResponse = statement<{ readonly key: string }>((db, p) => db.deleteFrom('miyabi_response').where('key', '=', p.key));
const allTogether = statement<Record<string, never>, { readonly count: number; readonly bytes: number }>((db) =>
  db
    .selectFrom('miyabi_response')
    .select([sql<number>`count(*)`.as('count'), sql<number>`CAST(coalesce(sum(bytes), 0) AS BIGINT)`.as('bytes')]),
);
const leastRecentlyUsed = statement<Record<string, never>, Pick<ResponseTable, 'key' | 'bytes'>>((db) =>
  db.selectFrom('miyabi_response').select(['key', 'bytes']).orderBy('used_at').orderBy('key').limit(atOnce),
);

const headersShape = z.array(z.tuple([z.string(), z.string()]));

/** The part of the ledger that keeps answers of providers, deflated. */
export function sqlResponses(transactions: LedgerTransactions, clock: Clock, bounds: ResponseBounds = usualBounds): Responses {
  return {
    get: async (key) => {
      const now = clock.now();
      const [row] = await transactions.read((runner) => runner.all(responseByKey, { key, now }));
      if (row === undefined) return undefined;
      if (now - row.used_at >= usedApartMs)
        await transactions.write(async (runner) => await runner.run(useResponse, { key, used_at: now }));
      return responseFromRow(row);
    },
    put: async (key, response, { most, maxAgeMs }) => {
      const body = deflateSync(response.body);
      if (body.length > bounds.one) return;
      const headers = JSON.stringify(response.headers);
      await transactions.write(
        async (runner) => {
          const now = clock.now();
          await runner.run(deleteKeptUpTo, { kept_at: now - maxAgeMs });
          const row = {
            key,
            status: response.status,
            headers,
            bytes: body.length,
            kept_at: now,
            expires_at: now + maxAgeMs,
            used_at: now,
            body,
          };
          await runner.run(saveResponse, row);
          await prune(runner, { count: most, bytes: bounds.all });
        },
        { serial: ['responses'] },
      );
    },
  };
}

/** The least recently used go, until there are no more than may be, and no larger ones. */
async function prune(runner: StatementRunner, most: { readonly count: number; readonly bytes: number }): Promise<void> {
  const [all] = await runner.all(allTogether, {});
  let { count, bytes } = all ?? { count: 0, bytes: 0 };
  while (count > 0 && (count > most.count || bytes > most.bytes)) {
    for (const row of await runner.all(leastRecentlyUsed, {})) {
      if (count <= most.count && bytes <= most.bytes) return;
      await runner.run(deleteResponse, { key: row.key });
      count -= 1;
      bytes -= row.bytes;
    }
  }
}

function responseFromRow(row: Pick<ResponseTable, 'status' | 'headers' | 'body'>): KeptResponse {
  return { status: row.status, headers: headersShape.parse(JSON.parse(row.headers)), body: inflateSync(row.body) };
}
