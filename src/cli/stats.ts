import { grouped } from '../domain/grouped.ts';
import type { StatisticsGrouping } from '../domain/statistics/groupings.ts';
import { repositoryAt } from '../operations/statistics/asked-repository.ts';
import { reportStatistics } from '../operations/statistics/report-statistics.ts';
import { suggestThresholds } from '../operations/statistics/suggest-thresholds.ts';
import { placeOf } from './knowledge.ts';
import { readTime } from './read-time.ts';
import { commandPrefix } from './shell.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { statisticsLines } from './statistics-lines.ts';
import { suggestionLines } from './suggestion-lines.ts';

export interface StatsOptions extends GlobalOptions {
  readonly by?: StatisticsGrouping;
  /** A time span such as `30d`. */
  readonly since?: string;
  /** A folder, or the address of a remote. */
  readonly repo?: string;
  readonly suggestThresholds?: boolean;
  readonly json?: boolean;
}

/** Whoever asks at a terminal waits until all runs are summed up, and is told where that may take a while. */
const most = 1_000_000;
const manyRuns = 200;

/** `miyabi stats`: how runs have fared, against the goals, and what their outcomes propose. */
export async function stats(shell: Shell, options: StatsOptions): Promise<number> {
  const sinceMs = options.since === undefined ? undefined : readTime('--since', options.since, 'is now');
  await using app = await shell.open(options);
  const { tools } = app;
  const { repo } = options;
  const question = {
    ...(sinceMs === undefined ? {} : { since: tools.clock.now() - sinceMs }),
    ...(repo === undefined ? {} : { repository: await repositoryAt(tools, { place: placeOf(shell, repo), given: repo }) }),
  };
  const { inAll } = await tools.ledger.statistics.missing(1);
  if (inAll > manyRuns) shell.err(`Sums up ${grouped(inAll)} runs that have ended; the next time that is there.\n`);
  if (options.suggestThresholds === true) {
    const report = await suggestThresholds(tools, question, most);
    print(shell, options, report, suggestionLines);
  } else {
    const report = await reportStatistics(tools, { by: options.by ?? 'world', ...question }, most);
    print(shell, options, report, (told) => statisticsLines(told, commandPrefix(shell, options)));
  }
  return 0;
}

function print<Report>(shell: Shell, { json }: StatsOptions, report: Report, lines: (report: Report) => readonly string[]): void {
  if (json === true) shell.out(`${JSON.stringify(report)}\n`);
  else for (const line of lines(report)) shell.out(`${line}\n`);
}
