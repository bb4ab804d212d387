import { exitCode, Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import type { LogName } from '../domain/logs/log-name.ts';
import { findRun } from '../operations/find-run.ts';
import { followLogs } from '../operations/logs/follow-logs.ts';
import type { RunLog } from '../operations/logs/list-logs.ts';
import { listLogs } from '../operations/logs/list-logs.ts';
import { linesOfLog } from '../operations/logs/read-log.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { JobView } from '../weaver/engine.ts';
import type { LogWriter } from './log-writer.ts';
import { openLogWriter } from './log-writer.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

export interface LogsOptions extends GlobalOptions {
  /** A world, or the name of a log. */
  readonly world?: string;
  /** Id of a plan task. */
  readonly task?: string;
  readonly follow?: boolean;
  readonly lines?: number;
  readonly find?: string;
  readonly raw?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** How much of what there is already is shown where what comes is followed. */
const usualLast = 10;

/** `miyabi logs [run]`: what the agents of a run print, those of all worlds or of one. */
export async function logs(shell: Shell, wanted: string, options: LogsOptions): Promise<number> {
  await using app = await shell.open(options);
  const { tools } = app;
  const job = await findRun(tools.engine, wanted);
  const all = await listLogs(tools, job);
  const chosen = all.filter(isWanted(options));
  if (options.list === true) return list(shell, job, chosen, options);
  const follows = options.follow === true && job.endedAt === undefined;
  if (chosen.length === 0 && !follows) return noLogs(shell, job, all, options);
  const writer = openLogWriter(shell, displayId('run', job.id), { ...options, logs: chosen });
  const code = follows ? await follow(shell, tools, job, { options, writer }) : await print(tools, job, { options, writer, chosen });
  if (options.find !== undefined && writer.told() === 0) shell.err(`No line has ${JSON.stringify(options.find)}.\n`);
  return code;
}

function isWanted({ world: wanted, task }: LogsOptions): (log: LogName) => boolean {
  return ({ log, world, planTask }) =>
    (wanted === undefined || world === wanted || log === wanted) && (task === undefined || planTask === task);
}

interface Showing {
  readonly options: LogsOptions;
  readonly writer: LogWriter;
}

/** One log after the other: nothing in them tells what was printed first. */
async function print(tools: OperationTools, job: JobView, { options, writer, chosen }: Showing & { readonly chosen: readonly RunLog[] }) {
  const last = options.lines ?? (options.follow === true ? usualLast : undefined);
  for (const log of chosen) {
    const wanted = { from: 1, limit: Number.MAX_SAFE_INTEGER, isTail: false, find: undefined, raw: options.raw === true };
    const { lines } = await linesOfLog(tools, job, log, wanted);
    const found = lines.filter(({ text }) => writer.isFound(text));
    for (const { number, text } of found.slice(last === undefined ? 0 : Math.max(0, found.length - last))) writer.line(log, number, text);
  }
  return exitCode.done;
}

async function follow(shell: Shell, tools: OperationTools, job: JobView, { options, writer }: Showing): Promise<number> {
  const over = new AbortController();
  let code: number = exitCode.done;
  using _interrupt = shell.onInterrupt(() => {
    code = exitCode.interrupted;
    over.abort();
  });
  const ended = untilEnded(tools, job, over.signal).finally(() => over.abort());
  const last = options.lines ?? usualLast;
  for await (const news of followLogs(tools, job.id, {
    signal: over.signal,
    last,
    raw: options.raw === true,
    isWanted: isWanted(options),
  })) {
    if (news.skipped > 0) writer.skipped(news, news.skipped);
    for (const [index, text] of news.lines.entries()) if (writer.isFound(text)) writer.line(news, news.from + index, text);
  }
  await ended;
  return code;
}

/** Resolves when the run has ended, or nobody waits for that any more. */
async function untilEnded({ engine }: OperationTools, { id }: JobView, signal: AbortSignal): Promise<void> {
  for await (const _ of engine.events(id, { follow: true, signal })) if (signal.aborted) return;
}

function list(shell: Shell, job: JobView, chosen: readonly RunLog[], { json }: LogsOptions): number {
  const told = chosen.map(({ log, planTask, world, place, isLive }) => ({
    log,
    planTask: planTask ?? null,
    world: world ?? null,
    bytes: place.kind === 'file' ? place.bytes : null,
    isLive,
    isHere: place.kind === 'file',
  }));
  if (json === true) shell.out(`${JSON.stringify({ type: 'logs', schemaVersion: 1, run: displayId('run', job.id), logs: told })}\n`);
  const width = Math.max(0, ...told.map(({ log }) => log.length));
  if (json !== true)
    for (const { log, bytes, isLive } of told)
      shell.out(
        `${log.padEnd(width)}  ${bytes === null ? 'kept' : `${bytes.toLocaleString('en-US')} bytes`}${isLive ? ', being written' : ''}\n`,
      );
  return exitCode.done;
}

/** @throws Failure (notFoundOrLocked) where there are others. */
function noLogs(shell: Shell, job: JobView, all: readonly RunLog[], options: LogsOptions): number {
  const run = displayId('run', job.id);
  if (all.length > 0)
    throw new Failure('notFoundOrLocked', {
      what: `${run} has no such log here.`,
      why: `There are ${all.map(({ log }) => log).join(', ')}.`,
      fix: 'Name a world of them with -w, or a task with --task.',
    });
  const hint = job.endedAt === undefined ? ` \`${commandPrefix(shell, options)} logs ${run} -f\` waits for it.` : '';
  shell.err(`Nothing that agents of ${run} have printed can be read here.${hint}\n`);
  return exitCode.done;
}
