import { TaskChanged } from '../../../domain/task-changed.ts';
import type { Rows, StreamedEvent, TaskReplacement } from '../../../ports/store.ts';
import type { Statement, StatementRunner } from '../statement.ts';
import { attemptEndRow, attemptRow, decisionToRow, dependencyToRow, eventToRow } from './history-rows.ts';
import * as bulk from './bulk-commands.ts';
import { jobStateToRow, jobToRow } from './job-row.ts';
import { taskGivenToRow, taskStateToSparseRow, taskToSparseRow } from './task-row.ts';

/** All rows of a table with one statement, and none of them waited for: what comes next says whether they were refused. */
export function saveInBulk(runner: StatementRunner, namespace: string, rows: Rows): void {
  const pack = (text: string): string => text;
  const send = (statement: Statement<{ readonly rows: string }, unknown>, list: readonly object[] | undefined): void => {
    if (list !== undefined && list.length > 0) runner.send(statement, { rows: asJson(list) });
  };
  send(
    bulk.insertJobs,
    rows.newJobs?.map((job) => jobToRow(job, namespace, pack)),
  );
  send(
    bulk.insertTasks,
    rows.newTasks?.map((task) => taskToSparseRow(task, namespace, pack)),
  );
  replaceTasks(runner, rows.tasks ?? []);
  send(bulk.insertAttempts, rows.newAttempts?.map(attemptRow));
  send(
    bulk.endAttempts,
    rows.attemptEnds?.map(({ id, end }) => attemptEndRow(id, end, pack)),
  );
  send(
    bulk.insertDecisions,
    rows.decisions?.map((decision) => decisionToRow(decision, pack)),
  );
  send(bulk.insertDependencies, rows.dependencies?.map(dependencyToRow));
  send(
    bulk.beginStreams,
    rows.events?.filter(({ seq }) => seq === 1).map(({ stream }) => ({ name: stream })),
  );
  send(bulk.appendEvents, rows.events?.map(eventRow));
  send(bulk.updateJobs, rows.jobs?.map(jobStateToRow));
}

/** What a task was given seldom changes and may be large. */
function replaceTasks(runner: StatementRunner, replacements: readonly TaskReplacement[]): void {
  const isGivenAnew = ({ before, after }: TaskReplacement): boolean => before.payload !== after.payload || before.answer !== after.answer;
  const pack = (text: string): string => text;
  for (const givenAnew of [false, true]) {
    const replaced = replacements.filter((each) => isGivenAnew(each) === givenAnew);
    if (replaced.length === 0) continue;
    const rows = replaced.map(({ before, after }) => ({
      ...taskStateToSparseRow(after, pack),
      ...(givenAnew ? taskGivenToRow(after, pack) : {}),
      id: after.id,
      expected_state: before.state,
      expected_epoch: before.epoch,
    }));
    runner.send(givenAnew ? bulk.replaceTasks : bulk.replaceTaskStates, { rows: asJson(rows) }, (error) => {
      const task = bulk.unexpectedTask(
        error,
        replaced.map(({ before }) => before),
      );
      return task === undefined ? error : new TaskChanged(task);
    });
  }
}

function eventRow(event: StreamedEvent): object {
  return { ...eventToRow(event, 0), stream: event.stream };
}

const unstorable = /\\u(?:0000|[dD][89a-fA-F])/;

/** PostgreSQL has neither the character 0 nor half a character in text; both become the one that stands for what is not there. */
function asJson(rows: readonly object[]): string {
  const json = JSON.stringify(rows);
  if (!unstorable.test(json)) return json;
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value));
}
