import type { Budget } from '../../../src/domain/job.ts';
import { brokenPayload } from './actions.ts';
import type { Action, NewDependency, NewTask, Return } from './actions.ts';
import type { Model } from './model.ts';
import { keyNames, typeNames } from './operations.ts';
import type { BudgetDraft, Ending, Operation, TaskDraft } from './operations.ts';
import { hasEnded } from './parts.ts';
import type { ModelAttempt, ModelTask } from './parts.ts';

/** Says what an operation means as things stand; undefined where it means nothing. */
export function choose(operation: Operation, model: Model): Action | undefined {
  switch (operation.op) {
    case 'submit': {
      const { tasks, budget, ...rest } = operation.job;
      if (tasks.length === 0 && !rest.open) return undefined;
      const title = `j${model.jobs.length}`;
      const job = { ...rest, title, budget: budgetOf(budget, model), tasks: newTasks(tasks, { model, prefix: title, existing: [] }) };
      return { op: 'submit', through: operation.through === 2 ? undefined : model.slot(operation.through), job };
    }
    case 'add': {
      const job = pick(model.jobs, operation.job);
      if (job === undefined) return undefined;
      const prefix = `${job.title}+${job.tasks.length}`;
      return { op: 'add', job: model.jobs.indexOf(job), tasks: newTasks(operation.tasks, { model, prefix, existing: job.tasks }) };
    }
    case 'seal':
    case 'pause':
    case 'resume':
    case 'cancel':
      return model.jobs.length === 0 ? undefined : { op: operation.op, job: operation.job % model.jobs.length };
    case 'claim': {
      const able = model.livingWorkers().filter((worker) => model.readyFor(worker).length > 0);
      const worker = pick(able, operation.worker) ?? model.slot(operation.worker);
      return worker === undefined ? undefined : { op: 'claim', worker };
    }
    case 'attend':
    case 'kill':
    case 'stop': {
      const worker = model.slot(operation.worker);
      return worker === undefined ? undefined : { op: operation.op, worker };
    }
    case 'start':
      return model.livingWorkers().length < 2 ? { op: 'start', eager: operation.eager && !model.holdsBroken() } : undefined;
    case 'offer': {
      const worker = model.slot(operation.worker);
      const task = pick(model.tasks(), operation.task);
      if (worker === undefined || task === undefined) return undefined;
      return { op: 'offer', worker, task: nameOf(task), epoch: Math.max(0, task.epoch - operation.older) };
    }
    case 'settle': {
      const attempt = pick(
        model.attempts.filter((each) => canReturn(each, model)),
        operation.attempt,
      );
      if (attempt === undefined) return undefined;
      const { task, epoch } = attempt;
      return { op: 'settle', task: nameOf(task), epoch, ending: returned(operation.ending, task, model) };
    }
    case 'retry': {
      const hopeful = (task: ModelTask): boolean => ['dead', 'skipped'].includes(task.now.state) || waitsFor(task, 'backoff');
      const task = pick(operation.any ? model.tasks() : model.tasks().filter(hopeful), operation.task);
      return task === undefined ? undefined : { op: 'retry', task: nameOf(task) };
    }
    case 'signal': {
      const asking = (task: ModelTask): boolean => task.now.state === 'pending' && 'need' in task.now.waiting;
      const task = pick(operation.any ? model.tasks() : model.tasks().filter(asking), operation.task);
      return task === undefined ? undefined : { op: 'signal', task: nameOf(task), name: operation.name };
    }
    case 'limit': {
      const names: readonly string[] = operation.of === 'type' ? typeNames : keyNames;
      return { op: 'limit', limit: { of: operation.of, name: names[operation.name] ?? '' }, most: operation.most };
    }
    case 'pass':
      return { op: 'pass', ms: operation.ms, beating: operation.beating ? model.livingWorkers() : [] };
    case 'jump':
      return { op: 'jump', ms: operation.ms };
  }
}

function pick<T>(from: readonly T[], number: number): T | undefined {
  return from.length === 0 ? undefined : from[number % from.length];
}

function nameOf(task: ModelTask) {
  return { job: task.job, number: task.number };
}

function waitsFor(task: ModelTask, reason: string): boolean {
  return task.now.state === 'pending' && task.now.waiting.reason === reason;
}

/** A program that is gone reports nothing; but one that only seemed to be gone may, once its lease was taken from it. */
function canReturn(attempt: ModelAttempt, model: Model): boolean {
  if (attempt.returned) return false;
  const { now, epoch } = attempt.task;
  return model.workers[attempt.owner]?.life === 'living' || now.state !== 'running' || epoch !== attempt.epoch;
}

interface Surroundings {
  readonly model: Model;
  readonly prefix: string;
  readonly existing: readonly ModelTask[];
}

function newTasks(drafts: readonly TaskDraft[], { model, prefix, existing }: Surroundings): readonly NewTask[] {
  return drafts.map((draft, index) => {
    const dependencies = new Map<string, NewDependency>();
    const choices = [...drafts.slice(0, index).map((_, sibling) => ({ sibling })), ...existing.map(({ number }) => ({ task: number }))];
    for (const { on, until } of draft.dependencies) {
      const chosen = pick(choices, on);
      if (chosen !== undefined) dependencies.set(JSON.stringify(chosen), { on: chosen, until });
    }
    return {
      key: `${prefix}.${index}`,
      type: draft.paid ? 'model.paid' : 'model.step',
      priority: draft.priority,
      concurrencyKey: draft.concurrencyKey,
      budget: budgetOf(draft.budget, model),
      dependencies: [...dependencies.values()],
    };
  });
}

function budgetOf({ deadlineMs, ...rest }: BudgetDraft, model: Model): Budget {
  return deadlineMs === undefined ? rest : { ...rest, deadline: model.wall + deadlineMs };
}

function returned(ending: Ending, task: ModelTask, model: Model): Return {
  switch (ending.kind) {
    case 'success':
    case 'thrown':
    case 'garbage':
      return ending;
    case 'failure':
      return { ...ending, alternative: payloadOf(ending.alternative, task) };
    case 'blocked': {
      const { from, untilMs } = ending;
      const until = untilMs ?? (from === 'deadline' ? 4_000 : undefined);
      return { kind: 'blocked', from, until: until === undefined ? undefined : model.wall + until };
    }
    case 'decompose': {
      const { failed, join, next, children } = ending;
      const existing = model.jobs[task.job]?.tasks.filter((each) => each === task || !hasEnded(each) || each.number % 2 === 0) ?? [];
      const prefix = `${task.key}/${task.decompositions + 1}`;
      return {
        kind: 'decompose',
        failed,
        join,
        next: payloadOf(model.workers.some(({ eager }) => eager) && next === 'broken' ? 'good' : next, task),
        children: newTasks(children, { model, prefix, existing }),
      };
    }
  }
}

function payloadOf(which: 'good' | 'broken' | undefined, task: ModelTask): unknown {
  if (which === undefined) return undefined;
  return which === 'good' ? { version: task.executions } : brokenPayload;
}
