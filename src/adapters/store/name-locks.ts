import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { queryBuilder, statements } from './statement.ts';
import type { StatementRunner } from './statement.ts';

const statement = statements(queryBuilder<Record<string, never>>());

/** In the order of the list, until the end of the transaction. */
const takeLocks = statement<{ readonly keys: string }>((db, p) =>
  db
    .selectFrom(sql<{ readonly key: string }>`json_array_elements_text(cast(${p.keys} as json))`.as<'listed'>(sql`listed (key)`))
    .select(sql`pg_advisory_xact_lock(cast(listed.key as bigint))`.as('taken')),
);

/**
 * Whatever comes after it in the transaction is looked at once nobody else holds any of the locks, and nobody else gets them before the
 * transaction ends. Where there is one writer (SQLite) nothing is needed for it.
 *
 * @param keys of {@link lockKeys}.
 */
export function lockNames(runner: StatementRunner, keys: readonly string[]): void {
  if (runner.locks) runner.send(takeLocks, { keys: JSON.stringify(keys) });
}

const tryLock = statement<{ readonly key: string }, { readonly taken: boolean }>((db, p) =>
  db.selectNoFrom(sql<boolean>`pg_try_advisory_xact_lock(cast(${p.key} as bigint))`.as('taken')),
);

/** Somebody else has what is needed for a moment: the transaction is undone and run again, as one is that a database undoes. */
class NameTaken extends Error {
  override readonly name = 'NameTaken';
  /** A conflict, in the words of PostgreSQL. */
  readonly code = '40001';
}

/**
 * The same for a transaction that holds rows which whoever has the lock may want: it never waits for it while it holds them.
 *
 * @throws NameTaken before whatever was sent meanwhile counts for anything.
 */
export async function lockNameOrRunAgain(runner: StatementRunner, name: string): Promise<void> {
  if (!runner.locks) return;
  const [key = ''] = lockKeys([name]);
  const [answer] = await runner.all(tryLock, { key });
  if (answer?.taken !== true) throw new NameTaken(`Another transaction has taken «${name}».`);
}

/** Each name as one of 2^64 numbers (the beginning of its SHA-256), once, in rising order. Names that share one wait for each other, and that is all. */
export function lockKeys(names: readonly string[]): readonly string[] {
  const numbers = names.map((name) => createHash('sha256').update(`miyabi:${name}`).digest().readBigInt64BE());
  return [...new Set(numbers)].toSorted((one, other) => (one < other ? -1 : 1)).map(String);
}
