import { TaskChanged } from '../../../domain/task-changed.ts';
import type { Rows, StoreReader, StoreTransaction, StreamedEvent, TaskReplacement } from '../../../ports/store.ts';
import type { StatementRunner } from '../statement.ts';
import * as commands from './commands.ts';
import { attemptEndRow, attemptRow, decisionToRow, dependencyToRow, effectToRow, eventToRow } from './history-rows.ts';
import { jobStateToRow, jobToRow } from './job-row.ts';
import * as historyQueries from './queries/history.ts';
import { saveInBulk } from './save-in-bulk.ts';
import { taskGivenToRow, taskStateToRow, taskToRow } from './task-row.ts';

/** The writing half of the engine's records. */
export function writeRecords(runner: StatementRunner, namespace: string): Omit<StoreTransaction, keyof StoreReader> {
  return {
    save: (rows) => save(runner, namespace, rows),
    limitLeases: async (job, limit) => {
      await runner.run(commands.limitLeases, { job, limit });
    },
    setLimit: async ({ of, name }, most) => {
      if (most === undefined) await runner.run(commands.dropLimit, { namespace, limited: of, name });
      else await runner.run(commands.setLimit, { namespace, limited: of, name, most });
    },
    insertProcess: async ({ id, pid, host, labels, startedAt }) => {
      const stated = labels === undefined ? null : JSON.stringify(labels);
      await runner.run(commands.insertProcess, { id, namespace, pid, host, labels: stated, started_at: startedAt });
    },
    endProcess: async (id, at) => {
      await runner.run(commands.endProcess, { id, at });
    },
    carry: async (job, by) => (await runner.run(commands.carry, { job, by })) === 1,
    uncarry: async (by) => {
      await runner.run(commands.uncarry, { by });
    },
    saveEffect: async (effect) => {
      await runner.run(commands.saveEffect, effectToRow(effect, runner.pack));
    },
  };
}

async function save(runner: StatementRunner, namespace: string, rows: Rows): Promise<void> {
  if (runner.dialect === 'postgres') saveInBulk(runner, namespace, rows);
  else await saveEach(runner, namespace, rows);
}

/** Row by row: a statement costs little where the database is in the same program. */
async function saveEach(runner: StatementRunner, namespace: string, rows: Rows): Promise<void> {
  const { pack } = runner;
  for (const job of rows.newJobs ?? []) runner.send(commands.insertJob, jobToRow(job, namespace, pack));
  for (const task of rows.newTasks ?? []) runner.send(commands.insertTask(task.state), taskToRow(task, namespace, pack));
  for (const replacement of rows.tasks ?? []) await replaceTask(runner, replacement);
  for (const attempt of rows.newAttempts ?? []) runner.send(commands.insertAttempt, attemptRow(attempt));
  for (const { id, end } of rows.attemptEnds ?? []) runner.send(commands.endAttempt, attemptEndRow(id, end, pack));
  for (const decision of rows.decisions ?? []) runner.send(commands.insertDecision, decisionToRow(decision, pack));
  for (const dependency of rows.dependencies ?? []) runner.send(commands.insertDependency, dependencyToRow(dependency));
  if (rows.events !== undefined) await appendEvents(runner, rows.events);
  for (const job of rows.jobs ?? []) runner.send(commands.updateJob, jobStateToRow(job));
}

async function replaceTask(runner: StatementRunner, { before, after }: TaskReplacement): Promise<void> {
  const row = { ...taskStateToRow(after, runner.pack), id: after.id, expected_state: before.state, expected_epoch: before.epoch };
  const given = before.payload === after.payload && before.answer === after.answer;
  const changed = given
    ? await runner.run(commands.replaceTaskState(before.state, after.state), row)
    : await runner.run(commands.replaceTask(before.state, after.state), { ...row, ...taskGivenToRow(after, runner.pack) });
  if (changed !== 1) throw new TaskChanged(before);
}

async function appendEvents(runner: StatementRunner, events: readonly StreamedEvent[]): Promise<void> {
  const numbers = new Map<string, number>();
  for (const event of events) {
    const number = numbers.get(event.stream) ?? (await streamOf(runner, event));
    numbers.set(event.stream, number);
    runner.send(commands.appendEvent, eventToRow(event, number));
  }
}

/** A stream begins with its first event. */
async function streamOf(runner: StatementRunner, { stream: name, seq }: StreamedEvent): Promise<number> {
  if (seq === 1) await runner.run(commands.insertStream, { name });
  const [found] = await runner.all(historyQueries.streamNumber, { name });
  if (found === undefined) throw new Error(`The stream ${name} has no first event.`);
  return found.number;
}
