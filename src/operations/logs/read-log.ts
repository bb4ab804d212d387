import { setImmediate as others } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import { displayId } from '../../domain/ids.ts';
import { logLines } from '../../domain/logs/log-lines.ts';
import type { LogName } from '../../domain/logs/log-name.ts';
import { lineHas } from '../../domain/logs/shown-line.ts';
import { lineReader } from '../../domain/logs/read-lines.ts';
import type { JobView } from '../../weaver/engine.ts';
import type { LogTools, RunLog } from './list-logs.ts';
import { listLogs } from './list-logs.ts';

/** What of a log is wanted. */
export interface WantedLines {
  /** Number of the first line, from 1. */
  readonly from: number;
  readonly limit: number;
  /** The last `limit` lines, wherever `from` is. */
  readonly isTail: boolean;
  /** Also tells which lines have this text, in whatever case. */
  readonly find: string | undefined;
  /** What agents printed as it is, and not in words. */
  readonly raw: boolean;
}

export interface LogLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

export interface FoundLines {
  readonly count: number;
  /** Of the first {@link mostNumbers}. */
  readonly numbers: readonly number[];
}

export interface ReadLog extends LogName {
  readonly lines: readonly LogLine[];
  /** Lines that there are by now. */
  readonly total: number;
  /** Undefined where nothing was looked for. */
  readonly found: FoundLines | undefined;
  /** Whether more is being printed. */
  readonly isLive: boolean;
}

/** Lines that were found, and are told by their numbers. */
export const mostNumbers = 1_000;
/** Of a log that comes in one piece, bytes that are looked at before others have their turn. */
const atOnce = 65_536;

/**
 * Lines of a log, without secrets and without whatever a screen would obey but colours. A last line that is still being printed is left out.
 * @throws Failure (notFoundOrLocked) where there is no such log.
 */
export async function readLog(tools: LogTools, job: JobView, name: string, wanted: WantedLines): Promise<ReadLog> {
  const log = (await listLogs(tools, job)).find((one) => one.log === name);
  if (log === undefined) throw noSuchLog(displayId('run', job.id), name);
  return await linesOfLog(tools, job, log, wanted);
}

/** The same of a log that {@link listLogs} has told. */
export async function linesOfLog(tools: LogTools, { id }: Pick<JobView, 'id'>, log: RunLog, wanted: WantedLines): Promise<ReadLog> {
  const page = openPage(wanted);
  const lines = logLines(lineReader(tools.redact, { raw: wanted.raw }));
  for await (const piece of piecesOf(tools, id, log)) for (const text of lines.add(piece)) page.add(text);
  if (!log.isLive) for (const text of lines.rest()) page.add(text);
  const { log: name, planTask, world, isLive } = log;
  return { log: name, planTask, world, isLive, ...page.told() };
}

async function* piecesOf({ logs, artifacts }: LogTools, run: JobView['id'], { log, place }: RunLog): AsyncIterable<Uint8Array> {
  if (place.kind === 'file') return yield* logs.read(run, place.name);
  const content = await artifacts.read(place.reference);
  if (content === undefined) throw noSuchLog(displayId('run', run), log);
  for (let at = 0; at < content.length; at += atOnce) {
    yield content.subarray(at, at + atOnce);
    await others();
  }
}

/** Counts every line, and keeps those that are wanted. */
function openPage({ from, limit, isTail, find }: WantedLines) {
  const isFound = find === undefined ? undefined : lineHas(find);
  const numbers: number[] = [];
  let lines: LogLine[] = [];
  let count = 0;
  let total = 0;
  return {
    add(text: string): void {
      total += 1;
      if (isTail || (total >= from && lines.length < limit)) lines.push({ number: total, text });
      // Dropping the first one each time would move all the others.
      if (lines.length >= 2 * limit) lines = lines.slice(-limit);
      if (isFound?.(text) !== true) return;
      count += 1;
      if (numbers.length < mostNumbers) numbers.push(total);
    },
    told: () => ({ lines: isTail ? lines.slice(-limit) : lines, total, found: isFound === undefined ? undefined : { count, numbers } }),
  };
}

function noSuchLog(run: string, log: string): Failure {
  return new Failure('notFoundOrLocked', {
    what: `${run} has no log ${log} here.`,
    why: 'Nothing has printed into one of that name, its agent is at work on another machine, or it was tidied up.',
    fix: `\`miyabi logs ${run} --list\` names those that there are.`,
  });
}
