import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packagedExamples } from '../src/adapters/examples.ts';
import { projectRoot, runNode } from './testing/run-program.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

interface Example {
  readonly name: string;
  readonly defects: readonly { readonly file: string; readonly wrong: string; readonly right: string }[];
  /** Titles of the tests that show the defects, in the order of their names. */
  readonly failing: readonly string[];
  readonly passing: number;
}

const examples: readonly Example[] = [
  {
    name: 'parcel-rates',
    defects: [
      {
        file: 'src/surcharges.js',
        wrong: 'Math.ceil(grams / 1000 - includedKg)',
        right: 'Math.max(0, Math.ceil(grams / 1000 - includedKg))',
      },
    ],
    failing: ['a light parcel to a remote area costs the way, and not less', 'a light parcel to an island costs the way on top'],
    passing: 19,
  },
  {
    name: 'booking',
    defects: [{ file: 'src/refund.ts', wrong: 'percentBack(start - bookedAt)', right: 'percentBack(start - cancelledAt)' }],
    failing: [
      'a cancelled room is free again, and the refund follows the rules',
      'booked days ahead half of it comes back between two hours and a day ahead',
      'booked days ahead nothing comes back in the last two hours',
      'booked days ahead nothing comes back once it has begun',
    ],
    passing: 13,
  },
  {
    name: 'ledger-report',
    defects: [
      { file: 'src/quarters.js', wrong: 'Math.floor(month / 3) + 1', right: 'Math.ceil(month / 3)' },
      { file: 'src/totals.js', wrong: 'const moved = entry.cents;', right: 'const moved = Math.abs(entry.cents);' },
    ],
    failing: [
      'money that leaves moves as much as money that comes in',
      'the last month of a quarter lies in it',
      'the last month of the year lies in its fourth quarter',
    ],
    passing: 16,
  },
];

test.each(examples)('$name: exactly the tests that show its defect fail', async (example) => {
  expect(await outcomes(copyOf(example))).toEqual({ failing: example.failing, passing: example.passing });
});

test.each(examples)('$name: with its defect mended every test passes', async (example) => {
  const folder = copyOf(example);
  for (const { file, wrong, right } of example.defects) {
    const source = readFileSync(path.join(folder, file), 'utf8');
    expect(source.split(wrong)).toHaveLength(2);
    writeFileSync(path.join(folder, file), source.replace(wrong, right));
  }
  expect(await outcomes(folder)).toEqual({ failing: [], passing: example.passing + example.failing.length });
});

test('booking passes its type check although it is wrong', async () => {
  const compiler = path.join(projectRoot, 'node_modules/typescript/bin/tsc');
  expect(await runNode([compiler, '--noEmit'], { cwd: copyOf({ name: 'booking' }) })).toMatchObject({ code: 0, stdout: '' });
});

test('service has no defect, and no issue that the demo would carry out', async () => {
  expect(await outcomes(copyOf({ name: 'service' }))).toEqual({ failing: [], passing: 6 });
  const names = await packagedExamples(path.join(projectRoot, 'examples')).names();
  expect(names).toEqual(examples.map(({ name }) => name).toSorted());
});

function copyOf({ name }: { readonly name: string }): string {
  const folder = temporaryFolder();
  cpSync(path.join(projectRoot, 'examples', name), folder, {
    recursive: true,
    filter: (source) => path.basename(source) !== 'node_modules',
  });
  if (name === 'booking') symlinkSync(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

async function outcomes(folder: string): Promise<{ readonly failing: readonly string[]; readonly passing: number }> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|MIYABI_|NODE_TEST|TEST$)/.test(name)));
  const manifest = readFileSync(path.join(folder, 'package.json'), 'utf8');
  if (!manifest.includes('vitest')) {
    const { stdout } = await runNode(['--test', '--test-reporter=tap'], { cwd: folder, env });
    const named = (state: string): string[] =>
      [...stdout.matchAll(new RegExp(`^${state} \\d+ - (.*)$`, 'gm'))].map(([, title]) => title ?? '');
    return { failing: named('not ok').toSorted(), passing: named('ok').length };
  }
  const vitest = path.join(projectRoot, 'node_modules/vitest/vitest.mjs');
  await runNode([vitest, 'run', '--reporter=json', '--outputFile=report.json'], { cwd: folder, env });
  const { testResults } = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8')) as {
    testResults: { assertionResults: { status: string; fullName: string }[] }[];
  };
  const cases = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    failing: cases
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => fullName)
      .toSorted(),
    passing: cases.filter(({ status }) => status === 'passed').length,
  };
}
