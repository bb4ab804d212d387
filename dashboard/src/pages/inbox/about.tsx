import { Link } from '@tanstack/react-router';
import { worldColour } from '../../words/worlds.ts';
import type { AboutFact, AboutTask, AboutWorld } from './about-data.ts';
import { readAbout } from './about-data.ts';

/** What a question is about: the tasks of a plan, worlds to choose from, and whatever else came with it. */
export function About({ run, about }: { readonly run: string; readonly about: unknown }) {
  const { tasks, worlds, facts } = readAbout(about);
  return (
    <>
      {tasks.length === 0 ? undefined : <Tasks tasks={tasks} />}
      {worlds.length === 0 ? undefined : <Worlds run={run} worlds={worlds} />}
      {facts.length === 0 ? undefined : <Facts facts={facts} />}
    </>
  );
}

function Tasks({ tasks }: { readonly tasks: readonly AboutTask[] }) {
  return (
    <ol aria-label="Tasks of the plan" className="divide-y divide-line rounded-md border border-line">
      {tasks.map(({ id, title, after, minutes }) => (
        <li key={id} className="flex flex-wrap items-baseline gap-x-3 px-3 py-1.5">
          <code className="text-muted">{id}</code>
          <span className="min-w-0 flex-1 basis-60 wrap-anywhere">{title}</span>
          <span className="text-muted tabular">
            {after.length === 0 ? '' : `after ${after.join(', ')}`}
            {minutes === undefined ? '' : `${after.length === 0 ? '' : ' · '}about ${minutes} min`}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Worlds({ run, worlds }: { readonly run: string; readonly worlds: readonly AboutWorld[] }) {
  return (
    <ul aria-label="Worlds to choose from" className="divide-y divide-line rounded-md border border-line">
      {worlds.map(({ world, summary, against, score, lines }) => (
        <li key={world} className="px-3 py-2">
          <div className="flex flex-wrap items-baseline gap-x-3">
            <span className="inline-flex items-center gap-2 font-medium">
              <span aria-hidden className="size-2.5 rounded-full" style={{ background: worldColour(world) }} />
              {world}
            </span>
            <span className="tabular">{score === undefined ? 'no score' : `${score.toFixed(1)} points`}</span>
            <span className="text-muted tabular">{lines === undefined ? 'no change' : `${lines} lines`}</span>
            <Link to="/runs/$run/diff" params={{ run }} search={{ b: world }} className="text-accent underline">
              what {world} changed
            </Link>
          </div>
          {summary === '' ? undefined : <p className="mt-0.5 wrap-anywhere text-muted">{summary}</p>}
          {against.map((why) => (
            <p key={why} className="mt-0.5 wrap-anywhere text-bad">
              Against it: {why}
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}

function Facts({ facts }: { readonly facts: readonly AboutFact[] }) {
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="max-h-60 min-w-0 overflow-auto wrap-anywhere whitespace-pre-wrap">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
