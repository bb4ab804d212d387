import { listTasks, listWorlds, readChoices, readDiff, readTask, readTimeline } from '../../domain/api/run-details.ts';
import type { Choice } from '../../domain/choice.ts';
import type { TaskId } from '../../domain/ids.ts';
import { displayId } from '../../domain/ids.ts';
import { toUsd } from '../../domain/money.ts';
import type { Task } from '../../domain/task.ts';
import { hasEnded } from '../../domain/task.ts';
import { diffOfRun } from '../../operations/diff.ts';
import { explainAsData } from '../../operations/explain.ts';
import { timeline } from '../../operations/timeline.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { RecordedWorld } from '../../ports/world-ledger.ts';
import type { AttemptView } from '../../weaver/engine.ts';
import { findRunOf } from './find-run-of.ts';
import { pageOfList } from './page.ts';
import { noSuchTask, orMissing } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** What happens in a run: its tasks, worlds, choices and changes. */
export function runDetailRoutes(tools: OperationTools): readonly ApiRoute[] {
  const find = findRunOf(tools);
  return [
    route(listTasks, async ({ params, query }) => {
      const tasks = await tools.engine.tasks((await find(params)).id);
      const { items, next } = pageOfList(tasks, ({ number, id }) => [number, id], query);
      return { items: items.map((task) => toldTask(task)), next };
    }),
    route(readTask, async ({ params }) => {
      const job = await find(params);
      const history = await tools.engine.task(params.task as TaskId);
      if (history === undefined || history.task.jobId !== job.id) throw noSuchTask();
      const { task, why, attempts, decisions, childTaskIds } = history;
      return {
        ...toldTask(task, why),
        attempts: attempts.map(toldAttempt),
        decisions,
        children: childTaskIds,
      };
    }),
    route(listWorlds, async ({ params }) => ({ items: (await tools.ledger.worlds.ofRun((await find(params)).id)).map(toldWorld) })),
    route(readChoices, async ({ params }) => {
      const { tasks, warnings } = await orMissing(explainAsData(tools, await find(params)));
      return { tasks: tasks.map(({ choice, ...task }) => ({ ...task, choice: toldChoice(choice) })), warnings };
    }),
    route(readDiff, async ({ params, query: { world, other, task } }) => {
      const job = await find(params);
      return { run: displayId('run', job.id), patch: await orMissing(diffOfRun(tools, job, { world, other, task })) };
    }),
    route(readTimeline, async ({ params, query }) => {
      const entries = (await timeline(tools, (await find(params)).id)).map((entry, index) => ({ entry, index }));
      const { items, next } = pageOfList(entries, ({ index }) => [index, ''], query);
      return { items: items.map(({ entry }) => entry), next };
    }),
  ];
}

function toldChoice(choice: Choice) {
  return { ...choice, verdicts: choice.verdicts.map((verdict) => ({ ...verdict })) };
}

function toldTask(task: Task, why = reasonOf(task)) {
  const { id, key, type, parentTaskId, state, executions, failures, costMicroUsd, wallMs, createdAt } = task;
  const endedAt = hasEnded(task) ? task.endedAt : null;
  const cost = { costUsd: toUsd(costMicroUsd), wallMs };
  return { id, key, type, parent: parentTaskId ?? null, state, reason: why, executions, failures, ...cost, createdAt, endedAt };
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
