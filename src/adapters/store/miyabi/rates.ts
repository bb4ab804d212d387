import { sql } from 'kysely';
import { grouped } from '../../../domain/grouped.ts';
import { nextTurn, windowEnd } from '../../../domain/rate-window.ts';
import type { NextTurn } from '../../../domain/rate-window.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { IdSource } from '../../../ports/ids.ts';
import type { Permit, RateLimits, Rates } from '../../../ports/model-ledger.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface RateTable {
  readonly key: string;
  readonly asked_at: number;
  readonly held_until: number | null;
  readonly held_because: string | null;
  readonly launched_at: number | null;
}

interface PermitTable {
  readonly id: string;
  readonly key: string;
  readonly at: number;
  readonly tokens: number;
}

interface WindowRow {
  readonly requests: number;
  readonly tokens: number;
}

type Keyed = Pick<RateTable, 'key'>;
/** Turns of one key after a point in time. */
type After = Keyed & { readonly after: number };

/** How many turns are read at first to find those that must have left; nearly always these are enough. */
const atOnce = 32;
const dayMs = 86_400_000;

const statement = statements(queryBuilder<{ readonly miyabi_rate: RateTable; readonly miyabi_rate_permit: PermitTable }>());

const rateByKey = statement<Keyed, RateTable>((db, p) => db.selectFrom('miyabi_rate').selectAll().where('key', '=', p.key));
const saveRate = statement<RateTable>((db, p) => {
  const anew = { asked_at: p.asked_at, held_until: p.held_until, held_because: p.held_because, launched_at: p.launched_at };
  return db
    .insertInto('miyabi_rate')
    .values({ key: p.key, ...anew })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(anew));
});
const lastPermit = statement<Keyed, Pick<PermitTable, 'at'>>((db, p) =>
  db.selectFrom('miyabi_rate_permit').select('at').where('key', '=', p.key).orderBy('at', 'desc').limit(1),
);
const windowAfter = statement<After, WindowRow>((db, p) =>
  db
    .selectFrom('miyabi_rate_permit')
    .select([sql<number>`count(*)`.as('requests'), sql<number>`CAST(coalesce(sum(tokens), 0) AS BIGINT)`.as('tokens')])
    .where('key', '=', p.key)
    .where('at', '>', p.after),
);
const permitsAfter = statement<After & { readonly most: number }, Pick<PermitTable, 'at' | 'tokens'>>((db, p) =>
  db
    .selectFrom('miyabi_rate_permit')
    .select(['at', 'tokens'])
    .where('key', '=', p.key)
    .where('at', '>', p.after)
    .orderBy('at')
    .limit(p.most),
);
const insertPermit = statement<PermitTable>((db, p) =>
  db.insertInto('miyabi_rate_permit').values({ id: p.id, key: p.key, at: p.at, tokens: p.tokens }),
);
const correctPermit = statement<Pick<PermitTable, 'id' | 'tokens'>>((db, p) =>
  db.updateTable('miyabi_rate_permit').set({ tokens: p.tokens }).where('id', '=', p.id),
);
const deletePermit = statement<Pick<PermitTable, 'id'>>((db, p) => db.deleteFrom('miyabi_rate_permit').where('id', '=', p.id));
const deletePermitsUpTo = statement<Keyed & { readonly until: number }>((db, p) =>
  db.deleteFrom('miyabi_rate_permit').where('key', '=', p.key).where('at', '<=', p.until),
);
const deletePermitsOf = statement<Keyed>((db, p) => db.deleteFrom('miyabi_rate_permit').where('key', '=', p.key));
const keysWithOldPermits = statement<{ readonly until: number }, Keyed>((db, p) =>
  db.selectFrom('miyabi_rate_permit').select('key').distinct().where('at', '<=', p.until),
);

