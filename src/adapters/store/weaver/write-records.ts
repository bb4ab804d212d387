import { TaskChanged } from '../../../domain/task-changed.ts';
import type { AttemptEndRecord, AttemptRecord } from '../../../ports/records.ts';
import type { StoreReader, StoreTransaction, TaskReplacement } from '../../../ports/store.ts';
import type { StatementRunner } from '../statement.ts';
import * as commands from './commands.ts';
import { decisionToRow, effectToRow } from './history-rows.ts';
import { jobToRow } from './job-row.ts';
import { taskStateToRow, taskToRow } from './task-row.ts';

const eventVersion = 1;

/** The writing half of the engine's records. */
export function writeRecords(runner: StatementRunner, namespace: string): Omit<StoreTransaction, keyof StoreReader> {
  return {
    insertJob: async (job) => {
      await runner.run(commands.insertJob, jobToRow(job, namespace));
    },
    updateJobs: async (jobs) => {
      for (const job of jobs) await runner.run(commands.updateJob, jobToRow(job, namespace));
    },
    insertTasks: async (tasks) => {
      for (const task of tasks) await runner.run(commands.insertTask, taskToRow(task, namespace));
    },
    replaceTasks: async (replacements) => {
      for (const replacement of replacements) await replaceTask(runner, replacement);
    },
    insertDependencies: async (dependencies) => {
      for (const { taskId, ordinal, onTaskId, until } of dependencies) {
        await runner.run(commands.insertDependency, { task_id: taskId, ordinal, on_task_id: onTaskId, until });
      }
    },
    insertAttempts: async (attempts) => {
      for (const { id, taskId, jobId, epoch, owner, startedAt } of attempts) {
        await runner.run(commands.insertAttempt, { id, task_id: taskId, job_id: jobId, epoch, owner, started_at: startedAt });
      }
    },
    endAttempts: async (ends) => {
      for (const { id, end } of ends) await runner.run(commands.endAttempt, attemptEndRow(id, end));
    },
    insertDecisions: async (decisions) => {
      for (const decision of decisions) await runner.run(commands.insertDecision, decisionToRow(decision));
    },
    appendEvents: async (events) => {
      for (const { stream, seq, at, event } of events) {
        const row = { stream, seq, at, type: event.type, version: eventVersion, data: JSON.stringify(event.data) };
        await runner.run(commands.appendEvent, row);
      }
    },
    limitLeases: async (job, limit) => {
      await runner.run(commands.limitLeases, { job, limit });
    },
    setLimit: async ({ of, name }, most) => {
      if (most === undefined) await runner.run(commands.dropLimit, { namespace, limited: of, name });
      else await runner.run(commands.setLimit, { namespace, limited: of, name, most });
    },
    insertProcess: async ({ id, pid, startedAt }) => {
      await runner.run(commands.insertProcess, { id, namespace, pid, started_at: startedAt });
    },
    endProcess: async (id, at) => {
      await runner.run(commands.endProcess, { id, at });
    },
    carry: async (job, by) => (await runner.run(commands.carry, { job, by })) === 1,
    uncarry: async (by) => {
      await runner.run(commands.uncarry, { by });
    },
    saveEffect: async (effect) => {
      await runner.run(commands.saveEffect, effectToRow(effect));
    },
  };
}

async function replaceTask(runner: StatementRunner, { before, after }: TaskReplacement): Promise<void> {
  const command = before.payload === after.payload && before.answer === after.answer ? commands.replaceTaskState : commands.replaceTask;
  const row = { ...taskStateToRow(after), id: after.id, expected_state: before.state, expected_epoch: before.epoch };
  if ((await runner.run(command, row)) === 1) return;
  throw new TaskChanged(before);
}

function attemptEndRow(id: AttemptRecord['id'], end: AttemptEndRecord) {
  return {
    id,
    ended_at: end.at,
    outcome: end.outcome,
    error_kind: end.errorKind ?? null,
    cause: end.cause ?? null,
    reason: end.reason ?? null,
    artifacts: end.artifacts.length === 0 ? '[]' : JSON.stringify(end.artifacts),
    observations: end.observations.length === 0 ? '[]' : JSON.stringify(end.observations),
    cost_micro_usd: end.costMicroUsd,
  };
}
