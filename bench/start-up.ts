/**
 * CPU time of `miyabi --version` against an empty Node process of the same binary.
 *
 * Both are started in turn, so that whatever else the machine does falls on both alike. The shell's `time` tells
 * the CPU time (user and system) that the kernel counted for a child, its start included.
 *
 *     npm run bench -- start-up [--runs 40] [--json]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { atMost, figure, report } from './support/figures.ts';
import { median, percentile } from './support/statistics.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '40' }, json: { type: 'boolean', default: false } } });
const launcher = fileURLToPath(new URL('../bin/miyabi.js', import.meta.url));

/** CPU time in ms of one Node process with these arguments. @throws when it fails. */
function cpuMs(args: readonly string[]): number {
  const script = 'TIMEFORMAT="%3U %3S"; { time "$@" >/dev/null 2>&3; } 3>/dev/null 2>&1';
  const printed = execFileSync('bash', ['-ec', script, 'bash', process.execPath, ...args], { encoding: 'utf8' });
  return printed
    .trim()
    .split(/\s+/)
    .reduce((sum, seconds) => sum + Number(seconds) * 1000, 0);
}

function spread(times: readonly number[]): string {
  return `median of ${times.length}, 10 % below ${percentile(times, 0.1).toFixed(0)} ms, 90 % below ${percentile(times, 0.9).toFixed(0)} ms`;
}

const empty: number[] = [];
const version: number[] = [];
for (let round = 0; round < Number(values.runs); round += 1) {
  empty.push(cpuMs(['-e', '']));
  version.push(cpuMs([launcher, '--version']));
}

report(
  'start-up',
  [
    figure('version-against-empty', median(version) / median(empty), 'ratio', {
      goal: atMost(1.5),
      detail: 'CPU time of `miyabi --version` over that of an empty Node process',
    }),
    figure('version', median(version), 'ms CPU', { detail: spread(version) }),
    figure('empty-node', median(empty), 'ms CPU', { detail: spread(empty) }),
  ],
  { json: values.json },
);
