import { useNavigate, useSearch } from '@tanstack/react-router';
import { useAnswer } from '../../api/queries.ts';
import { Loading } from '../../ui/loading.tsx';
import { Problem } from '../../ui/problem.tsx';
import { RootCauseCard } from './cause/root-cause-card.tsx';
import { FullLog } from './logs/full-log.tsx';
import { LogSection } from './logs/log-section.tsx';
import { useNewLogs } from './logs/use-new-logs.ts';
import { OpenQuestions } from './open-questions.tsx';
import { groupInScope, logInScope } from './overview-scope.ts';
import type { RunAnswer } from './run-frame.tsx';
import { TaskPanel } from './task-panel.tsx';
import { TimelineSection } from './timeline/section.tsx';
import { useAllPages } from './use-all-pages.ts';
import { worldGroups } from './worlds/world-cards.ts';
import { WorldsSection } from './worlds/worlds-section.tsx';

const from = '/runs/$run';

/** What a run asks and what went wrong first, then when what was done, its worlds side by side, and what they print. */
export function Overview({ run }: { readonly run: RunAnswer }) {
  const params = { run: run.run };
  const { task: taskId, attempt, log: askedLog, full } = useSearch({ from });
  const navigate = useNavigate({ from });
  const tasks = useAllPages('listTasks', { params, query: { limit: 100 } });
  const attempts = useAllPages('listAttempts', { params, query: { limit: 100 } });
  const worlds = useAnswer('listWorlds', { params });
  const logs = useAnswer('listLogs', { params }).data?.items ?? [];
  useNewLogs(run, logs);

  const show = (search: {
    readonly task?: string | undefined;
    readonly attempt?: string | undefined;
    readonly log?: string | undefined;
  }): void => void navigate({ search, replace: true, resetScroll: false });
  const select = (task?: string, number?: number): void => show({ task, attempt: number?.toString() });

  if (tasks.query.data === undefined)
    return tasks.query.error === null ? <Loading what="the tasks" /> : <Problem error={tasks.query.error} />;
  const chosen = tasks.items.find(({ id }) => id === taskId);
  const groups = worldGroups(tasks.items, worlds.data?.items ?? [], run.report);
  const group = groupInScope(groups, chosen);
  const log = logInScope(logs, { asked: askedLog, chosen, group });
  const more = [tasks, attempts].filter(({ hasMore }) => hasMore);
  const openLog = (name: string | undefined, isFull: boolean): void =>
    void navigate({ search: (before) => ({ ...before, log: name, full: isFull ? 'log' : undefined }), replace: true, resetScroll: false });
  return (
    <>
      <OpenQuestions run={run} />
      <RootCauseCard run={run} tasks={tasks.items} attempts={attempts.items} onSelect={select} />
      <TimelineSection
        run={run}
        tasks={tasks.items}
        attempts={attempts.items}
        selected={taskId}
        onSelect={select}
        more={
          more.length === 0
            ? undefined
            : { isReading: more.some(({ isReadingMore }) => isReadingMore), read: () => more.forEach(({ readMore }) => readMore()) }
        }
      />
      {chosen === undefined ? undefined : (
        <TaskPanel
          run={run.run}
          task={chosen}
          tasks={tasks.items}
          attempt={attempt === undefined ? undefined : Number(attempt)}
          onClose={() => select()}
        />
      )}
      {group === undefined ? undefined : (
        <WorldsSection
          run={run.run}
          groups={groups}
          group={group}
          logs={logs}
          selected={taskId}
          onSelect={select}
          onChoosePlanTask={(planTask) => select(tasks.items.find((one) => one.planTask === planTask)?.id)}
          onLog={(name) => openLog(name ?? log?.log, true)}
        />
      )}
      <LogSection run={run.run} logs={logs} chosen={log} onChoose={(name) => openLog(name, false)} onFull={() => openLog(log?.log, true)} />
      {full === undefined || log === undefined ? undefined : (
        <FullLog place={{ run: run.run, log: log.log, isLive: log.isLive }} onClose={() => openLog(log.log, false)} />
      )}
    </>
  );
}
