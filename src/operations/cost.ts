import { displayId } from '../domain/ids.ts';
import type { ModelUsage } from '../domain/model.ts';
import { monthKey } from '../domain/money-scope.ts';
import type { MoneyLimit, MoneyStand } from '../domain/money-scope.ts';
import { fromUsd, toUsd } from '../domain/money.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { runAttributesSchema } from '../domain/run.ts';
import type { Spending, SpendingBy } from '../ports/model-ledger.ts';
import type { JobView } from '../weaver/engine.ts';
import type { OperationTools } from './tools.ts';

/** What is asked about: everything, or one run; all of it, or from a point in time on (epoch ms). */
export interface CostQuestion {
  readonly by: SpendingBy;
  readonly run?: Pick<JobView, 'id' | 'attributes'>;
  readonly since?: number;
}

/** What models have cost. `miyabi cost --json` prints it; its shape is a promise to scripts. */
export interface CostReport {
  readonly type: 'cost';
  readonly schemaVersion: 1;
  readonly run: string | null;
  readonly by: SpendingBy;
  /** Epoch ms; null for all that is known. */
  readonly since: number | null;
  readonly rows: ReadonlyArray<CostRow & { readonly name: string }>;
  readonly total: CostRow;
  /** The budgets of the month that it is now, and of the run that is asked about. */
  readonly month: BudgetReport;
  readonly runBudget: BudgetReport | null;
}

export interface CostRow extends ModelUsage {
  readonly calls: number;
  /** Of the calls: answered from what was kept, for nothing. */
  readonly cachedCalls: number;
  readonly costUsd: number;
  /** For calls under way, at their highest possible cost. */
  readonly reservedUsd: number;
  /** Calls for which `costUsd` holds the most that they can have cost: no price is known, or they broke off before they said what they cost. */
  readonly unknownPrices: number;
  readonly unsureCalls: number;
}

export interface BudgetReport {
  /** The month (UTC), or the run. */
  readonly name: string;
  readonly spentUsd: number;
  readonly reservedUsd: number;
  readonly limitUsd: number;
  /** Of the limit, what is reserved included; null where the limit is nothing. */
  readonly percent: number | null;
}

type CostTools = Pick<OperationTools, 'ledger' | 'clock' | 'ownConfiguration'>;

export async function reportCost(tools: CostTools, { by, run, since }: CostQuestion): Promise<CostReport> {
  const { money } = tools.ledger;
  const filter = { ...(run === undefined ? {} : { jobId: run.id }), ...(since === undefined ? {} : { since }) };
  const budgets = [monthLimit(tools), ...(run === undefined ? [] : [runLimit(run)])];
  const [rows, total, [month, ofRun]] = await Promise.all([money.spentBy(by, filter), money.spent(filter), money.stands(budgets)]);
  if (month === undefined) throw new Error('Each limit has a stand.');
  return {
    type: 'cost',
    schemaVersion: 1,
    run: run === undefined ? null : displayId('run', run.id),
    by,
    since: since ?? null,
    rows: rows.map((row) => ({ name: by === 'run' ? displayId('run', row.name) : row.name, ...costRow(row) })),
    total: costRow(total),
    month: budgetReport(month, month.key),
    runBudget: ofRun === undefined ? null : budgetReport(ofRun, displayId('run', ofRun.key)),
  };
}

function monthLimit({ clock, ownConfiguration }: CostTools): MoneyLimit {
  const { monthUsd } = resolveConfig(ownConfiguration).config.budget;
  return { scope: 'month', key: monthKey(clock.now()), limitMicroUsd: fromUsd(monthUsd) };
}

/** The limit that the run began with, whatever is configured now. */
function runLimit({ id, attributes }: Pick<JobView, 'id' | 'attributes'>): MoneyLimit {
  const { issueUsd } = runAttributesSchema.parse(attributes).config.budget;
  return { scope: 'run', key: id, limitMicroUsd: fromUsd(issueUsd) };
}

function costRow({ calls, cached, usage, costMicroUsd, reservedMicroUsd, unknownPrices, unsure }: Spending): CostRow {
  return {
    calls,
    cachedCalls: cached,
    ...usage,
    costUsd: toUsd(costMicroUsd),
    reservedUsd: toUsd(reservedMicroUsd),
    unknownPrices,
    unsureCalls: unsure,
  };
}

function budgetReport({ spentMicroUsd, reservedMicroUsd, limitMicroUsd }: MoneyStand, name: string): BudgetReport {
  const percent = limitMicroUsd === 0 ? null : Math.round(((spentMicroUsd + reservedMicroUsd) / limitMicroUsd) * 1000) / 10;
  return { name, spentUsd: toUsd(spentMicroUsd), reservedUsd: toUsd(reservedMicroUsd), limitUsd: toUsd(limitMicroUsd), percent };
}
