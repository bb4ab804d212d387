import { glob, realpath } from 'node:fs/promises';
import { posix } from 'node:path';
import type { CoverageEvidence, TestEvidence } from '../../domain/evidence.ts';
import { askedFiles, coverageOf } from './coverage.ts';
import { mostRead, readForeign, withFolderInside } from './read-foreign.ts';
import { coverageOptions } from './report-hooks.ts';
import type { CoveredFile } from './reports/covered-file.ts';
import { relativeFile } from './reports/case-ids.ts';
import { parseCobertura } from './reports/cobertura.ts';
import { parseLcov } from './reports/lcov.ts';
import { openReporting } from './reporting.ts';
import { runTests } from './run-tests.ts';
import type { CheckSetting } from './setting.ts';

/** Where tools leave what they measured, unless they are told another place. */
const ownReports = ['coverage/**/lcov.info', 'lcov.info', 'coverage/**/*cobertura*.xml', 'coverage.xml', 'cobertura.xml'];
const mostReports = 20;
/** Of the tests' making, therefore looked through only so far: entries of folders. */
const mostEntries = 5_000;

/** What measures the same by itself; two who count take each other's counts away. */
const countsItself = /\b(?:c8|nyc)\b|--coverage\b|--experimental-test-coverage\b/;

/**
 * Runs the tests of a checkout once, and tells which lines of some of its files they ran: as V8 counted, or as the tests' own command
 * reports in LCOV or Cobertura.
 *
 * @param paths relative to the checkout.
 * @throws as `runTests` does.
 */
export async function runTestsCovered(
  setting: CheckSetting,
  paths: readonly string[],
): Promise<{ readonly tests: TestEvidence; readonly coverage: CoverageEvidence }> {
  const directory = await realpath(setting.directory);
  const { test } = setting.plan;
  const before = new Set(await reportsIn(directory));
  const asked = countsItself.test(test?.script ?? test?.shown ?? '') ? [] : await askedFiles(directory, paths);
  await using reporting = await openReporting(setting.reportDirectory);
  const options =
    asked.length === 0
      ? undefined
      : coverageOptions({
          existing: setting.environment['NODE_OPTIONS'],
          prefix: reporting.prefix,
          root: directory,
          paths: asked.map(({ path }) => path),
        });
  const environment = options === undefined ? setting.environment : { ...setting.environment, NODE_OPTIONS: options };
  const tests = await runTests({ ...setting, environment });
  const counted = options === undefined ? undefined : await coverageOf(reporting, directory, asked);
  const told = await toldBy(
    directory,
    (await reportsIn(directory)).filter((path) => !before.has(path)),
    new Set(paths),
  );
  return { tests, coverage: together(counted, told) };
}

/** What V8 counted goes before what a report says of the same file. */
function together(counted: CoverageEvidence | undefined, told: readonly CoveredFile[]): CoverageEvidence {
  const own = counted?.kind === 'measured' ? counted.files : [];
  const known = new Set(own.map(({ path }) => path));
  const files = [...own, ...told.filter(({ path }) => !known.has(path))];
  if (files.length > 0) return { kind: 'measured', files };
  return counted ?? { kind: 'none', reason: 'Nothing here can be measured, and the tests leave no report of LCOV or Cobertura.' };
}

async function reportsIn(directory: string): Promise<string[]> {
  const found: string[] = [];
  let entries = 0;
  const exclude = (): boolean => (entries += 1) > mostEntries;
  for await (const path of glob(ownReports, { cwd: directory, exclude })) {
    found.push(path);
    if (found.length === mostReports) break;
  }
  return found.toSorted();
}

/** Of the files that are asked about only. */
async function toldBy(directory: string, reports: readonly string[], asked: ReadonlySet<string>): Promise<CoveredFile[]> {
  const files = new Map<string, CoveredFile>();
  let left = mostRead;
  for (const report of reports) {
    const read = async (folder: string): Promise<string | undefined> => await readForeign(posix.join(folder, posix.basename(report)), left);
    const text = (await withFolderInside(directory, posix.dirname(report), read)) ?? '';
    left -= text.length;
    const parsed = report.endsWith('.xml') ? parseCobertura(text) : parseLcov(text);
    for (const file of parsed ?? []) {
      const path = relativeFile(file.path, directory);
      if (asked.has(path) && !files.has(path)) files.set(path, { ...file, path });
    }
  }
  return [...files.values()];
}
