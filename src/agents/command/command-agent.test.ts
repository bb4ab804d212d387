import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProcessRunner } from '../../adapters/process/process-runner.ts';
import type { CheckEvidence } from '../../domain/evidence.ts';
import { asCommitId } from '../../domain/ids.ts';
import type { AgentEvent, AgentReport, AgentTask } from '../../ports/agent.ts';
import { agentTaskDefaults } from '../../../test/support/agent-task.ts';
import { noUsage } from '../../domain/model.ts';
import { createCommandAgent } from './command-agent.ts';

const seconds = 30_000;
const commit = asCommitId('1'.repeat(40));
if (commit === undefined) throw new Error('not a commit id');

const check: CheckEvidence = {
  commit,
  install: { kind: 'none', reason: '' },
  build: { kind: 'none', reason: '' },
  typeCheck: { kind: 'none', reason: '' },
  tests: {
    kind: 'reported',
    runner: 'jest',
    cases: [{ id: 'a.test.js > adds', status: 'failed', message: '3 is not 2' }],
    exitCode: 1,
    durationMs: 1,
    notes: [],
  },
  lint: { kind: 'none', reason: '' },
};

interface Ran {
  readonly report: AgentReport;
  readonly events: readonly AgentEvent[];
  readonly log: string;
  readonly logFile: string;
  /** Reads a file of the working folder. */
  readonly file: (name: string) => Promise<string>;
}

async function withAgent<T>(command: string, look: (ran: Ran) => T | Promise<T>, more: Partial<AgentTask> = {}): Promise<T> {
  const top = await mkdtemp(join(tmpdir(), "agent's folder "));
  await using runner = createProcessRunner();
  try {
    const directory = join(top, 'world');
    const contextDirectory = join(top, 'context');
    await mkdir(directory);
    await mkdir(contextDirectory);
    const events: AgentEvent[] = [];
    const report = await createCommandAgent().run({
      ...agentTaskDefaults,
      process: runner,
      world: 'beta',
      choice: { name: 'command', command, variant: 'careful', providers: [] },
      directory,
      contextDirectory,
      logFile: join(top, 'logs', 'agent.log'),
      title: 'Sum is $(wrong)',
      instructions: 'Make `sum` add.',
      base: { check, failing: ['a.test.js > adds'], flaky: [], passing: [] },
      checks: { ecosystem: 'npm', test: { command: ['npm', 'test'], shown: 'npm test', runner: 'jest' }, reasons: [], timeoutMs: 1_000 },
      environment: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: top },
      timeoutMs: 20_000,
      limits: {},
      signal: new AbortController().signal,
      onEvent: (event) => events.push(event),
      ...more,
    });
    const log = await readFile(join(top, 'logs', 'agent.log'), 'utf8');
    return await look({
      report,
      events,
      log,
      logFile: join(top, 'logs', 'agent.log'),
      file: (name) => readFile(join(directory, name), 'utf8'),
    });
  } finally {
    await rm(top, { recursive: true, force: true });
  }
}

