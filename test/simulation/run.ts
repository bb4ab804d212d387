// The engine in simulated worlds, one for each seed: `--seed N [--trace]` one, `--seeds COUNT [--from N]` many.
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';
import type { SimulationReport } from './simulate.ts';

const usage = 'npm run sim -- --seeds COUNT [--from SEED] | --seed SEED [--trace]';

/** After so many failures it is time to look at them. */
const mostFailures = 20;

/** So often it is said how far it is, in ms. */
const everyMs = 2_000;

function wholeNumber(text: string, name: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0 && number < 2 ** 31) return number;
  throw new RangeError(`--${name} is a whole number from 0 to ${2 ** 31 - 1}, not ${text}.`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      seeds: { type: 'string', default: '200' },
      from: { type: 'string', default: '1' },
    },
  });
  if (values.seed !== undefined) return runOne(wholeNumber(values.seed, 'seed'), values.trace);
  return runMany(wholeNumber(values.from, 'from'), wholeNumber(values.seeds, 'seeds'));
}

async function runOne(seed: number, trace: boolean): Promise<number> {
  const report = await simulate(seed, trace ? { print: (line) => void process.stdout.write(`${line}\n`) } : {});
  const { faults, commits, jobs, lasted, hash } = report;
  console.log(`seed ${seed}: ${jobs} jobs, ${commits} commits, ${faults} faults in ${Math.round(lasted / 1_000)} s of virtual time`);
  console.log(`hash ${hash}`);
  if (report.violation !== undefined) console.log(`FAILED ${report.violation}`);
  return report.violation === undefined ? 0 : 1;
}

async function runMany(from: number, count: number): Promise<number> {
  const started = performance.now();
  const totals = { seeds: 0, faults: 0, commits: 0, jobs: 0, failures: 0 };
  let interrupted = false;
  let told = started;
  const interrupt = (): void => {
    interrupted = true;
  };
  process.once('SIGINT', interrupt);
  const tell = (): void => {
    const perSecond = (totals.seeds / ((performance.now() - started) / 1_000)).toFixed(1);
    const { seeds, faults, commits, jobs, failures } = totals;
    console.log(`${seeds}/${count} seeds, ${perSecond}/s: ${jobs} jobs, ${commits} commits, ${faults} faults, ${failures} failures`);
  };
  for (let seed = from; seed < from + count && !interrupted && totals.failures < mostFailures; seed += 1) {
    const report = await simulate(seed);
    totals.seeds += 1;
    totals.faults += report.faults;
    totals.commits += report.commits;
    totals.jobs += report.jobs;
    if (report.violation !== undefined) totals.failures += 1;
    tellFailure(report);
    if (performance.now() - told < everyMs) continue;
    told = performance.now();
    tell();
  }
  process.off('SIGINT', interrupt);
  tell();
  if (totals.failures >= mostFailures)
    console.log(`${mostFailures} failures are enough to look at; go on with --from ${from + totals.seeds}.`);
  if (interrupted) console.log(`Interrupted; go on with --from ${from + totals.seeds}.`);
  return totals.failures > 0 ? 1 : 0;
}

function tellFailure({ seed, violation }: SimulationReport): void {
  if (violation === undefined) return;
  console.log(`FAILED seed ${seed}: ${violation}`);
  console.log(`  to see it again: npm run sim -- --seed ${seed} --trace`);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}
