import { sql } from 'kysely';
import type { SelectQueryBuilder } from 'kysely';
import { addUsage } from '../../../domain/model.ts';
import { monthKey } from '../../../domain/money-scope.ts';
import type { Money, Spending, SpendingBy, SpendingFilter } from '../../../ports/model-ledger.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { Statement } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';
import type { MoneySchema } from './money-tables.ts';

interface SpendingRow {
  readonly name: string | number | null;
  readonly calls: number;
  readonly cached: number;
  readonly unsure: number;
  readonly unknown_prices: number;
  readonly cost_micro_usd: number;
  readonly reserved_micro_usd: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens: number;
  readonly cache_write_tokens: number;
}

interface Given {
  readonly job: string;
  readonly task: string;
  readonly since: number;
  readonly before: number;
}

type NamedSpending = Spending & { readonly name: string };
type Grouping = keyof typeof groupings;

const statement = statements(queryBuilder<Pick<MoneySchema, 'miyabi_call'>>());
const dayMs = 86_400_000;

/** In words that SQLite and PostgreSQL read alike: whole numbers divide to whole numbers in both. */
const groupings = {
  all: "'all'",
  run: 'job_id',
  world: 'world',
  worldOfTask: "CASE WHEN world IS NULL THEN NULL ELSE coalesce(plan_task || '/', '') || world END",
  model: "provider || '/' || model",
  purpose: 'purpose',
  day: `at / ${dayMs}`,
} as const;

/** Each of these statements is built when it is first asked for, and once. */
const built = new Map<string, Statement<Given, SpendingRow>>();

function spendingStatement(by: Grouping, { jobId, taskId }: SpendingFilter): Statement<Given, SpendingRow> {
  const ofJob = jobId !== undefined;
  const ofTask = taskId !== undefined;
  const name = `${by} ${ofJob} ${ofTask}`;
  const found = built.get(name);
  if (found !== undefined) return found;
  const made = statement<Given, SpendingRow>((db, p) => {
    let query = db.selectFrom('miyabi_call').select(spendingColumns(by)).where('at', '>=', p.since).where('at', '<', p.before);
    if (ofJob) query = query.where('job_id', '=', p.job);
    if (ofTask) query = query.where('task_id', '=', p.task);
    return by === 'all' ? query : query.groupBy(sql.raw(groupings[by]));
  });
  built.set(name, made);
  return made;
}

function spendingColumns(by: Grouping) {
  return [
    sql<SpendingRow['name']>`${sql.raw(groupings[by])}`.as('name'),
    sql<number>`count(*)`.as('calls'),
    count("status = 'cached'").as('cached'),
    count("status = 'unsure'").as('unsure'),
    count("status <> 'cached' AND price_known = 0").as('unknown_prices'),
    sum('cost_micro_usd', "status <> 'open'").as('cost_micro_usd'),
    sum('most_micro_usd', "status = 'open'").as('reserved_micro_usd'),
    sum('input_tokens', "status <> 'cached'").as('input_tokens'),
    sum('output_tokens', "status <> 'cached'").as('output_tokens'),
    sum('cached_tokens', "status <> 'cached'").as('cached_tokens'),
    sum('cache_write_tokens', "status <> 'cached'").as('cache_write_tokens'),
  ] as const;
}

function count(condition: string) {
  return sql<number>`count(CASE WHEN ${sql.raw(condition)} THEN 1 END)`;
}

function sum(column: string, condition: string) {
  return sql<number>`CAST(coalesce(sum(CASE WHEN ${sql.raw(condition)} THEN ${sql.raw(column)} ELSE 0 END), 0) AS BIGINT)`;
}

interface StepRow {
  readonly step: number;
  readonly cost_micro_usd: number;
}

type Steps = Pick<Given, 'since' | 'before'> & { readonly stepMs: number };

const overTime = statement<Steps, StepRow>((db, p) => stepsOf(db.selectFrom('miyabi_call'), p));
const overTimeOfRun = statement<Steps & Pick<Given, 'job'>, StepRow>((db, p) =>
  stepsOf(db.selectFrom('miyabi_call').where('job_id', '=', p.job), p),
);

function stepsOf(calls: SelectQueryBuilder<Pick<MoneySchema, 'miyabi_call'>, 'miyabi_call', object>, p: Steps) {
  const step = sql<number>`at / cast(${p.stepMs} as bigint)`;
  return calls
    .select([step.as('step'), sum('cost_micro_usd', "status <> 'open'").as('cost_micro_usd')])
    .where('at', '>=', p.since)
    .where('at', '<', p.before)
    .groupBy(sql`1`)
    .orderBy('step');
}

