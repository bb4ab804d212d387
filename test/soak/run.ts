/**
 * A service under months of work in hours: `npm run soak` carries 2,000 runs in at most two hours, `npm run soak -- --short` what ten minutes give.
 * Ends with 1 where a run did not come to its end, or a figure misses its goal.
 */
import { parseArgs } from 'node:util';
import type { Figure } from '../../bench/support/figures.ts';
import { atMost, figure, report } from '../../bench/support/figures.ts';
import { median, percentile } from '../../bench/support/statistics.ts';
import { temporaryFolder } from '../support/temporary.ts';
import type { Soaked } from './soak.ts';
import { soak } from './soak.ts';
import { trendOf } from './trend.ts';
import type { Sample } from './watch-process.ts';

const usage = 'npm run soak -- [--short] [--runs 2000] [--minutes 120] [--json]';

/** A slope over less than that is mostly noise, and held against nothing. */
const leastSeconds = 3_000;

/**
 * The part of the time in which what grows once may grow, and by which no slope is taken: of two hours half an hour, for which V8 was seen to compile more of a
 * service's code, from 11 to 15 MB, before it had all of it.
 */
const warmUpShare = 1 / 4;

function figuresOf({ samples, seconds, runs, disk }: Soaked): readonly Figure[] {
  const warmUp = seconds * warmUpShare;
  const trend = (pick: (one: Sample) => number) =>
    trendOf(
      samples.map((one) => [one.seconds, pick(one)]),
      warmUp,
    ) ?? { perHour: Number.NaN, first: Number.NaN, last: Number.NaN };
  const [rss, descriptors] = [trend(({ rssMiB }) => rssMiB), trend((one) => one.descriptors)];
  const most = (pick: (one: Sample) => number): number => Math.max(...samples.map(pick));
  const isLong = seconds >= leastSeconds;
  const ended = `after ${warmUp.toFixed(0)} s, of ${samples.length} looks`;
  const times = runs.map(({ ms }) => ms / 1_000);
  const notDone = runs.filter(({ end }) => end !== 'done');
  return [
    figure('runs', runs.length, 'runs', {
      detail: `in ${(seconds / 60).toFixed(0)} min, ${((3_600 * runs.length) / seconds).toFixed(0)} an hour`,
    }),
    figure('runs not done', notDone.length, 'runs', {
      goal: atMost(0),
      detail: notDone
        .slice(0, 5)
        .map(({ issue, end }) => `${issue} ${end}`)
        .join(', '),
    }),
    figure('time of a run', median(times), 's', { detail: `four at a time; 95 % below ${percentile(times, 0.95).toFixed(1)} s` }),
    figure('memory slope', rss.perHour, 'MiB/h', {
      ...(isLong ? { goal: atMost(1) } : {}),
      detail: `${rss.first.toFixed(0)} to ${rss.last.toFixed(0)} MiB ${ended}${isLong ? '' : '; too short to be held against 1'}`,
    }),
    figure(
      'memory',
      most(({ rssMiB }) => rssMiB),
      'MiB',
      { detail: 'at most' },
    ),
    figure('descriptors slope', descriptors.perHour, '1/h', {
      ...(isLong ? { goal: atMost(1) } : {}),
      detail: `${descriptors.first} to ${descriptors.last}; at most ${most((one) => one.descriptors)}`,
    }),
    figure(
      'write-ahead log',
      most(({ walMiB }) => walMiB),
      'MiB',
      { goal: atMost(64), detail: 'at most' },
    ),
    figure('event loop late p99', median(samples.map(({ lagMs }) => lagMs)), 'ms', {
      detail: `median of the looks; at most ${most(({ lagMs }) => lagMs).toFixed(0)} ms`,
    }),
    figure('disk of a run', (1_024 * (disk.late.mib - disk.early.mib)) / Math.max(1, disk.late.runs - disk.early.runs), 'KiB', {
      detail: `state folder from ${disk.early.mib.toFixed(0)} to ${disk.late.mib.toFixed(0)} MiB over ${disk.late.runs - disk.early.runs} runs`,
    }),
  ];
}

function positive(text: string, name: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new RangeError(`--${name} is a number above 0, not ${text}.`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      runs: { type: 'string', default: '2000' },
      minutes: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  await using folder = await temporaryFolder('miyabi-soak-');
  const stop = new AbortController();
  // What is removed when it is called leaves execa alone with the signal, which ends the process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const began = performance.now();
  const soaked = await soak({
    folder: folder.path,
    runs: positive(values.runs, 'runs'),
    minutes: positive(values.minutes ?? (values.short ? '10' : '120'), 'minutes'),
    tell: (text) => console.error(`${Math.round((performance.now() - began) / 1_000)} s: ${text}`),
    signal: stop.signal,
  });
  const figures = figuresOf(soaked);
  report('soak', figures, { json: values.json });
  return figures.some(({ holds }) => holds === false) ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  console.error(usage);
  process.exitCode = 1;
}
