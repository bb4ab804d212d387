import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { agentTaskDefaults } from '../../../test/support/agent-task.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { createProcessRunner } from '../../adapters/process/process-runner.ts';
import type { CheckEvidence } from '../../domain/evidence.ts';
import { Failure } from '../../domain/failure.ts';
import { asCommitId } from '../../domain/ids.ts';
import type { AgentChoice } from '../../domain/world.ts';
import type { AgentEvent, AgentReport, AgentTask } from '../../ports/agent.ts';
import type { ProviderState } from '../../ports/model.ts';
import type { FoundProgram, Programs } from '../../ports/programs.ts';
import { createClaudeCodeAgent } from './claude-code.ts';
import { createCodexAgent } from './codex.ts';

const runner = createProcessRunner();
afterAll(async () => await runner[Symbol.asyncDispose]());

const commit = asCommitId('1'.repeat(40));
if (commit === undefined) throw new Error('not a commit id');
const none = { kind: 'none', reason: '' } as const;
const check: CheckEvidence = { commit, install: none, build: none, typeCheck: none, tests: none, lint: none };

const anthropic: ProviderState = {
  name: 'anthropic',
  protocol: 'anthropic',
  url: 'https://x',
  key: 'present',
  keyVariable: 'ANTHROPIC_API_KEY',
};
const openai: ProviderState = { name: 'openai', protocol: 'openai', url: 'https://y', key: 'missing', keyVariable: 'OPENAI_API_KEY' };
const models = { providers: () => [anthropic, openai] };

const settings = { model: undefined, prompt: 'standard', temperature: undefined, effort: undefined } as const;
const claude: AgentChoice = { ...settings, name: 'claude-code', through: 'own' };
const codex: AgentChoice = { ...settings, name: 'codex', through: 'own' };

function only(found: FoundProgram | undefined): Programs {
  return { find: async () => found, howToGet: () => 'Install it with `npm install -g x`.' };
}

interface Ran {
  readonly report: AgentReport;
  readonly events: readonly AgentEvent[];
  readonly file: (name: string) => Promise<string>;
  readonly files: readonly string[];
}

/** Runs an agent whose program is a shell script of ours. */
async function withProgram(choice: AgentChoice, script: string, look: (ran: Ran) => Promise<void>, more: Partial<AgentTask> = {}) {
  await using place = await temporaryFolder();
  const path = join(place.path, 'program');
  const [tree, context, home] = ['tree', 'context', 'home'].map((name) => join(place.path, name)) as [string, string, string];
  for (const folder of [tree, context, home]) await mkdir(folder);
  await writeFile(path, `#!/bin/sh\n${script}`);
  await chmod(path, 0o755);
  const programs = only({ path, command: [path], version: '9.0.0', readable: [path] });
  const agent = choice.name === 'codex' ? createCodexAgent({ programs, models }) : createClaudeCodeAgent({ programs, models });
  const events: AgentEvent[] = [];
  const report = await agent.run({
    ...agentTaskDefaults,
    world: 'alpha',
    choice,
    directory: tree,
    contextDirectory: context,
    logFile: join(place.path, 'logs/alpha.log'),
    title: 'Sum is wrong',
    instructions: 'Make `sum` add.',
    base: { check, failing: [], flaky: [], passing: [] },
    checks: { ecosystem: 'npm', reasons: [], timeoutMs: 1_000 },
    process: runner,
    environment: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: home,
      MIYABI_GATEWAY_ANTHROPIC: 'http://127.0.0.1:9/secret/anthropic',
      MIYABI_GATEWAY_OPENAI: 'http://127.0.0.1:9/secret/openai',
    },
    timeoutMs: 20_000,
    limits: {},
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    ...more,
  });
  const file = async (name: string): Promise<string> => await readFile(join(place.path, name), 'utf8');
  await look({ report, events, file, files: await readdir(join(place.path, 'logs')) });
}

const init = `echo '{"type":"system","subtype":"init","session_id":"s-1"}'`;
const success = `echo '{"type":"result","subtype":"success","is_error":false,"result":"Done."}'`;

