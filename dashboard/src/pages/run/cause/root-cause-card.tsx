import { OctagonX } from 'lucide-react';
import { Button } from '../../../ui/button.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { AttemptErrors } from './attempt-errors.tsx';
import { errorsOf, rootCause } from './root-cause.ts';
import type { RunAnswer } from '../run-frame.tsx';
import type { RunAttempt, RunTask } from '../task-words.ts';
import { nameOf } from '../task-words.ts';
import { groupOf } from '../timeline/rows.ts';

export interface RootCauseCardProps {
  readonly run: RunAnswer;
  readonly tasks: readonly RunTask[];
  readonly attempts: readonly RunAttempt[];
  readonly onSelect: (task: string) => void;
}

/** What went wrong first, before anything else of a run that came to nothing. */
export function RootCauseCard({ run, tasks, attempts, onSelect }: RootCauseCardProps) {
  const cause = rootCause(tasks);
  if (cause === undefined || run.state === 'completed') return undefined;
  const { task, because, others, skipped } = cause;
  return (
    <section aria-label="What went wrong first" className="mb-8 rounded-lg border border-bad bg-surface">
      <div className="flex flex-wrap items-center justify-between gap-3 rounded-t-lg bg-bad-soft px-4 py-2.5">
        <h2 className="flex items-center gap-2 text-base font-semibold text-bad">
          <OctagonX aria-hidden size={18} />
          {placed(task)} failed
        </h2>
        <span className="flex items-center gap-3">
          {task.endedAt === null ? undefined : <Moment at={task.endedAt} />}
          <Button small onClick={() => onSelect(task.id)}>
            Show it in the timeline
          </Button>
        </span>
      </div>
      <div className="flex flex-col gap-3 px-4 py-3">
        <p className="wrap-anywhere whitespace-pre-wrap">{task.reason === '' ? 'Nothing more is known of why.' : task.reason}</p>
        <WorldReasons run={run} task={task} />
        <AttemptErrors errors={errorsOf(attempts, task.id)} said={task.reason} />
        {because.length === 0 ? undefined : (
          <p className="text-muted">Because of it {because.map(placed).join(', then ')} came to nothing.</p>
        )}
        {skipped === 0 ? undefined : (
          <p className="text-muted">{skipped === 1 ? 'One task was' : `${skipped} tasks were`} not begun any more.</p>
        )}
        {others.length === 0 ? undefined : (
          <ul aria-label="What failed beside it" className="flex flex-col gap-1 border-t border-line pt-3">
            {others.map((other) => (
              <li key={other.id} className="wrap-anywhere">
                <button type="button" onClick={() => onSelect(other.id)} className="cursor-pointer font-medium text-accent underline">
                  {placed(other)}
                </button>{' '}
                failed too: {other.reason}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** Why no world could win, where that is what it came to. */
function WorldReasons({ run, task }: { readonly run: RunAnswer; readonly task: RunTask }) {
  const worlds = run.report.tasks.find(({ id }) => id === task.planTask)?.worlds.filter(({ reason }) => reason !== null) ?? [];
  if (task.world !== null || worlds.length === 0) return undefined;
  return (
    <ul aria-label="Why no world could win" className="flex flex-col gap-1">
      {worlds.map(({ world, reason }) => (
        <li key={world} className="wrap-anywhere">
          <span className="font-medium">{world}</span>: {reason}
        </li>
      ))}
    </ul>
  );
}

function placed(task: RunTask): string {
  return task.planTask === null ? nameOf(task) : `${groupOf(task)}: ${nameOf(task)}`;
}
