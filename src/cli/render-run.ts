import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { MicroUsd } from '../domain/money.ts';
import { toUsd } from '../domain/money.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { DeploymentRow } from '../operations/deployment-rows.ts';
import type { RunView, TaskRow, WorldRow } from '../operations/run-view.ts';
import { oneLine } from './one-line.ts';
import type { Colours } from './shell.ts';
import { spinner } from './spinner.ts';

/** Everything the picture depends on; the same input gives the same picture. */
export interface Frame {
  readonly view: RunView;
  readonly jobId: JobId;
  readonly attributes: RunAttributes;
  /** What models have cost so far. */
  readonly spentMicroUsd: MicroUsd;
  /** Epoch ms. */
  readonly now: number;
  readonly frame: number;
  readonly columns: number;
  readonly colours: Colours;
}

/** A run as lines for a terminal: every state is an icon and a word, never a colour alone. */
export function renderRun(frame: Frame): string {
  const { attributes, colours, view } = frame;
  const head = `${colours.bold(displayId('run', frame.jobId))}  ${oneLine(attributes.issue.title)}`;
  const facts = colours.dim(factsOf(frame).join(' · '));
  const lines = ['', head, facts, '', ...view.tasks.flatMap((task) => renderTask(task, frame)), ...renderDeployments(frame), footer(frame)];
  return `${lines.map((line) => cut(line, frame.columns)).join('\n')}\n`;
}

function factsOf({ attributes, spentMicroUsd, view }: Frame): readonly string[] {
  const { base, config } = attributes;
  const { count } = config.worlds;
  // Of a run that only deploys no agent takes part.
  if (view.tasks.length === 0 && view.deployments.length > 0) return [`${base.name} ${base.commit.slice(0, 8)}`];
  return [
    `${base.name} ${base.commit.slice(0, 8)}`,
    `agent ${config.agent.name}`,
    count === 1 ? 'one world' : `${count} worlds`,
    ...(spentMicroUsd === 0 ? [] : [`${toUsd(spentMicroUsd).toFixed(2)} of ${config.budget.issueUsd.toFixed(2)} USD`]),
  ];
}

function renderTask(task: TaskRow, frame: Frame): readonly string[] {
  const { bold, dim } = frame.colours;
  return [`${bold(task.key)}  ${oneLine(task.title)} ${dim(stateWord(task))}`, ...task.worlds.map((row) => renderWorld(row, frame)), ''];
}

function renderDeployments(frame: Frame): readonly string[] {
  const { deployments } = frame.view;
  return deployments.length === 0 ? [] : [...deployments.map((row) => renderDeployment(row, frame)), ''];
}

function renderDeployment(row: DeploymentRow, { colours, frame, now }: Frame): string {
  const marks = { waits: colours.dim('·'), works: colours.cyan(spinner[frame % spinner.length]!), ended: endMark(row, colours) };
  const words = row.phase === 'ended' ? (row.end ?? '') : row.phase === 'waits' ? 'waits' : '';
  const told = [words, oneLine(row.detail)].filter((part) => part !== '').join(': ');
  return `  ${marks[row.phase]} ${colours.bold(row.environment.padEnd(12))} ${colours.dim(elapsed(row, now).padStart(7))}  ${told}`;
}

function endMark({ end }: DeploymentRow, colours: Colours): string {
  return end === 'live' ? colours.green('✔') : colours.red('✖');
}

function stateWord(task: TaskRow): string {
  switch (task.state) {
    case 'succeeded':
      return 'done';
    case 'dead':
      return 'failed';
    case 'skipped':
    case 'cancelled':
      return task.state;
    default:
      return task.worlds.length === 0 ? 'waits' : '';
  }
}

function renderWorld(row: WorldRow, frame: Frame): string {
  const { colours } = frame;
  const score = row.score === undefined ? '     ' : row.score.toFixed(1).padStart(5);
  const time = elapsed(row, frame.now).padStart(6);
  const name = row.won ? colours.bold(colours.green(row.world.padEnd(8))) : row.world.padEnd(8);
  const detail = row.won || row.phase !== 'ended' ? oneLine(row.detail) : colours.dim(oneLine(row.detail));
  return `  ${icon(row, frame)} ${name} ${word(row).padEnd(9)} ${colours.bold(score)} ${colours.dim(time)}  ${detail}`;
}

function icon(row: WorldRow, { frame, colours }: Frame): string {
  if (row.won) return colours.green('★');
  switch (row.phase) {
    case 'waits':
      return colours.dim('·');
    case 'works':
    case 'is-checked':
      return colours.cyan(spinner[frame % spinner.length]!);
    case 'ended':
      return row.status === undefined || row.status === 'success' ? colours.green('✔') : colours.red('✖');
  }
}

function word(row: WorldRow): string {
  if (row.won) return 'won';
  switch (row.phase) {
    case 'waits':
      return 'waits';
    case 'works':
      return 'works';
    case 'is-checked':
      return 'checking';
    case 'ended':
      return row.status === undefined || row.status === 'success' ? 'passed' : row.status;
  }
}

function elapsed(row: Pick<WorldRow, 'startedAt' | 'endedAt'>, now: number): string {
  if (row.startedAt === undefined) return '';
  return `${(Math.max(0, (row.endedAt ?? now) - row.startedAt) / 1000).toFixed(1)}s`;
}

function footer({ view, frame, colours }: Frame): string {
  switch (view.state) {
    case 'running':
      return `${colours.cyan(spinner[frame % spinner.length]!)} ${oneLine(view.now)}`;
    case 'waiting':
    case 'paused':
      return `${colours.yellow('?')} waiting: ${oneLine(view.now)}`;
    case 'completed':
      return `${colours.green('✔')} done`;
    case 'failed':
    case 'stuck':
      return `${colours.red('✖')} ${view.state}`;
    case 'cancelled':
      return `${colours.yellow('■')} cancelled`;
  }
}

function cut(line: string, columns: number): string {
  return stringWidth(line) <= columns ? line : cliTruncate(line, columns);
}