test('Claude Code is given the task on its input, and no settings of the repository', async () => {
  await withProgram(
    claude,
    `cat > prompt; printf '%s\\n' "$@" > arguments; env > environment; ${init}; ${success}`,
    async ({ report, file }) => {
      expect(report).toEqual({ end: { kind: 'finished' }, summary: 'Done.', sessionId: 's-1' });
      const prompt = await file('tree/prompt');
      expect(prompt).toContain('Make `sum` add.');
      expect(prompt).toContain('Do not commit');
      const given = (await file('tree/arguments')).split('\n');
      expect(given[given.indexOf('--setting-sources') + 1]).toBe('user');
      expect(given[given.indexOf('--permission-mode') + 1]).toBe('acceptEdits');
      expect(given[given.indexOf('--max-budget-usd') + 1]).toBe('5');
      const environment = await file('tree/environment');
      expect(environment).toContain('ANTHROPIC_BASE_URL=http://127.0.0.1:9/secret/anthropic\n');
      expect(environment).not.toContain('IS_SANDBOX');
    },
  );
});

test.each([
  [{ isWalled: true, permissions: 'allow' }, 'bypassPermissions'],
  [{ isWalled: true, permissions: 'ask' }, 'acceptEdits'],
  [{ isWalled: false, permissions: 'allow' }, 'acceptEdits'],
] as const)('with %j, Claude Code works in the mode %s', async (more, mode) => {
  const script = `printf '%s\\n' "$@" > arguments; ${init}; ${success}`;
  await withProgram(claude, script, async ({ file }) => expect((await file('tree/arguments')).split('\n')).toContain(mode), more);
});

test('Codex finds its settings in the home of the world, and what it is to think', async () => {
  const script = `cp "$CODEX_HOME/config.toml" .; printf '%s\\n' "$@" > arguments; echo '{"type":"thread.started","thread_id":"t-1"}'; echo '{"type":"turn.completed"}'`;
  const choice: AgentChoice = { ...codex, model: { provider: 'openai', model: 'gpt-"6' }, effort: 'high' };
  await withProgram(
    choice,
    script,
    async ({ report, file }) => {
      expect(report.end).toEqual({ kind: 'finished' });
      const configuration = await file('tree/config.toml');
      expect(configuration).toContain('model = "gpt-\\"6"\n');
      expect(configuration).toContain('base_url = "http://127.0.0.1:9/secret/openai"');
      const given = (await file('tree/arguments')).split('\n');
      expect(given).toContain('--dangerously-bypass-approvals-and-sandbox');
      expect(given).toContain('model_reasoning_effort="high"');
    },
    { isWalled: true },
  );
});

test('without walls Codex keeps its own sandbox', async () => {
  const script = `printf '%s\\n' "$@" > arguments; echo '{"type":"turn.completed"}'`;
  await withProgram(codex, script, async ({ file }) => {
    expect(await file('tree/arguments')).toContain('sandbox_mode="workspace-write"');
    expect(await file('tree/arguments')).not.toContain('dangerously');
  });
});

test('one that dies in the middle is taken up again once, where it was, and its first log is kept', async () => {
  const script = `cat > "prompt-$#"; case "$*" in *--resume*) printf '%s\\n' "$@" > again; ${init}; ${success};; *) ${init}; echo broken >&2; kill -9 $$;; esac`;
  await withProgram(claude, script, async ({ report, events, file, files }) => {
    expect(report).toMatchObject({ end: { kind: 'finished' }, sessionId: 's-1' });
    expect((await file('tree/again')).split('\n')).toEqual(expect.arrayContaining(['--resume', 's-1']));
    expect(events).toContainEqual({
      type: 'waiting',
      why: 'Claude Code was ended by SIGKILL in the middle of its work, and is started again',
    });
    expect([...files].sort()).toEqual(['alpha-again.log', 'alpha.log']);
  });
});

test('one that dies again has crashed, and its last words are told', async () => {
  await withProgram(claude, `${init}; echo "out of memory" >&2; exit 134`, async ({ report, files }) => {
    expect(report.end).toEqual({
      kind: 'failed',
      fault: 'crashed',
      reason: expect.stringMatching(/^Claude Code ended with exit code 134 without a result \(all its output: .*\):\nout of memory$/),
    });
    expect(files).toHaveLength(2);
  });
});