const firstCall = statement<Record<string, never>, { readonly at: number | null }>((db) =>
  db.selectFrom('miyabi_call').select(sql<number | null>`min(at)`.as('at')),
);

const oldestOpenCall = statement<Record<string, never>, { readonly at: number | null }>((db) =>
  db
    .selectFrom('miyabi_call')
    .select(sql<number | null>`min(at)`.as('at'))
    .where('status', '=', sql.lit('open')),
);

/** The part of the ledger that adds up what was spent. */
export function sqlSpending({
  read,
}: Pick<LedgerTransactions, 'read'>): Pick<Money, 'spent' | 'spentBy' | 'spentOver' | 'firstSpent' | 'oldestOpen'> {
  const rowsBy = (by: Grouping, filter: SpendingFilter) =>
    read((runner) =>
      runner.all(spendingStatement(by, filter), {
        job: filter.jobId ?? '',
        task: filter.taskId ?? '',
        since: filter.since ?? 0,
        before: filter.before ?? Number.MAX_SAFE_INTEGER,
      }),
    );
  return {
    spent: async (filter) => {
      const [row] = await rowsBy('all', filter);
      if (row === undefined) throw new Error('A sum over no calls is a row as well.');
      return spendingFromRow(row);
    },
    spentOver: async ({ jobId, since = 0, before = Number.MAX_SAFE_INTEGER }, stepMs) => {
      const given = { since, before, stepMs };
      const rows = await read((runner) =>
        jobId === undefined ? runner.all(overTime, given) : runner.all(overTimeOfRun, { ...given, job: jobId }),
      );
      return rows.map(({ step, cost_micro_usd }) => ({ at: step * stepMs, costMicroUsd: cost_micro_usd }));
    },
    firstSpent: async () => (await read((runner) => runner.all(firstCall, {})))[0]?.at ?? undefined,
    oldestOpen: async () => (await read((runner) => runner.all(oldestOpenCall, {})))[0]?.at ?? undefined,
    spentBy: async (by, filter) => {
      const rows = await rowsBy(groupingOf(by, filter), filter);
      const named = rows.map((row) => ({ name: nameOf(by, row.name), ...spendingFromRow(row) }));
      if (by === 'day' || by === 'month') return addedUp(named).toSorted((one, other) => (one.name < other.name ? 1 : -1));
      return named.toSorted((one, other) => used(other) - used(one) || (one.name < other.name ? -1 : 1));
    },
  };
}

function groupingOf(by: SpendingBy, { jobId }: SpendingFilter): Grouping {
  if (by === 'month') return 'day';
  return by === 'world' && jobId !== undefined ? 'worldOfTask' : by;
}

function nameOf(by: SpendingBy, name: SpendingRow['name']): string {
  if (by === 'month') return monthKey(Number(name) * dayMs);
  if (by === 'day') return new Date(Number(name) * dayMs).toISOString().slice(0, 10);
  return name === null ? 'no world' : String(name);
}

/** Months are made of their days. */
function addedUp(parts: readonly NamedSpending[]): NamedSpending[] {
  const sums = new Map<string, NamedSpending>();
  for (const part of parts) {
    const before = sums.get(part.name);
    sums.set(part.name, before === undefined ? part : { name: part.name, ...addSpending(before, part) });
  }
  return [...sums.values()];
}

function addSpending(one: Spending, other: Spending): Spending {
  return {
    calls: one.calls + other.calls,
    cached: one.cached + other.cached,
    usage: addUsage(one.usage, other.usage),
    costMicroUsd: one.costMicroUsd + other.costMicroUsd,
    unknownPrices: one.unknownPrices + other.unknownPrices,
    unsure: one.unsure + other.unsure,
    reservedMicroUsd: one.reservedMicroUsd + other.reservedMicroUsd,
  };
}

function used({ costMicroUsd, reservedMicroUsd }: Spending): number {
  return costMicroUsd + reservedMicroUsd;
}

function spendingFromRow(row: SpendingRow): Spending {
  return {
    calls: row.calls,
    cached: row.cached,
    usage: {
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      cachedTokens: row.cached_tokens,
      cacheWriteTokens: row.cache_write_tokens,
    },
    costMicroUsd: row.cost_micro_usd,
    unknownPrices: row.unknown_prices,
    unsure: row.unsure,
    reservedMicroUsd: row.reserved_micro_usd,
  };
}