test(
  'the task arrives on stdin, in files and in the environment',
  async () => {
    const command =
      'cat > stdin.md; cp "$MIYABI_TASK_FILE" task.md; cp "$MIYABI_CONTEXT_FILE" context.json; echo "$MIYABI_TASK_TITLE|$MIYABI_VARIANT|$MIYABI_WORLD" > env';
    await withAgent(command, async ({ report, file }) => {
      expect(report).toEqual({ end: { kind: 'finished' }, summary: '' });
      const text = await file('stdin.md');
      expect(text).toMatch(/^# Sum is \$\(wrong\)\n\nMake `sum` add\.\n/);
      expect(text).toContain('- tests: `npm test`');
      expect(text).toContain('- a.test.js > adds');
      expect(await file('task.md')).toBe(text);
      expect(JSON.parse(await file('context.json'))).toMatchObject({
        schemaVersion: 1,
        variant: 'careful',
        tests: { failing: ['a.test.js > adds'], failures: [{ message: '3 is not 2' }] },
      });
      expect(await file('env')).toBe('Sum is $(wrong)|careful|beta\n');
    });
  },
  seconds,
);

test.each([
  ['links', (context: string) => ['task.md', 'context.json'].map((name) => symlinkSync(`${context}/../theirs`, join(context, name)))],
  ['fifos', (context: string) => ['task.md', 'context.json'].map((name) => execFileSync('mkfifo', [join(context, name)]))],
])(
  'where a program has put %s in the place of the files, it finds files there, and nothing is written elsewhere',
  async (_, plant) => {
    const top = await mkdtemp(join(tmpdir(), 'planted '));
    const contextDirectory = join(top, 'context');
    await mkdir(contextDirectory);
    await writeFile(join(top, 'theirs'), 'theirs');
    plant(contextDirectory);
    const command = 'cp "$MIYABI_TASK_FILE" task.md; test -f "$MIYABI_CONTEXT_FILE" && ! test -L "$MIYABI_CONTEXT_FILE"';
    await withAgent(
      command,
      async ({ report, file }) => {
        expect(report.end).toEqual({ kind: 'finished' });
        expect(await file('task.md')).toContain('# Sum is');
      },
      { contextDirectory },
    );
    expect(await readFile(join(top, 'theirs'), 'utf8')).toBe('theirs');
    expect((await readdir(contextDirectory)).toSorted()).toEqual(['context.json', 'task.md']);
    await rm(top, { recursive: true });
  },
  seconds,
);

test(
  'the last line may tell a summary and a cost, and is not shown',
  async () => {
    const command = `echo working; echo '{"miyabi":{"summary":"Repaired it.","costUsd":0.25}}'`;
    await withAgent(command, ({ report, events }) => {
      expect(report).toEqual({
        end: { kind: 'finished' },
        summary: 'Repaired it.',
        claimed: { usage: noUsage, costMicroUsd: 250_000, model: undefined },
      });
      expect(events).toEqual([{ type: 'output', line: 'working' }]);
    });
  },
  seconds,
);

test.each(['{"miyabi":{"costUsd":-5}}', '{"miyabi":{"costUsd":"NaN"}}', '{"miyabi":', '{"miyabi":3}'])(
  'a closing line that cannot be right costs nothing and is output like any other: %s',
  async (line) => {
    await withAgent(`echo '${line}'`, ({ report }) => {
      expect(report).toEqual({ end: { kind: 'finished' }, summary: line });
    });
  },
  seconds,
);

test.each([
  ['echo why >&2; exit 3', 'The command ended with exit code 3 (all its output: LOG):\nwhy'],
  ['echo out; exit 3', 'The command ended with exit code 3 (all its output: LOG):\nout'],
  ['exit 75', 'The command asked to be tried again later (exit code 75) and printed nothing.'],
  ['no-such-program-anywhere 2>/dev/null', 'The command ended with exit code 127 and printed nothing.'],
  ['kill -9 $$', 'The command was ended by SIGKILL and printed nothing.'],
])(
  '%s is a failure that says why',
  async (command, reason) => {
    await withAgent(command, ({ report, logFile }) => {
      expect(report.end).toEqual({ kind: 'failed', fault: 'crashed', reason: reason.replace('LOG', logFile) });
    });
  },
  seconds,
);

test(
  'what it prints is kept in the log file',
  async () => {
    await withAgent('echo out; echo err >&2', ({ log }) => expect(log.split('\n').toSorted()).toEqual(['', 'err', 'out']));
  },
  seconds,
);

test(
  'the time limit ends it, also where it ignores SIGTERM',
  async () => {
    await withAgent(
      `trap '' TERM; while :; do sleep 0.1; done`,
      ({ report }) => {
        expect(report.end).toEqual({ kind: 'timeout', afterMs: 300 });
      },
      { timeoutMs: 300 },
    );
  },
  seconds,
);

test(
  'a cancellation ends it',
  async () => {
    const controller = new AbortController();
    const onEvent = () => controller.abort();
    await withAgent(
      'echo started; sleep 60',
      ({ report }) => {
        expect(report.end).toEqual({ kind: 'cancelled' });
      },
      { signal: controller.signal, onEvent },
    );
  },
  seconds,
);

test(
  'a command that reads nothing and prints very much is survived',
  async () => {
    const instructions = 'x'.repeat(300_000);
    await withAgent(
      'exec <&-; yes miyabi | head -c 30000000; exit 1',
      ({ report, events }) => {
        expect(report.end.kind).toBe('failed');
        expect(report.end.kind === 'failed' ? report.end.reason.length : 0).toBeLessThan(2_000);
        expect(events.length).toBeGreaterThan(1_000);
      },
      { instructions },
    );
  },
  seconds,
);

test(
  'a choice of another agent is a defect of the caller',
  async () => {
    const choice = { name: 'repair', settings: { families: [], depth: 1, candidates: 1, statements: 1 } } as const;
    await expect(withAgent('true', () => undefined, { choice })).rejects.toThrow('repair');
  },
  seconds,
);
