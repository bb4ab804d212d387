import { sql } from 'kysely';
import { admitMoney, standOf } from '../../../domain/money-scope.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { CallEnd, Money, NewCall, Reservation } from '../../../ports/model-ledger.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import { budgetColumns, budgetName, budgetsOfRow, changeBudgets, markWarned, readBudgets, releaseBudget } from './budgets.ts';
import type { CallChange } from './budgets.ts';
import type { LedgerTransactions } from './transactions.ts';
import type { CallBudgets, CallState, CallTable, MoneySchema } from './money-tables.ts';
import { sqlSpending } from './spending.ts';

const statement = statements(queryBuilder<Pick<MoneySchema, 'miyabi_call'>>());

type OpenCall = CallBudgets & Pick<CallTable, 'id' | 'most_micro_usd'>;
const openColumns = ['id', 'most_micro_usd', 'budget_world', 'budget_task', 'budget_run', 'budget_month'] as const;

/** As it stands in the index of open calls, so that it is found there. */
const isOpen = sql.lit('open' as const);

const insertCall = statement<CallTable>((db, p) => db.insertInto('miyabi_call').values(callColumns(p)));
const insertNewCall = statement<CallTable>((db, p) =>
  db
    .insertInto('miyabi_call')
    .values(callColumns(p))
    .onConflict((conflict) => conflict.column('id').doNothing()),
);
const endCall = statement<CallState & { readonly id: string }>((db, p) =>
  db.updateTable('miyabi_call').set(stateColumns(p)).where('id', '=', p.id).where('status', '=', isOpen),
);
const openCall = statement<{ readonly id: string }, OpenCall>((db, p) =>
  db.selectFrom('miyabi_call').select(openColumns).where('id', '=', p.id).where('status', '=', isOpen),
);
const openCallsOf = statement<{ readonly owner: string }, OpenCall>((db, p) =>
  db.selectFrom('miyabi_call').select(openColumns).where('owner', '=', p.owner).where('status', '=', isOpen).orderBy('id'),
);
const openOwners = statement<Record<string, never>, Pick<CallTable, 'owner'>>((db) =>
  db.selectFrom('miyabi_call').select('owner').distinct().where('status', '=', isOpen).orderBy('owner'),
);

/**
 * The part of the ledger that knows what models cost. The sums of the budgets are kept beside the calls and change in one transaction with
 * them, so that they hold over processes and their deaths.
 */
export function sqlMoney(transactions: LedgerTransactions, clock: Clock): Money {
  return {
    // Others may give money back meanwhile, and spend what nobody had to reserve for; only who takes some must know what the others have taken.
    reserve: (call) =>
      transactions.write(async (runner) => await reserve(runner, call, clock.now()), { serial: call.limits.map(budgetName) }),
    settle: (id, end) =>
      transactions.write(async (runner) => {
        const [call] = await runner.all(openCall, { id });
        if (call !== undefined) await settle(runner, [call], ({ most_micro_usd: most }) => stateOf(end, most));
      }),
    record: (call, end) =>
      transactions.write(async (runner) => {
        const state = stateOf(end, end.costMicroUsd);
        const row = { ...newRow({ ...call, mostMicroUsd: state.cost_micro_usd }, clock.now()), ...state };
        const added = await runner.run(insertNewCall, row);
        if (added > 0) changeBudgets(runner, [{ budgets: call.limits, spent: state.cost_micro_usd, reserved: 0 }]);
      }),
    release: (limit, by) => transactions.write(async (runner) => await releaseBudget(runner, limit, by, clock.now())),
    settleAbandoned: async (isAlive) => {
      const owners = await transactions.read((runner) => runner.all(openOwners, {}));
      let settled = 0;
      for (const { owner } of owners) {
        if (!(await isAlive(owner))) settled += await transactions.write((runner) => settleAllOf(runner, owner));
      }
      return settled;
    },
    stands: (limits) => transactions.read(async (runner) => (await readBudgets(runner, limits)).map(standOf)),
    ...sqlSpending(transactions),
  };
}

async function reserve(runner: StatementRunner, call: NewCall, at: number): Promise<Reservation> {
  const admission = admitMoney(await readBudgets(runner, call.limits), call.mostMicroUsd);
  if (admission.kind !== 'admitted') return admission;
  runner.send(insertCall, newRow(call, at));
  changeBudgets(runner, [{ budgets: call.limits, spent: 0, reserved: call.mostMicroUsd }]);
  markWarned(runner, admission.warned);
  return { kind: 'reserved', warned: admission.warned };
}

/** Ends those calls that nobody else has ended meanwhile, and then changes their budgets. @returns how many. */
async function settle(runner: StatementRunner, calls: readonly OpenCall[], endOf: (call: OpenCall) => CallState): Promise<number> {
  const changes: CallChange[] = [];
  for (const call of calls) {
    const state = endOf(call);
    if ((await runner.run(endCall, { id: call.id, ...state })) === 0) continue;
    changes.push({ budgets: budgetsOfRow(call), spent: state.cost_micro_usd, reserved: -call.most_micro_usd });
  }
  changeBudgets(runner, changes);
  return changes.length;
}

async function settleAllOf(runner: StatementRunner, owner: string): Promise<number> {
  const calls = await runner.all(openCallsOf, { owner });
  return await settle(runner, calls, (call) => ({ ...openState, status: 'unsure', cost_micro_usd: call.most_micro_usd }));
}

/** Only these of whatever more is handed in, as in the other one. */
function callColumns(call: CallTable): CallTable {
  return {
    id: call.id,
    at: call.at,
    job_id: call.job_id,
    task_id: call.task_id,
    plan_task: call.plan_task,
    world: call.world,
    purpose: call.purpose,
    provider: call.provider,
    model: call.model,
    owner: call.owner,
    budget_world: call.budget_world,
    budget_task: call.budget_task,
    budget_run: call.budget_run,
    budget_month: call.budget_month,
    most_micro_usd: call.most_micro_usd,
    ...stateColumns(call),
  };
}

function stateColumns(state: CallState): CallState {
  return {
    status: state.status,
    cost_micro_usd: state.cost_micro_usd,
    price_known: state.price_known,
    input_tokens: state.input_tokens,
    output_tokens: state.output_tokens,
    cached_tokens: state.cached_tokens,
    cache_write_tokens: state.cache_write_tokens,
    duration_ms: state.duration_ms,
  };
}

const openState: CallState = {
  status: 'open',
  cost_micro_usd: 0,
  price_known: null,
  input_tokens: 0,
  output_tokens: 0,
  cached_tokens: 0,
  cache_write_tokens: 0,
  duration_ms: null,
};

/** @param most what counts where nobody knows. */
function stateOf({ kind, usage, costMicroUsd, priceKnown, durationMs }: CallEnd, most: number): CallState {
  return {
    status: kind,
    cost_micro_usd: kind === 'unsure' ? most : costMicroUsd,
    price_known: priceKnown ? 1 : 0,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cached_tokens: usage.cachedTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    duration_ms: Math.round(durationMs),
  };
}

function newRow(call: NewCall, at: number): CallTable {
  return {
    id: call.id,
    at,
    job_id: call.jobId,
    task_id: call.taskId,
    plan_task: call.planTask ?? null,
    world: call.world ?? null,
    purpose: call.purpose,
    provider: call.provider,
    model: call.model,
    owner: call.owner,
    ...budgetColumns(call.limits),
    most_micro_usd: call.mostMicroUsd,
    ...openState,
  };
}
