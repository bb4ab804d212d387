import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import type { Figure, Goal } from '../support/figures.ts';
import { atLeast, atMost, figure } from '../support/figures.ts';
import { spread } from '../support/rounds.ts';
import { median, percentile } from '../support/statistics.ts';
import type { Decisions } from './decisions.ts';
import { filesInLayer } from './layer.ts';
import type { Ready } from './ready.ts';
import type { Walls } from './walls.ts';

/** What is asked for five worlds, in ms. */
const readyGoals: Readonly<Partial<Record<WorkspaceMethod, { readonly p50: Goal; readonly p95?: Goal }>>> = {
  overlay: { p50: atMost(300), p95: atMost(1_000) },
  pool: { p50: atMost(1_500) },
};
/** How many times sooner than plain worktrees they are ready. */
const ratioGoals = new Map([
  [10_000, atLeast(10)],
  [50_000, atLeast(50)],
]);

export function readyFigures({
  size,
  method,
  ...times
}: Ready & { readonly size: number; readonly method: WorkspaceMethod }): readonly Figure[] {
  const name = (what: string): string => `${what}, ${method}, ${size.toLocaleString('en')} files`;
  const goals = readyGoals[method];
  return [
    ...bothOf(name('five worlds ready'), times.ready, { p50: goals?.p50, p95: goals?.p95 }),
    ...againstPlain(size, method, times),
    figure(name('harvest of one file'), median(times.harvested), 'ms', {
      detail: `${spread(times.harvested)}, p95 ${shown(percentile(times.harvested, 0.95))}`,
    }),
    ...bothOf(name('five worlds removed'), times.removed, {
      p50: atMost(1_000),
      p95: atMost(1_000),
      detail: 'no mount, folder, row or slot left',
    }),
  ];
}

function againstPlain(size: number, method: WorkspaceMethod, { ready, plain }: Ready): readonly Figure[] {
  if (plain.length === 0) return [];
  const files = `${size.toLocaleString('en')} files`;
  const goal = method === 'overlay' ? ratioGoals.get(size) : undefined;
  return [
    figure(`five plain worktrees, ${files}`, median(plain), 'ms', { detail: spread(plain) }),
    figure(`plain worktrees / ${method}, ${files}`, median(plain) / median(ready), 'times as fast', goal === undefined ? {} : { goal }),
  ];
}

export function layerFigures(times: { readonly with: readonly number[]; readonly without: readonly number[] }): readonly Figure[] {
  const detail = `${shown(median(times.with))} ms with, ${shown(median(times.without))} ms without, in turns`;
  const added = median(times.with) - median(times.without);
  return [
    figure(`dependencies of ${filesInLayer.toLocaleString('en')} files added to five worlds`, added, 'ms', { goal: atMost(100), detail }),
  ];
}

export function wallFigures({ bare, within, first, withWayOut }: Walls): readonly Figure[] {
  const over = (values: readonly number[]): readonly number[] => values.map((value, round) => value - (bare[round] ?? Number.NaN));
  const detail = `against ${shown(median(bare))} ms without walls, in turns`;
  return [
    ...bothOf('sandbox start: walls put up, and a program in them', over(first), { p50: atMost(80), detail }),
    ...bothOf('the same with a way out to the network', over(withWayOut), { detail }),
    ...bothOf('each further program in them', over(within), { p50: atMost(80), detail }),
  ];
}

export function decisionFigures({ scaler, breaker }: Decisions): readonly Figure[] {
  return [
    ...bothOf('scaler decision, the machine looked at', scaler, { p50: atMost(1), p95: atMost(1) }),
    ...bothOf('breaker check in the database', breaker, { p50: atMost(1), p95: atMost(1) }),
  ];
}

interface Wanted {
  readonly p50?: Goal | undefined;
  readonly p95?: Goal | undefined;
  readonly detail?: string;
}

/** Two figures: the middle, and what one of twenty exceeds. */
function bothOf(name: string, values: readonly number[], { p50, p95, detail = '' }: Wanted): readonly Figure[] {
  const how = [spread(values), detail].filter((part) => part !== '').join('; ');
  return [
    figure(`${name}, p50`, median(values), 'ms', { detail: how, ...(p50 === undefined ? {} : { goal: p50 }) }),
    figure(`${name}, p95`, percentile(values, 0.95), 'ms', p95 === undefined ? {} : { goal: p95 }),
  ];
}

function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
