import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useAllPages } from '../run/use-all-pages.ts';
import type { RunAnswer } from '../run/run-frame.tsx';
import { RunFrame } from '../run/run-frame.tsx';
import type { RunTask } from '../run/task-words.ts';
import { nameOf } from '../run/task-words.ts';
import { Loading } from '../../ui/loading.tsx';
import { Problem } from '../../ui/problem.tsx';
import { DecisionList } from './decision-list.tsx';
import { FailedAttempts } from './failed-attempts.tsx';
import { Filters } from './filters.tsx';
import { kindOf, wantedDecisions } from './wanted.ts';

/** Everything that was decided in a run, as it was recorded then. */
export function DecisionsPage() {
  const { run } = useParams({ from: '/runs/$run/decisions' });
  return (
    <RunFrame run={run} part="Decisions">
      {(answer) => <DecisionsOfRun run={answer} />}
    </RunFrame>
  );
}

function DecisionsOfRun({ run: { run } }: { readonly run: RunAnswer }) {
  const asked = useSearch({ from: '/runs/$run/decisions' });
  const navigate = useNavigate({ from: '/runs/$run/decisions' });
  const params = { run };
  const decisions = useAllPages('listDecisions', { params, query: { limit: 100 } });
  const attempts = useAllPages('listAttempts', { params, query: { limit: 100 } });
  const tasks = useAllPages('listTasks', { params, query: { limit: 100 } });
  if (decisions.query.data === undefined)
    return decisions.query.error === null ? <Loading what="the decisions" /> : <Problem error={decisions.query.error} />;
  const byId = new Map(tasks.items.map((task) => [task.id, task]));
  const wanted = { kind: kindOf(asked.kind), task: asked.task };
  return (
    <>
      <Filters
        wanted={wanted}
        tasks={tasksOf(decisions.items, byId)}
        counts={Map.groupBy(decisions.items, ({ kind }) => kind)}
        onWant={({ kind, task }) => void navigate({ search: { kind, task }, replace: true, resetScroll: false })}
      />
      <DecisionList
        run={run}
        decisions={wantedDecisions(decisions.items, wanted)}
        all={decisions.items.length}
        nameOfTask={(id) => nameIn(byId, id)}
        more={decisions.hasMore ? { isReading: decisions.isReadingMore, read: decisions.readMore } : undefined}
      />
      <FailedAttempts
        run={run}
        attempts={attempts.items.filter(
          ({ task, reason }) => reason !== null && (wanted.task === undefined || isOf(byId.get(task), wanted.task)),
        )}
        nameOfTask={(id) => nameIn(byId, id)}
      />
    </>
  );
}

function nameIn(byId: ReadonlyMap<string, RunTask>, id: string): string | undefined {
  const task = byId.get(id);
  return task === undefined ? undefined : nameOf(task);
}

function isOf(task: RunTask | undefined, wanted: string): boolean {
  return task?.id === wanted || task?.planTask === wanted;
}

/** Those about which something was decided: plan tasks by their ids, others by the engine's. */
function tasksOf(
  decisions: ReadonlyArray<{ readonly task: string | null; readonly taskId: string | null }>,
  byId: ReadonlyMap<string, RunTask>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { task } of decisions) if (task !== null) found.set(task, `${task}, all of it`);
  for (const { task, taskId } of decisions)
    if (taskId !== null) found.set(taskId, [task, nameIn(byId, taskId) ?? 'a task'].filter((part) => part !== null).join(': '));
  return found;
}
