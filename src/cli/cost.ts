import type { SpendingBy } from '../ports/model-ledger.ts';
import { reportCost } from '../operations/cost.ts';
import type { BudgetReport, CostReport, CostRow } from '../operations/cost.ts';
import { findRun } from '../operations/find-run.ts';
import { oneLine } from './one-line.ts';
import { readTime } from './read-time.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface CostOptions extends GlobalOptions {
  readonly by?: SpendingBy;
  /** A time span such as `7d`. */
  readonly since?: string;
  readonly json?: boolean;
}

/** `miyabi cost [run]`: what models have cost, and how full the budgets are. */
export async function cost(shell: Shell, wanted: string | undefined, options: CostOptions): Promise<number> {
  const sinceMs = options.since === undefined ? undefined : readTime('--since', options.since, 'is now');
  await using app = await shell.open(options);
  const { engine, clock } = app.tools;
  const run = wanted === undefined ? undefined : await findRun(engine, wanted);
  const report = await reportCost(app.tools, {
    by: options.by ?? (run === undefined ? 'run' : 'world'),
    ...(run === undefined ? {} : { run }),
    ...(sinceMs === undefined ? {} : { since: clock.now() - sinceMs }),
  });
  if (options.json === true) shell.out(`${JSON.stringify(report)}\n`);
  else for (const line of costLines(report)) shell.out(`${line}\n`);
  return 0;
}

/** The report for people. */
export function costLines(report: CostReport): readonly string[] {
  const { run, since, total, month, runBudget } = report;
  const budgets = [
    ...(runBudget === null ? [] : [`Budget of ${runBudget.name}: ${usedOf(runBudget)}`]),
    `Budget of this month (${month.name}, UTC): ${usedOf(month)}`,
  ];
  if (total.calls === 0) {
    const where = [...(run === null ? [] : [`in ${run}`]), ...(since === null ? [] : [`since ${minute(since)}`])].join(' ');
    return [`No model was asked${where === '' ? ' yet' : ` ${where}`}: nothing was spent.`, ...budgets];
  }
  return [...costTable(report), '', ...budgets, ...remarks(total)];
}

function costTable({ by, rows, total }: CostReport): readonly string[] {
  const cells = [
    [by, 'calls', 'cached', 'input', 'output', 'USD'],
    ...rows.map((row) => [oneLine(row.name), ...figures(row)]),
    ...(rows.length === 1 ? [] : [['together', ...figures(total)]]),
  ];
  const widths = cells.reduce<number[]>((most, line) => line.map((cell, index) => Math.max(most[index] ?? 0, cell.length)), []);
  return cells.map((line) =>
    line
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function figures(row: CostRow): readonly string[] {
  const numbers = [row.calls, row.cachedCalls, row.inputTokens, row.outputTokens].map((number) => number.toLocaleString('en-US'));
  return [...numbers, `${isAtMost(row) ? 'at most ' : ''}${row.costUsd.toFixed(4)}`];
}

function isAtMost({ unknownPrices, unsureCalls }: CostRow): boolean {
  return unknownPrices + unsureCalls > 0;
}

/** How full a budget is: what is reserved for calls under way counts as spent. */
export function usedOf({ spentUsd, reservedUsd, limitUsd, percent }: BudgetReport): string {
  const share = percent === null ? '' : ` (${percent} %)`;
  const reserved = reservedUsd === 0 ? '' : `, ${reservedUsd.toFixed(2)} of it for calls under way`;
  return `${(spentUsd + reservedUsd).toFixed(2)} of ${limitUsd.toFixed(2)} USD${share}${reserved}.`;
}

function remarks({ calls, cachedCalls, unknownPrices, unsureCalls }: CostRow): readonly string[] {
  const hits = Math.round((cachedCalls / calls) * 100);
  return [
    ...(cachedCalls === 0 ? [] : [`${cachedCalls} of ${calls} answers (${hits} %) had been given before and cost nothing.`]),
    ...(unknownPrices === 0
      ? []
      : [`${counted(unknownPrices)} no known price: the highest configured one counts (\`models.unknownPrice\`).`]),
    ...(unsureCalls === 0 ? [] : [`${counted(unsureCalls)} no known end: the most that such a call can have cost counts.`]),
  ];
}

function counted(calls: number): string {
  return calls === 1 ? 'One call has' : `${calls} calls have`;
}

function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
