import { Link } from '@tanstack/react-router';
import type { LucideIcon } from 'lucide-react';
import { Cog, Rocket, Trophy, UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Answer } from '../../api/operations.ts';
import { classes } from '../../ui/classes.ts';
import { Moment } from '../../ui/moment.tsx';
import { worldColour } from '../../words/worlds.ts';

export type Decision = Answer<'listDecisions'>['items'][number];

/** Who decides, by icon and word. */
export const kinds: Readonly<Record<Decision['kind'], { readonly icon: LucideIcon; readonly word: string; readonly look: string }>> = {
  engine: { icon: Cog, word: 'engine', look: 'text-muted' },
  choice: { icon: Trophy, word: 'choice', look: 'text-gold' },
  person: { icon: UserRound, word: 'person', look: 'text-accent' },
  deployment: { icon: Rocket, word: 'deployment', look: 'text-info' },
};

/** One decision: what, why, by whom, and what else there was to choose from. @param props.taskName of the task that it is about. */
export function DecisionRow({
  run,
  decision,
  taskName,
}: {
  readonly run: string;
  readonly decision: Decision;
  readonly taskName: string | undefined;
}) {
  const { at, kind, who, what, why, taskId, task, options, confidence } = decision;
  const { icon: Icon, word, look } = kinds[kind];
  return (
    <li className="grid gap-x-4 gap-y-1 border-b border-line px-4 py-3 last:border-0 md:grid-cols-[8rem_1fr]">
      <div className="flex items-baseline gap-2 text-[13px] text-muted md:flex-col md:gap-0">
        <Moment at={at} />
        <span className={classes('inline-flex items-center gap-1.5', look)}>
          <Icon aria-hidden size={14} className="self-center" /> {word}
        </span>
      </div>
      <div className="min-w-0">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-semibold wrap-anywhere">{what.replaceAll('_', ' ')}</span>
          <span className="text-[13px] text-muted">{kind === 'engine' ? `by the rule ${who}` : `by ${who}`}</span>
          {confidence === null ? undefined : <Fact>{Math.round(confidence * 100)} % sure</Fact>}
          {taskId === null ? undefined : (
            <Link to="/runs/$run" params={{ run }} search={{ task: taskId }} className="text-[13px] text-accent underline">
              {task === null ? (taskName ?? 'its task') : `${task}${taskName === undefined ? '' : `: ${taskName}`}`}
            </Link>
          )}
        </p>
        <p className="wrap-anywhere whitespace-pre-wrap">{why}</p>
        {options === null || options.length === 0 ? undefined : <Options options={options} taken={what} />}
      </div>
    </li>
  );
}

function Fact({ children }: { readonly children: ReactNode }) {
  return <span className="tabular text-[13px] text-muted">{children}</span>;
}

function Options({ options, taken }: { readonly options: NonNullable<Decision['options']>; readonly taken: string }) {
  return (
    <ul aria-label="What there was to choose from" className="mt-1.5 flex flex-wrap gap-1.5">
      {options.map(({ name, score }) => (
        <li
          key={name}
          className={classes(
            'tabular inline-flex items-center gap-2 rounded-full border px-2.5 py-0.5 text-[13px]',
            name === taken ? 'border-accent bg-accent-soft font-semibold' : 'border-line',
          )}
        >
          <span aria-hidden className="size-2 rounded-full" style={{ background: worldColour(name) }} />
          {name}
          <span className={name === taken ? undefined : 'text-muted'}>{score === null ? 'no points' : score.toFixed(1)}</span>
          {name === taken ? <span className="sr-only">taken</span> : undefined}
        </li>
      ))}
    </ul>
  );
}
