import { Link } from '@tanstack/react-router';
import { Star, Trophy } from 'lucide-react';
import { ChangeButton } from '../../ui/change-button.tsx';
import { classes } from '../../ui/classes.ts';
import { Fold } from '../../ui/fold.tsx';
import { Meter } from '../../ui/meter.tsx';
import { State } from '../../ui/state.tsx';
import type { ChosenTask, ScoreCell, Verdict } from './score-rows.ts';
import { scoreRows } from './score-rows.ts';
import { WorldName } from './world-name.tsx';

export interface ScoreTableProps {
  readonly run: string;
  readonly task: ChosenTask;
  readonly onPick: (world: string) => void;
}

/** A column for each world in its fixed place, a row for each criterion; the best of each row is marked. */
export function ScoreTable({ run, task: { id, choice }, onPick }: ScoreTableProps) {
  const { verdicts, winner } = choice;
  return (
    <div role="region" aria-label="Points of the worlds" tabIndex={0} className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table className="w-full border-collapse text-left">
        <thead>
          <tr className="border-b border-line align-top">
            <th scope="col" className="sticky left-0 z-10 bg-surface px-3 py-2 text-[13px] font-medium text-muted">
              Criterion
            </th>
            {verdicts.map((verdict) => (
              <th
                key={verdict.world}
                scope="col"
                className={classes('min-w-36 px-3 py-2 font-normal', verdict.world === winner && 'bg-sunken')}
              >
                <WorldHead run={run} task={id} verdict={verdict} isWinner={verdict.world === winner} onPick={onPick} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {scoreRows(verdicts).map(({ name, about, cells }) => (
            <tr key={name} className="border-b border-line last:border-0">
              <th scope="row" className="sticky left-0 z-10 bg-surface px-3 py-1.5 text-left font-medium whitespace-nowrap">
                {name} {about === '' ? undefined : <span className="font-normal text-[13px] text-muted">{about}</span>}
              </th>
              {cells.map((cell) => (
                <td key={cell.world} className={classes('px-3 py-1.5', cell.world === winner && 'bg-sunken')}>
                  <CellOfScore cell={cell} name={name} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CellOfScore({ cell: { world, text, share, isBest }, name }: { readonly cell: ScoreCell; readonly name: string }) {
  return (
    <span className="flex items-center gap-2">
      {share === undefined ? undefined : (
        <Meter label={`${name} of ${world}`} value={share} most={1} text={text} className="max-w-28 min-w-12" />
      )}
      <span className={classes('tabular whitespace-nowrap', isBest && 'font-semibold')}>{text}</span>
      {isBest ? (
        <span title="best" className="text-gold">
          <Star aria-hidden size={13} fill="currentColor" />
          <span className="sr-only">best</span>
        </span>
      ) : undefined}
    </span>
  );
}

interface WorldHeadProps {
  readonly run: string;
  readonly task: string;
  readonly verdict: Verdict;
  readonly isWinner: boolean;
  readonly onPick: (world: string) => void;
}

function WorldHead({ run, task, verdict: { world, stance, status, commit, isStopped }, isWinner, onPick }: WorldHeadProps) {
  const cannot = commit === null ? 'It has no change.' : isStopped ? 'It holds a secret, or worse: nobody may take it.' : undefined;
  return (
    <div className="flex flex-col items-start gap-1">
      <span className="flex items-center gap-2">
        <WorldName world={world} />
        {isWinner ? (
          <span className="text-gold" title="winner">
            <Trophy aria-hidden size={15} />
            <span className="sr-only">winner</span>
          </span>
        ) : undefined}
      </span>
      <span className="text-[13px] text-muted">{stance}</span>
      <State state={status} quiet />
      <span className="mt-1 flex items-center gap-2">
        {commit === null ? undefined : (
          <Link
            to="/runs/$run/diff"
            params={{ run }}
            search={{ task, b: world }}
            className="inline-flex min-h-7 items-center text-accent underline"
          >
            Diff<span className="sr-only"> of {world}</span>
          </Link>
        )}
        {isWinner ? undefined : (
          <ChangeButton
            small
            disabled={cannot !== undefined}
            {...(cannot === undefined ? {} : { title: cannot })}
            onClick={() => onPick(world)}
          >
            Pick<span className="sr-only"> {world}</span> …
          </ChangeButton>
        )}
      </span>
    </div>
  );
}

/** The sentences that the points come from. */
export function ScoreEvidence({ verdicts }: { readonly verdicts: readonly Verdict[] }) {
  return (
    <Fold title="What the points rest on" className="mt-0">
      <div className="grid gap-4 md:grid-cols-2">
        {verdicts
          .filter(({ score }) => score !== null)
          .map(({ world, score, summary }) => (
            <div key={world}>
              <WorldName world={world} />
              {summary === '' ? undefined : <p className="mt-1 wrap-anywhere text-muted">It says: {summary}</p>}
              <ul className="mt-1 list-disc pl-5">
                {score?.components.flatMap(({ name, evidence }) =>
                  evidence.map((sentence) => (
                    <li key={`${name} ${sentence}`} className="wrap-anywhere">
                      <span className="text-muted">{name}:</span> {sentence}
                    </li>
                  )),
                )}
              </ul>
            </div>
          ))}
      </div>
    </Fold>
  );
}