test('one that dies before it has begun is not started again', async () => {
  await withProgram(claude, `echo "unknown option" >&2; exit 1`, async ({ report, files }) => {
    expect(report).toEqual({ end: { kind: 'failed', fault: 'crashed', reason: expect.stringContaining('unknown option') }, summary: '' });
    expect(files).toHaveLength(1);
  });
});

test('the exit code alone is neither success nor failure', async () => {
  await withProgram(claude, `${init}; ${success}; exit 1`, async ({ report }) => expect(report.end).toEqual({ kind: 'finished' }));
  const failed = `echo '{"type":"turn.failed","error":{"message":"Quota exceeded."}}'; exit 0`;
  await withProgram(codex, failed, async ({ report }) => expect(report.end).toMatchObject({ kind: 'failed', fault: 'account-used-up' }));
});

test('a time limit and a cancellation end it, and it is not started again', async () => {
  await withProgram(claude, `${init}; sleep 60`, async ({ report }) => expect(report.end).toEqual({ kind: 'timeout', afterMs: 500 }), {
    timeoutMs: 500,
  });
  const controller = new AbortController();
  const script = `${init}; echo started; sleep 60`;
  const onEvent = (): void => controller.abort();
  await withProgram(claude, script, async ({ report }) => expect(report.end).toEqual({ kind: 'cancelled' }), {
    signal: controller.signal,
    onEvent,
  });
});

test('a line that is longer than a screen is read whole, and a prompt that nobody reads stops nothing', async () => {
  const long = `echo "{\\"type\\":\\"result\\",\\"subtype\\":\\"success\\",\\"is_error\\":false,\\"result\\":\\"Done.\\",\\"x\\":\\"$(head -c 100000 /dev/zero | tr '\\0' x)\\"}"`;
  await withProgram(claude, `exec <&-; ${init}; ${long}`, async ({ report }) => expect(report.summary).toBe('Done.'), {
    instructions: 'x'.repeat(1_000_000),
  });
});

const found: FoundProgram = { path: '/p', command: ['/p'], version: '9.0.0', readable: ['/p'] };

async function factsOf(asked: Promise<unknown>): Promise<unknown> {
  const failure = await asked.catch((error: unknown) => error);
  return failure instanceof Failure ? failure.facts : failure;
}

test('what is missing is told before there is a world', async () => {
  expect(await createClaudeCodeAgent({ programs: only(found), models }).needs(claude)).toEqual({
    readable: ['/p'],
    providers: ['anthropic'],
    network: [],
  });
  expect(await factsOf(createClaudeCodeAgent({ programs: only(undefined), models }).needs(claude))).toEqual({ fault: 'not-installed' });
  expect(await factsOf(createCodexAgent({ programs: only(found), models }).needs(codex))).toEqual({ fault: 'no-key' });
  const foreign: AgentChoice = { ...codex, model: { provider: 'anthropic', model: 'x' } };
  expect(await factsOf(createCodexAgent({ programs: only(found), models }).needs(foreign))).toEqual({ fault: 'unknown-model' });
  const unknown: AgentChoice = { ...codex, model: { provider: 'nobody', model: 'x' } };
  expect(await factsOf(createCodexAgent({ programs: only(found), models }).needs(unknown))).toEqual({ fault: 'unknown-model' });
});

test('the state says what is there, or how to get it', async () => {
  expect(await createClaudeCodeAgent({ programs: only(found), models }).state()).toEqual({
    name: 'claude-code',
    installed: { kind: 'found', path: '/p', version: '9.0.0' },
    usable: true,
    detail: 'Claude Code 9.0.0 asks anthropic, with the key of ANTHROPIC_API_KEY.',
    fix: '',
  });
  expect(await createCodexAgent({ programs: only(found), models }).state()).toMatchObject({
    usable: false,
    detail: 'There is no key for openai.',
    fix: 'Set OPENAI_API_KEY.',
  });
  expect(await createCodexAgent({ programs: only(undefined), models }).state()).toMatchObject({
    installed: { kind: 'missing' },
    usable: false,
    fix: expect.stringContaining('npm install -g x'),
  });
});
