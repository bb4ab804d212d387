import type { MoneyScope } from '../../../domain/money-scope.ts';
import type { CallEnd } from '../../../ports/model-ledger.ts';

export interface CallBudgets {
  readonly budget_world: string | null;
  readonly budget_task: string | null;
  readonly budget_run: string | null;
  readonly budget_month: string | null;
}

/** How a call ended, or that it has not. */
export interface CallState {
  readonly status: CallEnd['kind'] | 'open';
  readonly cost_micro_usd: number;
  readonly price_known: number | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens: number;
  readonly cache_write_tokens: number;
  readonly duration_ms: number | null;
}

export interface CallTable extends CallBudgets, CallState {
  readonly id: string;
  readonly at: number;
  readonly job_id: string;
  readonly task_id: string;
  readonly plan_task: string | null;
  readonly world: string | null;
  readonly purpose: string;
  readonly provider: string;
  readonly model: string;
  readonly owner: string;
  readonly most_micro_usd: number;
}

export interface BudgetTable {
  readonly scope: MoneyScope;
  readonly key: string;
  readonly spent_micro_usd: number;
  readonly reserved_micro_usd: number;
  readonly warned_micro_usd: number | null;
  readonly released_by: string | null;
  readonly released_at: number | null;
}

export interface MoneySchema {
  readonly miyabi_call: CallTable;
  readonly miyabi_budget: BudgetTable;
}
