/**
 * Example issues through all phases, against the acceptance figures of the original: time, builds, tests, score, money, retries, memory, processors.
 *
 * A service carries the issues of a forge that is a folder, two at a time: analysis, plan, five worlds, review, pull request, its checks (which this
 * benchmark runs, as a forge would), merge, deployment to this machine, watch, clean-up. Two thirds of them are mended by the search that needs no
 * model, the others by a program in the place of an agent, whose worlds are right, wrong or broken. Once in each part the service is killed and
 * started anew. What a model would have to say for itself is not measured.
 *
 *     npm run bench -- acceptance [--issues 24] [--at-once 2] [--json]
 */
import { parseArgs } from 'node:util';
import { endDeployed } from '../test/support/serve-site.ts';
import { endOfCommand } from '../test/support/miyabi.ts';
import { temporaryFolder } from '../test/support/temporary.ts';
import type { ForgeSite } from '../test/support/forge-site.ts';
import type { StatisticsReport } from '../src/operations/statistics/report-statistics.ts';
import type { CarriedIssue } from './acceptance/carry.ts';
import { carryIssues } from './acceptance/carry.ts';
import { runChecks } from './acceptance/checks-of-forge.ts';
import { acceptanceFigures } from './acceptance/figures.ts';
import { exampleIssues } from './acceptance/issues.ts';
import { machinePeaks } from './acceptance/machine-peaks.ts';
import { acceptanceSite } from './acceptance/site.ts';
import { report } from './support/figures.ts';

const { values } = parseArgs({
  options: {
    issues: { type: 'string', default: String(exampleIssues.length) },
    'at-once': { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});

async function statistics(site: ForgeSite): Promise<StatisticsReport> {
  const { code, lines, stderr } = await endOfCommand(site.start(['stats', '--json']));
  const [told] = lines;
  if (code !== 0 || told === undefined) throw new Error(`miyabi stats ended with ${code}: ${stderr}`);
  return told as unknown as StatisticsReport;
}

async function main(): Promise<void> {
  const issues = exampleIssues.slice(0, Number(values.issues));
  // Every third one, so that both kinds have all kinds of faults.
  const [searched, scripted] = [issues.filter((_, index) => index % 3 !== 2), issues.filter((_, index) => index % 3 === 2)];
  await using folder = await temporaryFolder('miyabi-acceptance-');
  const site = await acceptanceSite(folder.path, issues);
  await using ending = new AsyncDisposableStack();
  ending.defer(async () => await endDeployed(site));
  const over = new AbortController();
  const [checks, peaks] = [runChecks(site.repositories, over.signal), machinePeaks(over.signal)];
  const began = performance.now();
  const onEnd = ({ name, who, end, minutes }: CarriedIssue): void => {
    const seconds = Math.round((performance.now() - began) / 1_000);
    console.error(`${seconds} s: ${name} (${who}) is ${end}, after ${(60 * minutes).toFixed(0)} s`);
  };
  const common = { site, all: issues, atOnce: Number(values['at-once']), onEnd };
  try {
    const carried = [
      ...(await carryIssues({ ...common, who: 'repair', issues: searched, killAfter: Math.floor(searched.length / 2) })),
      ...(await carryIssues({ ...common, who: 'script', issues: scripted, killAfter: Math.floor(scripted.length / 2) })),
    ];
    over.abort();
    const { figures, skipped } = acceptanceFigures(carried, await statistics(site), await peaks);
    report('acceptance', figures, { json: values.json, skipped });
  } finally {
    over.abort();
    await Promise.all([checks, peaks]);
  }
}

await main();
