import { Link } from '@tanstack/react-router';
import { FileDiff, ScrollText, Trophy } from 'lucide-react';
import { Meter } from '../../../ui/meter.tsx';
import { State } from '../../../ui/state.tsx';
import { classes } from '../../../ui/classes.ts';
import { useNow } from '../../../ui/use-now.ts';
import { usd } from '../../../words/money.ts';
import { span } from '../../../words/time.ts';
import { worldColour } from '../../../words/worlds.ts';
import type { LogOfRun } from '../logs/log-section.tsx';
import { LastLines, LinesPlace } from './last-lines.tsx';
import type { WorldCard } from './world-cards.ts';

export interface WorldViewProps {
  readonly run: string;
  readonly planTask: string;
  readonly card: WorldCard;
  /** What its agent prints; undefined before it does. */
  readonly log: LogOfRun | undefined;
  /** Its place among the cards, from 1: the number of its key. */
  readonly place: number;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
  readonly onLog: () => void;
}

/** One world in its place. */
export function WorldView({ run, planTask, card, log, place, isSelected, onSelect, onLog }: WorldViewProps) {
  const { world, state, agent, score, reason, isWinner } = card;
  return (
    <article
      data-world={place}
      tabIndex={-1}
      aria-label={`World ${world}`}
      data-log={log?.log}
      className={classes(
        'flex min-w-0 flex-col gap-2 rounded-lg border bg-surface p-3 shadow-card',
        isSelected ? 'border-accent' : 'border-line',
      )}
      style={{ borderTop: `3px solid ${worldColour(world)}` }}
    >
      <div className="flex items-center justify-between gap-2">
        <button type="button" onClick={onSelect} aria-pressed={isSelected} className="cursor-pointer font-semibold hover:underline">
          {world}
        </button>
        {isWinner ? (
          <span className="inline-flex items-center gap-1 text-[13px] font-semibold text-gold">
            <Trophy aria-hidden size={15} /> winner
          </span>
        ) : (
          <kbd className="rounded border border-line px-1.5 text-muted" title={`Key ${place}`}>
            {place}
          </kbd>
        )}
      </div>
      <p className="h-5 truncate text-[13px] text-muted" title={agent}>
        {agent}
      </p>
      <State state={state} quiet />
      <div className="flex items-center gap-2">
        <Meter
          label={`Points of ${world}`}
          value={score ?? 0}
          most={100}
          text={score === null ? 'no points yet' : `${score.toFixed(1)} of 100`}
          fill={isWinner ? 'bg-gold' : 'bg-accent'}
        />
        <span className="tabular w-12 shrink-0 text-right font-medium">{score === null ? '–' : score.toFixed(1)}</span>
      </div>
      <dl className="tabular flex justify-between gap-2 text-[13px]">
        <dt className="sr-only">Cost</dt>
        <dd>{usd(card.costUsd)}</dd>
        <dt className="sr-only">Took</dt>
        <dd>
          <Took card={card} />
        </dd>
      </dl>
      <p className="line-clamp-3 text-[13px] leading-5 wrap-anywhere text-muted sm:h-[3.75rem]" title={reason ?? undefined}>
        {reason}
      </p>
      {log === undefined ? <LinesPlace /> : <LastLines place={{ run, log: log.log, isLive: log.isLive }} />}
      <div className="mt-auto flex flex-wrap gap-x-3 gap-y-1 text-[13px]">
        <button
          type="button"
          disabled={log === undefined}
          onClick={onLog}
          className="inline-flex min-h-6 cursor-pointer items-center gap-1 text-accent underline disabled:cursor-not-allowed disabled:text-muted disabled:no-underline"
        >
          <ScrollText aria-hidden size={14} /> Log
        </button>
        <Link
          to="/runs/$run/diff"
          params={{ run }}
          search={{ task: planTask, b: world }}
          className="inline-flex min-h-6 items-center gap-1 text-accent underline"
        >
          <FileDiff aria-hidden size={14} /> Diff
        </Link>
      </div>
    </article>
  );
}

function Took({ card: { runsSince, tookMs } }: { readonly card: WorldCard }) {
  if (runsSince !== null) return <Running since={runsSince} />;
  return tookMs === null ? '–' : span(tookMs);
}

function Running({ since }: { readonly since: number }) {
  return span(useNow() - since);
}
