/**
 * What Miyabi itself costs: a whole run of five worlds whose agent and checks do nothing.
 *
 * The project has no build, no tests and no linter; the agent writes one line with the shell. So everything measured is ours
 * and git's: reading, planning, mirror, worktrees, harvest, fresh checkouts, choice, integration, the final branch.
 * CPU time is that of the process and of every child it waited for, as the shell's `time` tells it.
 *
 *     npm run bench -- overhead [--runs 7] [--json]
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setInterval } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { atMost, figure, report } from './support/figures.ts';
import { median, percentile } from './support/statistics.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' }, json: { type: 'boolean', default: false } } });
const launcher = fileURLToPath(new URL('../bin/miyabi.js', import.meta.url));

interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
  /** From the first start of a kind of task to its last end, in ms. */
  readonly phases: ReadonlyMap<string, number>;
}

/** One run in folders of its own. @throws when it does not succeed: then its figures mean nothing. */
async function measure(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'miyabi-overhead-'));
  try {
    const project = join(folder, 'project');
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', project]);
    writeFileSync(join(project, 'README.md'), '# Nothing to build, nothing to test\n');
    const git = (...args: readonly string[]): void =>
      void execFileSync('git', ['-C', project, '-c', 'user.name=B', '-c', 'user.email=b@localhost', ...args]);
    git('add', '--all');
    git('commit', '--quiet', '--message', 'first');
    return await timedRun(project, join(folder, 'state'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timedRun(project: string, state: string): Promise<Measured> {
  const command = [process.execPath, launcher, '--state', state, 'run', 'Say which world it was', '--repo', project, '--worlds', '5'];
  const agent = ['--agent', 'command:echo "$MIYABI_WORLD" > world.txt', '--yes', '--json'];
  const script = 'TIMEFORMAT="%3U %3S"; time "$@"';
  const started = performance.now();
  const child = spawn('bash', ['-c', script, 'bash', ...command, ...agent], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const ended = new AbortController();
  const peak = peakOf(child.pid!, ended.signal);
  const [code] = (await once(child, 'close')) as [number];
  const wallMs = performance.now() - started;
  ended.abort();
  if (code !== 0) throw new Error(`the run ended with ${code}:\n${errors.join('\n')}`);
  const cpuMs = (errors.at(-1) ?? '')
    .trim()
    .split(/\s+/)
    .reduce((sum, seconds) => sum + Number(seconds) * 1000, 0);
  return { wallMs, cpuMs, peakMiB: await peak, phases: phasesOf(lines) };
}

/** The largest resident memory of the shell's Node process, from /proc; NaN where there is none. */
async function peakOf(shell: number, signal: AbortSignal): Promise<number> {
  let most = Number.NaN;
  try {
    for await (const _ of setInterval(25, undefined, { signal })) {
      const kib = highWater(shell);
      if (kib !== undefined && !Number.isNaN(kib)) most = Number.isNaN(most) ? kib : Math.max(most, kib);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return most / 1024;
}

function highWater(shell: number): number | undefined {
  try {
    const [node] = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ');
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${node}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined; // Not there yet, or not any more.
  }
}

interface EventLine {
  readonly type: string;
  readonly at?: number;
  readonly taskType?: string;
}

function phasesOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const spans = new Map<string, { first: number; last: number }>();
  for (const line of lines) {
    const { type, at, taskType } = JSON.parse(line) as EventLine;
    if (at === undefined || taskType === undefined || (type !== 'task.started' && type !== 'task.state')) continue;
    const span = spans.get(taskType);
    if (span !== undefined) span.last = at;
    else if (type === 'task.started') spans.set(taskType, { first: at, last: at });
  }
  return new Map([...spans].map(([name, { first, last }]) => [name, last - first]));
}

const measured: Measured[] = [];
for (let run = 0; run <= Number(values.runs); run += 1) {
  const result = await measure();
  // The first one fills the file cache and the cache of compiled code.
  if (run > 0) measured.push(result);
}

const spread = (pick: (one: Measured) => number): string =>
  `median of ${measured.length}, ${percentile(measured.map(pick), 0.1).toFixed(0)} to ${percentile(measured.map(pick), 0.9).toFixed(0)}`;
const middle = (pick: (one: Measured) => number): number => median(measured.map(pick));
const phases = [...(measured[0]?.phases.keys() ?? [])];

report(
  'overhead',
  [
    figure('wall', middle((one) => one.wallMs) / 1000, 's', { goal: atMost(2), detail: `${spread((one) => one.wallMs)} ms` }),
    figure('cpu', middle((one) => one.cpuMs) / 1000, 's', {
      goal: atMost(1.5),
      detail: `${spread((one) => one.cpuMs)} ms, git and shells included`,
    }),
    figure(
      'peak-memory',
      middle((one) => one.peakMiB),
      'MiB',
      { goal: atMost(150), detail: spread((one) => one.peakMiB) },
    ),
    ...phases.map((name) =>
      figure(
        `phase ${name}`,
        middle((one) => one.phases.get(name) ?? 0),
        'ms wall',
      ),
    ),
  ],
  { json: values.json },
);
