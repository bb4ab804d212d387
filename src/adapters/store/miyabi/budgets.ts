import { sql } from 'kysely';
import { noMoney } from '../../../domain/money-scope.ts';
import type { Budget, MoneyLimit, MoneySums } from '../../../domain/money-scope.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import type { BudgetTable, CallBudgets, MoneySchema } from './money-tables.ts';

/** One budget, whatever its limit. */
export type BudgetKey = Pick<MoneyLimit, 'scope' | 'key'>;

/** What a call changes in the budgets that it counts against, in micro-USD. */
export interface BudgetChange {
  readonly spent: number;
  readonly reserved: number;
}

const statement = statements(queryBuilder<Pick<MoneySchema, 'miyabi_budget'>>());

const budgetByKey = statement<BudgetKey, BudgetTable>((db, p) =>
  db.selectFrom('miyabi_budget').selectAll().where('scope', '=', p.scope).where('key', '=', p.key),
);
const changeBudget = statement<BudgetKey & BudgetChange>((db, p) =>
  db
    .insertInto('miyabi_budget')
    .values({ ...emptyBudget(p), spent_micro_usd: p.spent, reserved_micro_usd: p.reserved })
    .onConflict((conflict) =>
      conflict.columns(['scope', 'key']).doUpdateSet({
        spent_micro_usd: sql<number>`miyabi_budget.spent_micro_usd + ${p.spent}`,
        reserved_micro_usd: sql<number>`miyabi_budget.reserved_micro_usd + ${p.reserved}`,
      }),
    ),
);
const moveReserved = statement<BudgetKey & BudgetChange>((db, p) =>
  db
    .updateTable('miyabi_budget')
    .set({
      spent_micro_usd: sql<number>`spent_micro_usd + ${p.spent}`,
      reserved_micro_usd: sql<number>`reserved_micro_usd + ${p.reserved}`,
    })
    .where('scope', '=', p.scope)
    .where('key', '=', p.key),
);
const setWarned = statement<BudgetKey & { readonly warned: number }>((db, p) =>
  db.updateTable('miyabi_budget').set({ warned_micro_usd: p.warned }).where('scope', '=', p.scope).where('key', '=', p.key),
);
const setReleased = statement<BudgetKey & { readonly by: string; readonly at: number }>((db, p) =>
  db
    .insertInto('miyabi_budget')
    .values({ ...emptyBudget(p), spent_micro_usd: sql.lit(0), reserved_micro_usd: sql.lit(0), released_by: p.by, released_at: p.at })
    .onConflict((conflict) => conflict.columns(['scope', 'key']).doUpdateSet({ released_by: p.by, released_at: p.at })),
);

function emptyBudget({ scope, key }: BudgetKey) {
  return { scope, key, warned_micro_usd: null, released_by: null, released_at: null };
}

export async function readBudgets(runner: StatementRunner, limits: readonly MoneyLimit[]): Promise<readonly Budget[]> {
  const rows = await Promise.all(limits.map((limit) => runner.all(budgetByKey, limit)));
  return limits.map((limit, index) => {
    const [row] = rows[index] ?? [];
    return { limit, sums: row === undefined ? noMoney : sumsFromRow(row) };
  });
}

/** What calls change in the budgets that they count against. */
export interface CallChange extends BudgetChange {
  readonly budgets: readonly BudgetKey[];
}

/** Each budget once, and always in one order: so that no two changes wait for each other. */
export function changeBudgets(runner: StatementRunner, changes: readonly CallChange[]): void {
  const sums = new Map<string, BudgetKey & BudgetChange>();
  for (const { budgets, spent, reserved } of changes) {
    for (const budget of budgets) {
      const { scope, key } = budget;
      const before = sums.get(budgetName(budget)) ?? { spent: 0, reserved: 0 };
      sums.set(budgetName(budget), { scope, key, spent: before.spent + spent, reserved: before.reserved + reserved });
    }
  }
  for (const [, change] of [...sums].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if (change.spent === 0 && change.reserved === 0) continue;
    // What is given back would be negative in a new row; there is always an old one.
    runner.send(change.reserved < 0 ? moveReserved : changeBudget, change);
  }
}

/** Such as `budget:month:2026-11`. */
export function budgetName({ scope, key }: BudgetKey): string {
  return `budget:${scope}:${key}`;
}

/** Remembers for which limits it was told that they are nearly used up. */
export function markWarned(runner: StatementRunner, limits: readonly MoneyLimit[]): void {
  for (const { scope, key, limitMicroUsd } of limits) runner.send(setWarned, { scope, key, warned: limitMicroUsd });
}

export async function releaseBudget(runner: StatementRunner, { scope, key }: BudgetKey, by: string, at: number): Promise<void> {
  await runner.run(setReleased, { scope, key, by, at });
}

/** One of each kind, as a call's row names them. @throws Error for two of a kind: a call counts once. */
export function budgetColumns(budgets: readonly BudgetKey[]): CallBudgets {
  const columns: Record<keyof CallBudgets, string | null> = { budget_world: null, budget_task: null, budget_run: null, budget_month: null };
  for (const { scope, key } of budgets) {
    if (columns[`budget_${scope}`] !== null) throw new Error(`A call counts against two budgets of the kind ${scope}.`);
    columns[`budget_${scope}`] = key;
  }
  return columns;
}

export function budgetsOfRow(row: CallBudgets): readonly BudgetKey[] {
  const named = [
    { scope: 'world', key: row.budget_world },
    { scope: 'task', key: row.budget_task },
    { scope: 'run', key: row.budget_run },
    { scope: 'month', key: row.budget_month },
  ] as const;
  return named.flatMap(({ scope, key }) => (key === null ? [] : [{ scope, key }]));
}

function sumsFromRow(row: BudgetTable): MoneySums {
  return {
    spentMicroUsd: row.spent_micro_usd,
    reservedMicroUsd: row.reserved_micro_usd,
    released: row.released_by !== null,
    warnedMicroUsd: row.warned_micro_usd ?? undefined,
  };
}