/** The part of the ledger that gives turns at providers, in the order in which they are asked for. */
export function sqlRates(transactions: LedgerTransactions, clock: Clock, ids: IdSource): Rates {
  return {
    take: async (key, tokens, limits) => {
      const { permit, isNew } = await ofKey(transactions, key, async (runner) => {
        const now = clock.now();
        const { known, isNew: unheardOf } = await knownRate(runner, key, { now, windowMs: limits.windowMs });
        runner.send(deletePermitsUpTo, { key, until: now - limits.windowMs });
        const turn = await findTurn(runner, known, { tokens, now, limits });
        const id = ids.next();
        runner.send(insertPermit, { id, key, at: turn.at, tokens });
        runner.send(saveRate, { ...known, asked_at: now });
        return { permit: { id, at: turn.at, why: whyNotNow(turn, known, { now, limits }) } satisfies Permit, isNew: unheardOf };
      });
      // Keys come and go; this is seldom enough to look through all of them for what nobody asks for any more.
      if (isNew) await deleteOldPermits(transactions, clock.now() - dayMs);
      return permit;
    },
    used: (permit, tokens) =>
      transactions.write(async (runner) => {
        await runner.run(correctPermit, { id: permit, tokens });
      }),
    giveBack: (permit) =>
      transactions.write(async (runner) => {
        await runner.run(deletePermit, { id: permit });
      }),
    hold: (key, until, why) =>
      ofKey(transactions, key, async (runner) => {
        const { known } = await knownRate(runner, key, { now: clock.now(), windowMs: dayMs });
        if (until > (known.held_until ?? 0)) runner.send(saveRate, { ...known, held_until: Math.ceil(until), held_because: why });
      }),
    launch: (key, apartMs) =>
      ofKey(transactions, key, async (runner) => {
        const now = clock.now();
        const { known } = await knownRate(runner, key, { now, windowMs: dayMs });
        const at = known.launched_at === null ? now : Math.max(now, known.launched_at + apartMs);
        runner.send(saveRate, { ...known, launched_at: at });
        return at;
      }),
  };
}

/** Each turn follows from those before it. */
async function ofKey<T>(transactions: LedgerTransactions, key: string, run: (runner: StatementRunner) => Promise<T>): Promise<T> {
  return await transactions.write(run, { serial: [`rate:${key}`] });
}

/** Key by key, so that this waits for nobody while somebody waits for it. */
async function deleteOldPermits(transactions: LedgerTransactions, until: number): Promise<void> {
  const keys = await transactions.read((runner) => runner.all(keysWithOldPermits, { until }));
  for (const { key } of keys) await ofKey(transactions, key, (runner) => runner.run(deletePermitsUpTo, { key, until }));
}

/**
 * What is known of a key, and whether it is heard of for the first time. Where the clock was set back by more than a window, turns that were given
 * before say nothing any more: nobody is to wait until it is as late again.
 */
async function knownRate(
  runner: StatementRunner,
  key: string,
  { now, windowMs }: { readonly now: number; readonly windowMs: number },
): Promise<{ readonly known: RateTable; readonly isNew: boolean }> {
  const [known] = await runner.all(rateByKey, { key });
  if (known !== undefined && known.asked_at - now <= windowMs) return { known, isNew: false };
  if (known !== undefined) runner.send(deletePermitsOf, { key });
  return { known: { key, asked_at: now, held_until: null, held_because: null, launched_at: null }, isNew: known === undefined };
}

interface Wanted {
  readonly tokens: number;
  readonly now: number;
  readonly limits: RateLimits;
}

async function findTurn(runner: StatementRunner, { key, held_until }: RateTable, { tokens, now, limits }: Wanted): Promise<NextTurn> {
  const [last] = await runner.all(lastPermit, { key });
  const { end, after } = windowEnd({ now, last: last?.at, heldUntil: held_until ?? undefined }, limits.windowMs);
  const [sums] = await runner.all(windowAfter, { key, after });
  const { requests, tokens: taken } = sums ?? { requests: 0, tokens: 0 };
  const window = { end, requests, tokens: taken, last: last !== undefined && last.at > after ? last.at : undefined };
  for (const most of [0, atOnce, requests]) {
    const oldest = most === 0 ? [] : await runner.all(permitsAfter, { key, after, most });
    const turn = nextTurn(window, oldest, tokens, limits);
    if (turn !== undefined) return turn;
  }
  throw new Error('A window that everything has left has room.');
}

function whyNotNow(
  turn: NextTurn,
  { held_until, held_because }: RateTable,
  { now, limits }: { readonly now: number; readonly limits: RateLimits },
): string {
  if (turn.at <= now) return '';
  if (turn.at === held_until) return held_because ?? '';
  const seconds = limits.windowMs / 1000;
  switch (turn.because) {
    case 'requests':
      return `only ${grouped(limits.requests)} requests are allowed in ${seconds} s (models.requestsPerMinute, or that of the provider)`;
    case 'tokens':
      return `only ${grouped(limits.tokens)} tokens are allowed in ${seconds} s (models.tokensPerMinute, or that of the provider)`;
    case 'nothing':
      return 'others have asked before';
  }
}
