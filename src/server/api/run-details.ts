import { listAttempts, listTasks, listWorlds, readTask, readTimeline } from '../../domain/api/run-details.ts';
import type { TaskId } from '../../domain/ids.ts';
import { toUsd } from '../../domain/money.ts';
import type { Task } from '../../domain/task.ts';
import { hasEnded } from '../../domain/task.ts';
import type { AttemptOfRun, PartOf } from '../../operations/tasks-of-run.ts';
import { attemptsOfRun, partsOf, startsOf } from '../../operations/tasks-of-run.ts';
import { timeline } from '../../operations/timeline.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { RecordedWorld } from '../../ports/world-ledger.ts';
import type { AttemptView } from '../../weaver/engine.ts';
import { findRunOf } from './find-run-of.ts';
import { pageOfList } from './page.ts';
import { noSuchTask } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** What happens in a run: its tasks, worlds, choices and changes. */
export function runDetailRoutes(tools: OperationTools): readonly ApiRoute[] {
  const find = findRunOf(tools);
  return [
    route(listTasks, async ({ params, query }) => {
      const { id: jobId } = await find(params);
      const tasks = await tools.engine.tasks(jobId);
      const { items, next } = pageOfList(tasks, ({ number, id }) => [number, id], query);
      const parts = partsOf(tasks);
      const started = startsOf(await tools.engine.attempts(jobId));
      return { items: items.map((task) => toldTask(task, { part: parts.get(task.id), startedAt: started.get(task.id) })), next };
    }),
    route(readTask, async ({ params }) => {
      const job = await find(params);
      const history = await tools.engine.task(params.task as TaskId);
      if (history === undefined || history.task.jobId !== job.id) throw noSuchTask();
      const { task, why, attempts, decisions, childTaskIds } = history;
      const part = partsOf(await tools.engine.tasks(job.id)).get(task.id);
      return {
        ...toldTask(task, { why, part, startedAt: attempts[0]?.startedAt }),
        attempts: attempts.map(toldAttempt),
        decisions,
        children: childTaskIds,
      };
    }),
    route(listAttempts, async ({ params, query }) => {
      const attempts = await attemptsOfRun(tools.engine, (await find(params)).id);
      const { items, next } = pageOfList(attempts, ({ startedAt, id }) => [startedAt, id], query);
      return { items: items.map(toldExecution), next };
    }),
    route(listWorlds, async ({ params }) => ({ items: (await tools.ledger.worlds.ofRun((await find(params)).id)).map(toldWorld) })),
    route(readTimeline, async ({ params, query }) => {
      const entries = (await timeline(tools, (await find(params)).id)).map((entry, index) => ({ entry, index }));
      const { items, next } = pageOfList(entries, ({ index }) => [index, ''], query);
      return { items: items.map(({ entry }) => entry), next };
    }),
  ];
}

interface AboutTask {
  readonly part: PartOf | undefined;
  readonly startedAt: number | undefined;
  readonly why?: string;
}

function toldTask(task: Task, { part, startedAt, why = reasonOf(task) }: AboutTask) {
  const { id, key, type, parentTaskId, state, executions, failures, costMicroUsd, wallMs, createdAt } = task;
  return {
    id,
    key,
    type,
    parent: parentTaskId ?? null,
    phase: part?.phase ?? null,
    planTask: part?.planTask ?? null,
    world: part?.world ?? null,
    state,
    reason: why,
    executions,
    failures,
    costUsd: toUsd(costMicroUsd),
    wallMs,
    createdAt,
    startedAt: startedAt ?? null,
    endedAt: hasEnded(task) ? task.endedAt : null,
  };
}

function reasonOf(task: Task): string {
  switch (task.state) {
    case 'pending':
      return task.waiting.reason;
    case 'dead':
    case 'cancelled':
    case 'skipped':
      return task.reason;
    case 'ready':
    case 'running':
    case 'succeeded':
    case 'decomposed':
      return '';
  }
}

function toldExecution({ id, taskId, number, startedAt, endedAt, outcome, reason, costMicroUsd }: AttemptOfRun) {
  const ended = { endedAt: endedAt ?? null, outcome: outcome ?? null, reason: reason ?? null };
  return { id, task: taskId, number, startedAt, ...ended, costUsd: toUsd(costMicroUsd) };
}

function toldAttempt({ id, startedAt, endedAt, outcome, reason, observations, artifacts, costMicroUsd }: AttemptView) {
  const ended = { endedAt: endedAt ?? null, outcome: outcome ?? null, reason: reason ?? null };
  return { id, startedAt, ...ended, observations, artifacts, costUsd: toUsd(costMicroUsd) };
}

function toldWorld({ epoch: _epoch, jobId: _job, repositoryId: _repository, costMicroUsd, ...world }: RecordedWorld) {
  return {
    ...world,
    costUsd: toUsd(costMicroUsd),
    score: world.score === undefined ? null : { ...world.score },
    runMs: world.runMs ?? null,
    checkMs: world.checkMs ?? null,
    commit: world.commit ?? null,
    method: world.method ?? null,
    isolation: world.isolation ?? null,
    memoryBytes: world.memoryBytes ?? null,
    cpuMs: world.cpuMs ?? null,
    endedAt: world.endedAt ?? null,
  };
}
