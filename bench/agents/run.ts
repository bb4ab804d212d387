import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { smallProject } from '../../test/support/miyabi.ts';
import type { ProviderAddresses } from './provider.ts';
import { key, modelId, modelsSection } from './stand.ts';

const launcher = fileURLToPath(new URL('../../bin/miyabi.js', import.meta.url));

/** Where the product runs: a project with a defect, and a state folder. */
export interface RunPlace {
  readonly project: string;
  readonly state: string;
}

/** The small project with node:test whose function is wrong. */
export function makePlace(folder: string): RunPlace {
  const project = join(folder, 'project');
  for (const [path, text] of Object.entries(smallProject)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-C', project, '-c', 'user.name=B', '-c', 'user.email=b@localhost', ...args]);
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'first');
  return { project, state: join(folder, 'state') };
}

export const agentModel = `openai-chat/${modelId}`;

/** Settings by which the product finds the scripted provider. */
export function modelEnvironment(urls: ProviderAddresses): Record<string, string> {
  const { providers, prices } = modelsSection(urls);
  return {
    BENCH_KEY: key,
    MIYABI_MODELS_PROVIDERS: JSON.stringify(providers),
    MIYABI_MODELS_PRICES: JSON.stringify(prices),
  };
}

/** The real command line, started as a user would. */
export interface StartedRun {
  readonly child: ChildProcess;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Each line of its standard output, as it comes. */
  readonly onLine: (listen: (line: string) => void) => void;
  /** Resolves when it has ended, whichever way, with its exit code and what it printed. */
  readonly ended: Promise<{ readonly code: number | null; readonly lines: readonly string[]; readonly stderr: string }>;
}

export function startRun(args: readonly string[], { project, state }: RunPlace, settings: Readonly<Record<string, string>>): StartedRun {
  const environment = Object.entries(process.env).filter(([name]) => !/^(?:MIYABI_|npm_|NODE_OPTIONS$)/.test(name));
  const startedAt = Date.now();
  const child = spawn(process.execPath, [launcher, '--state', state, ...args], {
    cwd: project,
    env: { ...Object.fromEntries(environment), XDG_CONFIG_HOME: state, XDG_STATE_HOME: state, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithUs(child);
  const lines: string[] = [];
  const listeners: Array<(line: string) => void> = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const listen of listeners) listen(line);
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4_000)));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, lines, stderr }));
  return { child, startedAt, onLine: (listen) => void listeners.push(listen), ended };
}

const running = new Set<ChildProcess>();

/** Has a program end when the benchmark is interrupted. */
export function endWithUs(child: ChildProcess): void {
  running.add(child);
  child.once('close', () => running.delete(child));
}

/** Ends all programs, and waits until they have put away what they had: mounts, above all. */
export async function endAll(): Promise<void> {
  const closed = [...running].map((child) => once(child, 'close'));
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(closed);
}

/** @returns the lines of its standard output. @throws when it does not end well. */
export async function runToItsEnd(
  args: readonly string[],
  place: RunPlace,
  settings: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { code, lines, stderr } = await startRun(args, place, settings).ended;
  if (code !== 0) throw new Error(`miyabi ${args.join(' ')} ended with ${code}:\n${stderr}\n${lines.slice(-3).join('\n')}`);
  return lines;
}

/** The most memory that a process has had so far, in MiB; NaN where the system does not tell. */
export function peakOfMiB(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** CPU time of a process so far, in ms; NaN where the system does not tell. */
export function cpuOfMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}
