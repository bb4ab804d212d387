import { incidentInWords } from '../domain/incident.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { DeploymentRow } from '../operations/deployment-rows.ts';
import type { RunView, TaskRow, WorldRow } from '../operations/run-view.ts';
import { applyEvent, emptyView } from '../operations/run-view.ts';
import { oneLine } from './one-line.ts';
import type { RunWriter } from './run-writer.ts';
import type { Shell } from './shell.ts';

/** What the lines of a run are about. */
export interface LinesOfRun {
  readonly attributes: RunAttributes;
  /** Of the plan's tasks, by their keys. */
  readonly titles: ReadonlyMap<string, string>;
  /** Also how far tasks are. */
  readonly verbose?: boolean;
}

/** One line for each change, for logs, pipes and terminals that cannot redraw. */
export function openLineWriter(shell: Shell, jobId: JobId, { attributes, titles, verbose = false }: LinesOfRun): RunWriter {
  let view = emptyView;
  shell.err(
    `${displayId('run', jobId)}: ${oneLine(attributes.issue.title)} (base ${attributes.base.name} ${attributes.base.commit.slice(0, 8)})\n`,
  );
  return {
    onEvent: (event) => {
      const next = applyEvent(view, event, titles);
      for (const line of changedLines(view, next)) shell.err(`${line}\n`);
      view = next;
    },
    // How far a search is would be a line for each candidate: only for those who ask for it.
    onProgress: (told) => (verbose ? shell.err(`  ${nameIn(view, told)}: ${oneLine(told.text)}\n`) : undefined),
    onNotice: (notice) => shell.err(`  ${nameIn(view, notice)}: ${oneLine(notice.text)}\n`),
    onIncident: (told) => shell.err(`  ${nameIn(view, told)}: ${oneLine(incidentInWords(told.incident))}\n`),
    onQuestion: ({ text }) => shell.err(`? ${oneLine(text)}\n`),
    say: (line) => shell.err(`${line}\n`),
    pause: () => ({ [Symbol.dispose]: () => undefined }),
    close: () => undefined,
  };
}

/** A world by its task and its name, as in all other lines about it; anything else by its key. */
function nameIn({ tasks, parents }: RunView, { taskId, key }: { readonly taskId: TaskId; readonly key: string }): string {
  const task = tasks.find((row) => row.taskId === parents[taskId]);
  return task === undefined ? key : `${task.key} ${key.replace(/\.run$/, '')}`;
}

/** What a reader of a log wants to know of the difference between two views. */
export function changedLines(before: RunView, after: RunView): readonly string[] {
  const lines: string[] = [];
  if (after.now !== before.now) lines.push(`· ${oneLine(after.now)}`);
  for (const task of after.tasks) {
    const old = before.tasks.find(({ taskId }) => taskId === task.taskId);
    if (old === undefined) lines.push(`· ${task.key}: ${oneLine(task.title)}`);
    for (const row of task.worlds) {
      const line = worldLine(
        task,
        old?.worlds.find(({ world }) => world === row.world),
        row,
      );
      if (line !== undefined) lines.push(line);
    }
  }
  for (const row of after.deployments) {
    const line = deploymentLine(
      before.deployments.find(({ taskId }) => taskId === row.taskId),
      row,
    );
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

function deploymentLine(before: DeploymentRow | undefined, { environment, phase, detail, end }: DeploymentRow): string | undefined {
  if (phase === 'waits' || (before?.phase === phase && before.detail === detail)) return undefined;
  const told = [...(end === undefined ? [] : [end]), ...(detail === '' ? [] : [oneLine(detail)])];
  return `  ${environment}: ${told.join(': ')}`;
}

function worldLine(task: TaskRow, before: WorldRow | undefined, row: WorldRow): string | undefined {
  if (before !== undefined && before.phase === row.phase && before.status === row.status && before.won === row.won) return undefined;
  const name = `  ${task.key} ${row.world}`;
  const detail = oneLine(row.detail);
  switch (row.phase) {
    case 'waits':
      return undefined;
    case 'works':
      return `${name}: works`;
    case 'is-checked':
      return `${name}: its change is checked${detail === '' || detail.startsWith('its change') ? '' : ` (${detail})`}`;
    case 'ended':
      if (row.won) return `${name}: WON with ${points(row)}`;
      if (row.status === undefined) return `${name}: checked, ${points(row)}`;
      return `${name}: ${row.status}${row.score === undefined ? '' : `, ${points(row)}`}${detail === '' ? '' : ` (${detail})`}`;
  }
}

function points(row: WorldRow): string {
  return row.score === undefined ? 'no score' : `${row.score.toFixed(1)} points`;
}
