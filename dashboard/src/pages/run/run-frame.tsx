import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Answer } from '../../api/operations.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Page } from '../../ui/page.tsx';
import { RunActions } from './run-actions.tsx';
import { RunFacts } from './run-facts.tsx';

/** A run with what it has come to so far. */
export type RunAnswer = Answer<'readRun'>;

/** The pages of a run, in the order of their tabs. */
const pages = [
  { to: '/runs/$run', name: 'Overview' },
  { to: '/runs/$run/compare', name: 'Compare' },
  { to: '/runs/$run/diff', name: 'Diff' },
  { to: '/runs/$run/graph', name: 'Graph' },
  { to: '/runs/$run/decisions', name: 'Decisions' },
] as const;

export interface RunFrameProps {
  /** As it stands in the address. */
  readonly run: string;
  /** Name of the page for the window, such as `Compare`; nothing for the overview. */
  readonly part?: string;
  readonly children: (run: RunAnswer) => ReactNode;
}

/** What all pages of a run have at their top: what it is, where it stands, what can be done with it, and the way to the others. */
export function RunFrame({ run: asked, part, children }: RunFrameProps) {
  const query = useAnswer('readRun', { params: { run: asked } });
  const title = query.data?.title ?? asked;
  return (
    <Page
      title={title}
      windowTitle={part === undefined ? title : `${part} · ${title}`}
      {...(query.data === undefined ? {} : { actions: <RunActions run={query.data} />, about: <RunFacts run={query.data} /> })}
    >
      <nav aria-label="Pages of this run" className="mb-5 border-b border-line">
        <ul className="-mb-px flex gap-1 overflow-x-auto">
          {pages.map(({ to, name }) => (
            <li key={to}>
              <Link
                to={to}
                params={{ run: asked }}
                activeOptions={{ exact: true, includeSearch: false }}
                className="inline-flex min-h-10 items-center border-b-2 border-transparent px-3 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-semibold aria-[current=page]:text-ink"
              >
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Answered query={query} what="the run">
        {children}
      </Answered>
    </Page>
  );
}
