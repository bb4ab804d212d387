import type { BurnForecast } from '../domain/burn-forecast.ts';
import { forecastDays, forecastMonth } from '../domain/burn-forecast.ts';
import { displayId } from '../domain/ids.ts';
import type { MicroUsd } from '../domain/money.ts';
import { fromUsd, toUsd } from '../domain/money.ts';
import { monthKey } from '../domain/money-scope.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { runAttributesSchema } from '../domain/run.ts';
import type { JobView } from '../weaver/engine.ts';
import { forecastOfRun } from './forecast-of-run.ts';
import type { OperationTools } from './tools.ts';

/** What was spent until when, and where it leads to. Times are epoch ms. */
export interface Burn {
  /** null: of everything in this month. */
  readonly run: string | null;
  readonly from: number;
  readonly to: number | null;
  readonly points: readonly { readonly at: number; readonly spentUsd: number }[];
  readonly budgetUsd: number;
  readonly forecast: { readonly endUsd: number; readonly how: string } | null;
}

const dayMs = 86_400_000;
/** Of a run. */
const mostPoints = 200;

type BurnTools = Pick<OperationTools, 'engine' | 'ledger' | 'clock' | 'ownConfiguration'>;

/** Of this month (UTC), day by day. */
export async function burnOfMonth({ ledger: { money }, clock, ownConfiguration }: BurnTools): Promise<Burn> {
  const now = clock.now();
  const month = monthKey(now);
  const from = Date.parse(`${month}-01T00:00:00Z`);
  const to = Date.parse(`${monthKey(from + 32 * dayMs)}-01T00:00:00Z`);
  const [spent, lately, firstAt] = await Promise.all([
    money.spentOver({ since: from }, dayMs),
    money.spent({ since: now - forecastDays * dayMs }),
    money.firstSpent(),
  ]);
  const points = summedUp(spent, { from, now, stepMs: dayMs });
  const spentMicroUsd = points.at(-1)?.spent ?? 0;
  const forecast = forecastMonth({ spentMicroUsd, latelyMicroUsd: lately.costMicroUsd, firstAt, now, end: to });
  const budget = fromUsd(resolveConfig(ownConfiguration).config.budget.monthUsd);
  return { run: null, from, to, points: points.map(inUsd), budgetUsd: toUsd(budget), forecast: told(forecast) };
}

/** Of one run, from its beginning. */
export async function burnOfRun(tools: BurnTools, job: JobView): Promise<Burn> {
  const { money } = tools.ledger;
  const until = job.endedAt ?? tools.clock.now();
  const stepMs = Math.max(1_000, Math.ceil((until - job.createdAt) / mostPoints));
  const spent = await money.spentOver({ jobId: job.id }, stepMs);
  const points = summedUp(spent, { from: job.createdAt, now: until, stepMs });
  const { issueUsd } = runAttributesSchema.parse(job.attributes).config.budget;
  const spentMicroUsd = points.at(-1)?.spent ?? 0;
  const forecast = job.endedAt === undefined ? await forecastOfRun(tools, job, spentMicroUsd) : undefined;
  return {
    run: displayId('run', job.id),
    from: job.createdAt,
    to: job.endedAt ?? null,
    points: points.map(inUsd),
    budgetUsd: issueUsd,
    forecast: told(forecast),
  };
}

interface Point {
  readonly at: number;
  readonly spent: MicroUsd;
}

/** From nothing at the beginning to all of it now, a point where anything was added. */
function summedUp(
  spent: readonly { readonly at: number; readonly costMicroUsd: MicroUsd }[],
  { from, now, stepMs }: { readonly from: number; readonly now: number; readonly stepMs: number },
): readonly Point[] {
  const points: Point[] = [{ at: from, spent: 0 }];
  let sum = 0;
  for (const { at, costMicroUsd } of spent) {
    sum += costMicroUsd;
    points.push({ at: Math.min(now, Math.max(from, at + stepMs)), spent: sum });
  }
  return [...points.filter(({ at }, index) => index === 0 || at < now), { at: now, spent: sum }];
}

function inUsd({ at, spent }: Point): Burn['points'][number] {
  return { at, spentUsd: toUsd(spent) };
}

function told(forecast: BurnForecast | undefined): Burn['forecast'] {
  return forecast === undefined ? null : { endUsd: toUsd(forecast.endMicroUsd), how: forecast.how };
}
