import type { TestCase } from '../../domain/evidence.ts';
import type { RunnerReport } from './ecosystems/ecosystem.ts';
import { runnerReports } from './ecosystems/table.ts';
import { mostRead, readForeign } from './read-foreign.ts';
import { identify } from './reports/case-ids.ts';
import type { ParsedReport } from './reports/parsed-report.ts';
import type { Reporting } from './reporting.ts';
import type { Unsealed } from './seal.ts';

export interface TestReport {
  readonly runner: string;
  readonly cases: readonly TestCase[];
  readonly complete: boolean;
  /** What makes it doubtful, in sentences; never of a complete one. */
  readonly doubts: readonly string[];
}

/** One report as it was found. */
export interface FoundReport {
  readonly runner: string;
  /** Undefined where there is a file that cannot be read. */
  readonly report: ParsedReport | undefined;
  readonly doubt?: string;
}

/**
 * Everything that the runners of one test command left, as one report: a script may start more than one of them. One that cannot be
 * read, that its runner did not end, or that something else wrote in makes the whole incomplete.
 *
 * @param request.directory real path of the checkout.
 * @param request.others what was found in another place than that of `reporting`.
 * @returns undefined when there is none at all.
 */
export async function readReports(request: {
  readonly reporting: Pick<Reporting, 'reports' | 'unseal'>;
  readonly directory: string;
  readonly others?: readonly FoundReport[];
  /** The run was ended by its time limit. */
  readonly ended?: boolean;
}): Promise<TestReport | undefined> {
  const { reporting, ended = false } = request;
  const found: FoundReport[] = [...(request.others ?? [])];
  let left = mostRead;
  for (const { name, path } of await reporting.reports()) {
    const known = runnerReports.find((runner) => name.startsWith(`${runner.name}-`));
    if (known === undefined) continue;
    const text = (await readForeign(path, left)) ?? '';
    left -= text.length;
    found.push(
      known.sealed === true ? await unsealed(known, reporting.unseal(text, name), { name, ended }) : await parsed(known, text, ended),
    );
  }
  if (found.length === 0) return undefined;
  const cases = found.flatMap(({ report }) => report?.cases ?? []);
  const doubts = found.flatMap(({ doubt }) => doubt ?? []);
  return {
    runner: [...new Set(found.map(({ runner }) => runner))].join(' and '),
    cases: identify(cases, request.directory),
    complete: doubts.length === 0 && found.every(({ report }) => report?.complete === true),
    doubts,
  };
}

async function unsealed(
  known: RunnerReport,
  { state, text }: Unsealed,
  { name, ended }: { readonly name: string; readonly ended: boolean },
): Promise<FoundReport> {
  const { report } = await parsed(known, text, ended);
  const found = {
    runner: known.runner,
    report: report === undefined ? undefined : { ...report, complete: report.complete && state === 'whole' },
  };
  if (/\.second-/.test(name)) return { ...found, doubt: `One process of ${known.runner} left two reports.` };
  if (state === 'changed') return { ...found, doubt: `The report of ${known.runner} was changed after its end.` };
  // A growing report says at its end that it is one; only its runner can have sealed it.
  if (state === 'open' && report?.complete === true)
    return { ...found, doubt: `Something else than ${known.runner} wrote a report of it.` };
  return found;
}

/** One text, read by its runner's own parser. */
export async function parsed({ runner, parse }: RunnerReport, text: string, ended: boolean): Promise<FoundReport> {
  return { runner, report: await parse(text, ended) };
}
