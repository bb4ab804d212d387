import { Link } from '@tanstack/react-router';
import { Trophy } from 'lucide-react';
import { classes } from '../../ui/classes.ts';
import { Meter } from '../../ui/meter.tsx';
import { Moment } from '../../ui/moment.tsx';
import { State } from '../../ui/state.tsx';
import { usd } from '../../words/money.ts';
import { span } from '../../words/time.ts';
import { worldColour } from '../../words/worlds.ts';
import { lastPartOf } from './filters.tsx';
import type { Run } from './use-runs.ts';

/** The columns of the list on a desk; on a phone a row is a card. */
export const columns = 'md:grid md:grid-cols-[2rem_7.5rem_minmax(12rem,1fr)_7rem_8rem_9rem_6.5rem] md:items-center md:gap-x-3';

export interface RunRowProps {
  readonly run: Run;
  /** Where keys act. */
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}

export function RunRow({ run, isCurrent, isChosen, onChoose }: RunRowProps) {
  return (
    <div
      role="row"
      aria-selected={isChosen}
      data-current={isCurrent || undefined}
      className={classes(
        columns,
        'border-b border-line px-3 py-2.5 hover:bg-sunken max-md:grid max-md:grid-cols-[auto_1fr_auto] max-md:gap-x-3 max-md:gap-y-1 md:py-1.5',
        isCurrent && 'shadow-[inset_3px_0_0_var(--accent)]',
        isChosen && 'bg-accent-soft',
      )}
    >
      <div role="cell" className="max-md:order-1">
        <input
          type="checkbox"
          aria-label={`Choose ${run.run}`}
          checked={isChosen}
          onChange={({ target }) => onChoose(target.checked)}
          className="size-4 accent-accent align-middle"
        />
      </div>
      <div role="cell" className="max-md:order-2">
        <State state={run.state} quiet />
      </div>
      <div role="cell" className="min-w-0 max-md:order-4 max-md:col-span-3">
        <Link to="/runs/$run" params={{ run: run.run }} className="block truncate font-medium hover:underline" title={run.title}>
          {run.title}
        </Link>
        <p className="flex min-w-0 items-baseline gap-2 text-[13px] text-muted">
          <span className="mono shrink-0">{run.run}</span>
          <span className="truncate" title={run.repository}>
            {lastPartOf(run.repository)}
          </span>
        </p>
      </div>
      <div role="cell" className="text-muted max-md:order-5 max-md:col-span-2" title={run.waitsFor}>
        <WhereItIs run={run} />
      </div>
      <div role="cell" className="max-md:order-6 max-md:text-right">
        {run.winner === null ? (
          <span className="text-muted max-md:sr-only">no winner</span>
        ) : (
          <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <Trophy aria-hidden size={14} className="text-gold" />
            <span className="font-medium" style={{ color: worldColour(run.winner.world) }}>
              {run.winner.world}
            </span>
            {run.winner.score === null ? undefined : <span className="tabular text-muted">{run.winner.score.toFixed(1)}</span>}
          </span>
        )}
      </div>
      <div role="cell" className="max-md:order-7 max-md:col-span-3">
        <span className="tabular block text-[13px]">
          {usd(run.costUsd)} <span className="text-muted">of {usd(run.budgetUsd)}</span>
        </span>
        <Meter
          label={`Cost of ${run.run} against its budget`}
          value={run.costUsd}
          most={run.budgetUsd}
          className="h-1"
          fill={run.costUsd >= run.budgetUsd * 0.9 ? 'bg-bad' : 'bg-accent'}
        />
      </div>
      <div role="cell" className="text-right text-muted max-md:order-3">
        <Moment at={run.createdAt} />
      </div>
    </div>
  );
}

/** What it is at; of one that has come to its end how long that took, and of one that failed where. */
function WhereItIs({ run }: { readonly run: Run }) {
  if (run.waitsForPerson) return <span className="font-medium text-warn">needs you</span>;
  if (run.isPaused && run.state === 'running') return <span className="text-warn">being paused</span>;
  if (run.endedAt === null || run.state === 'failed') return run.phase;
  return <span className="tabular">{span(run.endedAt - run.createdAt)}</span>;
}
