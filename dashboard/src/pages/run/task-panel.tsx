import { Link } from '@tanstack/react-router';
import { ListChecks, X } from 'lucide-react';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { State } from '../../ui/state.tsx';
import { toneText } from '../../ui/tones.ts';
import { usd } from '../../words/money.ts';
import { exactly, span } from '../../words/time.ts';
import type { RunTask } from './task-words.ts';
import { nameOf } from './task-words.ts';
import { barLooks } from './timeline/bar-looks.ts';
import type { BarOutcome } from './timeline/rows.ts';
import { familyOf } from './timeline/rows.ts';

export interface TaskPanelProps {
  readonly run: string;
  readonly task: RunTask;
  readonly tasks: readonly RunTask[];
  /** Number of the attempt that was chosen. */
  readonly attempt: number | undefined;
  readonly onClose: () => void;
}

/** The task that was chosen in the timeline: what was tried, what it cost, and what was decided about it. */
export function TaskPanel({ run, task, tasks, attempt, onClose }: TaskPanelProps) {
  const history = useAnswer('readTask', { params: { run, task: task.id } });
  const family = familyOf(task.id, tasks);
  const costUsd = tasks.filter(({ id }) => family.has(id)).reduce((sum, one) => sum + one.costUsd, 0);
  return (
    <section aria-label={`Chosen: ${nameOf(task)}`} className="-mt-5 mb-8 rounded-lg border border-accent bg-surface">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-2">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h3 className="font-semibold">{nameOf(task)}</h3>
          <State state={task.state} quiet />
          <span className="tabular text-muted">{span(task.wallMs)}</span>
          <span className="tabular">
            {usd(task.costUsd)}
            {family.size === 1 ? '' : `, ${usd(costUsd)} with the ${family.size - 1} it led to`}
          </span>
        </div>
        <div className="flex items-center gap-3">
          <Link
            to="/runs/$run/decisions"
            params={{ run }}
            search={{ task: task.id }}
            className="inline-flex items-center gap-1.5 text-accent underline"
          >
            <ListChecks aria-hidden size={15} /> Its decisions
          </Link>
          <Button small look="quiet" aria-label="Choose nothing" onClick={onClose}>
            <X aria-hidden size={15} />
          </Button>
        </div>
      </div>
      <div className="max-h-80 overflow-y-auto px-4 py-3">
        {task.reason === '' ? undefined : <p className="mb-2 wrap-anywhere whitespace-pre-wrap">{task.reason}</p>}
        <Answered query={history} what="what was tried">
          {({ attempts, decisions }) => (
            <div className="grid gap-x-8 gap-y-4 lg:grid-cols-2">
              <div>
                <h4 className="mb-1 text-[13px] font-medium text-muted">Attempts</h4>
                {attempts.length === 0 ? <p>It was not begun yet.</p> : undefined}
                <ol className="flex flex-col gap-1.5">
                  {attempts.map((one, index) => (
                    <Attempt key={one.id} {...one} number={index + 1} isChosen={index + 1 === attempt} />
                  ))}
                </ol>
              </div>
              <div>
                <h4 className="mb-1 text-[13px] font-medium text-muted">Decided about it</h4>
                {decisions.length === 0 ? <p>Nothing: it went as it should.</p> : undefined}
                <ol className="flex flex-col gap-1.5">
                  {decisions.map(({ kind, reason, decidedAt }, index) => (
                    <li key={index} title={exactly(decidedAt)} className="wrap-anywhere">
                      <span className="font-medium">{kind.replaceAll('_', ' ')}</span>: {reason}
                    </li>
                  ))}
                </ol>
              </div>
            </div>
          )}
        </Answered>
      </div>
    </section>
  );
}

interface AttemptProps {
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly observations: readonly string[];
  readonly costUsd: number;
  readonly isChosen: boolean;
}

function Attempt({ number, startedAt, endedAt, outcome, reason, observations, costUsd, isChosen }: AttemptProps) {
  const { icon: Icon, word, tone } = barLooks[(outcome ?? 'running') as BarOutcome];
  return (
    <li className={classes('border-l-2 pl-3', isChosen ? 'border-accent' : 'border-line')}>
      <p className="flex flex-wrap items-center gap-x-3">
        <span className="font-medium">Attempt {number}</span>
        <span className={classes('inline-flex items-center gap-1', toneText[tone])}>
          <Icon aria-hidden size={14} /> {word}
        </span>
        <span className="tabular text-muted" title={exactly(startedAt)}>
          {endedAt === null ? 'since ' + exactly(startedAt) : span(endedAt - startedAt)}
        </span>
        {costUsd === 0 ? undefined : <span className="tabular text-muted">{usd(costUsd)}</span>}
      </p>
      {reason === null || reason === '' ? undefined : <p className="wrap-anywhere whitespace-pre-wrap">{reason}</p>}
      {observations.map((observation, index) => (
        <p key={index} className="wrap-anywhere whitespace-pre-wrap text-muted">
          {observation}
        </p>
      ))}
    </li>
  );
}
