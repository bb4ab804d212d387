import type { TestCase } from '../../domain/evidence.ts';
import type { RunnerReport } from './ecosystems/ecosystem.ts';
import { runnerReports } from './ecosystems/table.ts';
import { mostRead, readForeign } from './read-foreign.ts';
import { identify } from './reports/case-ids.ts';
import type { ParsedReport } from './reports/parsed-report.ts';
import type { Reporting } from './reporting.ts';

export interface TestReport {
  readonly runner: string;
  readonly cases: readonly TestCase[];
  readonly complete: boolean;
}

/** One report as it was found; undefined where there is a file that cannot be read. */
export interface FoundReport {
  readonly runner: string;
  readonly report: ParsedReport | undefined;
}

/**
 * Everything that the runners of one test command left, as one report: a script may start more
 * than one of them. A report that cannot be read makes the whole incomplete.
 *
 * @param request.directory real path of the checkout.
 * @param request.others what was found in another place than that of `reporting`.
 * @returns undefined when there is none at all.
 */
export async function readReports(request: {
  readonly reporting: Pick<Reporting, 'reports'>;
  readonly directory: string;
  readonly others?: readonly FoundReport[];
  /** The run was ended by its time limit. */
  readonly ended?: boolean;
}): Promise<TestReport | undefined> {
  const found: FoundReport[] = [...(request.others ?? [])];
  let left = mostRead;
  for (const { name, path } of await request.reporting.reports()) {
    const known = runnerReports.find((runner) => name.startsWith(`${runner.name}-`));
    if (known === undefined) continue;
    const text = (await readForeign(path, left)) ?? '';
    left -= text.length;
    found.push(await parsed(known, text, request.ended ?? false));
  }
  if (found.length === 0) return undefined;
  const cases = found.flatMap(({ report }) => report?.cases ?? []);
  return {
    runner: [...new Set(found.map(({ runner }) => runner))].join(' and '),
    cases: identify(cases, request.directory),
    complete: found.every(({ report }) => report?.complete === true),
  };
}

/** One text, read by its runner's own parser. */
export async function parsed({ runner, parse }: RunnerReport, text: string, ended: boolean): Promise<FoundReport> {
  return { runner, report: await parse(text, ended) };
}
