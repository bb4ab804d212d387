import { setTimeout as wait } from 'node:timers/promises';
import type { JobId } from '../../domain/ids.ts';
import type { LogName } from '../../domain/logs/log-name.ts';
import { compareLogs, logNameOf } from '../../domain/logs/log-name.ts';
import type { LogTools } from './list-logs.ts';
import type { LogTail, NewLines } from './log-tail.ts';
import { tailLog } from './log-tail.ts';

/** What a log has come to. */
export interface LogNews extends LogName, NewLines {
  /** Lines before `from` that are left out: more was printed at once than anybody reads. */
  readonly skipped: number;
}

export interface FollowOptions {
  /** Ends it; what has been printed by then is still told. */
  readonly signal: AbortSignal;
  /** What there is already: the last so many lines of each log. None when absent; then the first news of a log say where it stands. */
  readonly last?: number;
  readonly raw?: boolean;
  /** Only of these logs. */
  readonly isWanted?: (log: LogName) => boolean;
}

/** How often it is looked whether something was printed, and how often after nothing was for a while; in ms. */
const lookMs = 100;
const restingMs = 500;
const restAfterMs = 10_000;
/** Lines of one log that are told at a time. */
const mostAtOnce = 1_000;

/**
 * What the programs of a run print on this machine, as they print it: the lines of each log in their order, without gaps but those that are
 * said. Logs that appear meanwhile are followed too, also those of a run that has ended and goes on once more.
 */
export async function* followLogs(
  tools: Pick<LogTools, 'logs' | 'redact'>,
  run: JobId,
  { signal, last = 0, raw = false, isWanted = () => true }: FollowOptions,
): AsyncGenerator<LogNews> {
  const tails = new Map<string, LogTail>();
  const begun = performance.now();
  let isFirst = true;
  let newsAt = begun;

  async function* look(): AsyncGenerator<LogNews> {
    const looked = (await wantedFiles()).map(async ({ file, named }) => {
      const tail = tails.get(file.name) ?? tailLog(tools, run, raw);
      tails.set(file.name, tail);
      return { named, news: await tail.look(file) };
    });
    for (const { named, news } of await Promise.all(looked)) {
      if (isFirst) yield { ...named, ...cut({ from: 1, lines: news?.lines ?? [] }, last), skipped: 0 };
      else if (news !== undefined) yield newsOf(named, news);
    }
  }

  async function wantedFiles() {
    const files = await tools.logs.ofRun(run);
    return files
      .map((file) => ({ file, named: logNameOf(file.name) }))
      .filter((one): one is typeof one & { readonly named: LogName } => one.named !== undefined && isWanted(one.named))
      .toSorted((one, other) => compareLogs(one.named, other.named));
  }

  while (!signal.aborted) {
    for await (const news of look()) {
      newsAt = performance.now();
      yield news;
    }
    isFirst = false;
    const pauseMs = performance.now() - newsAt > restAfterMs ? restingMs : lookMs;
    await wait(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  yield* look();
  for (const [name, tail] of tails) {
    const [named, news] = [logNameOf(name), tail.rest()];
    if (named !== undefined && news !== undefined) yield newsOf(named, news);
  }
}

function newsOf(named: LogName, news: NewLines): LogNews {
  const told = cut(news, mostAtOnce);
  return { ...named, ...told, skipped: told.from - news.from };
}

/** The last lines of them. */
function cut({ from, lines }: NewLines, most: number): NewLines {
  const left = Math.max(0, lines.length - most);
  return { from: from + left, lines: lines.slice(left) };
}
