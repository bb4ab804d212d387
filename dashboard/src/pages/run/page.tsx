import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Loading } from '../../ui/loading.tsx';
import { Problem } from '../../ui/problem.tsx';
import { RootCauseCard } from './cause/root-cause-card.tsx';
import type { RunAnswer } from './run-frame.tsx';
import { RunFrame } from './run-frame.tsx';
import { TimelineSection } from './timeline/section.tsx';
import { useAllPages } from './use-all-pages.ts';

/** A run as it goes: what it asks and what went wrong first, then when what was done, its worlds side by side, and what they print. */
export function RunPage() {
  const { run } = useParams({ from: '/runs/$run' });
  return <RunFrame run={run}>{(answer) => <Overview run={answer} />}</RunFrame>;
}

function Overview({ run }: { readonly run: RunAnswer }) {
  const params = { run: run.run };
  const search = useSearch({ from: '/runs/$run' });
  const navigate = useNavigate({ from: '/runs/$run' });
  const tasks = useAllPages('listTasks', { params, query: { limit: 100 } });
  const attempts = useAllPages('listAttempts', { params, query: { limit: 100 } });
  const select = (task: string | undefined, attempt?: number): void =>
    void navigate({
      search: (before) => ({ ...before, task, attempt: attempt === undefined ? undefined : String(attempt) }),
      replace: true,
      resetScroll: false,
    });
  if (tasks.query.data === undefined)
    return tasks.query.error === null ? <Loading what="the tasks" /> : <Problem error={tasks.query.error} />;
  const more = [tasks, attempts].filter(({ hasMore }) => hasMore);
  return (
    <>
      <RootCauseCard run={run} tasks={tasks.items} attempts={attempts.items} onSelect={select} />
      <TimelineSection
        run={run}
        tasks={tasks.items}
        attempts={attempts.items}
        selected={search.task}
        onSelect={select}
        more={
          more.length === 0
            ? undefined
            : { isReading: more.some(({ isReadingMore }) => isReadingMore), read: () => more.forEach(({ readMore }) => readMore()) }
        }
      />
    </>
  );
}
