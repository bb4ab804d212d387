import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acpStand, exampleAgent, runInStand } from '../../../test/support/acp-agent/acp-stand.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { TemporaryFolder } from '../../../test/support/temporary.ts';
import { createProcessRunner } from '../../adapters/process/process-runner.ts';
import { createPrograms } from '../../adapters/programs/programs.ts';
import type { AgentChoice } from '../../domain/world.ts';
import type { Agent, AgentTask } from '../../ports/agent.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import type { ProviderState } from '../../ports/model.ts';
import { createAcpAgents } from './agents.ts';

const settings = { model: undefined, prompt: 'standard', temperature: undefined, effort: undefined } as const;
const opus = { provider: 'anthropic', model: 'claude-opus-5-5' };

let runner: ProcessRunner;
let place: TemporaryFolder;
beforeAll(async () => {
  runner = createProcessRunner();
  place = await temporaryFolder('miyabi-acp-agents-');
});
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

const provider = (name: string, protocol: ProviderState['protocol'], key: ProviderState['key'] = 'present'): ProviderState => ({
  name,
  protocol,
  url: `https://${name}.example`,
  key,
  keyVariable: `${name.toUpperCase()}_KEY`,
});
const all = [provider('anthropic', 'anthropic'), provider('google', 'google'), provider('local', 'openai-chat', 'none-needed')];

function agents(providers: readonly ProviderState[] = all, configured: Readonly<Record<string, string>> = {}) {
  const programs = createPrograms({ process: runner, path: '/nowhere', home: '/nowhere', nodePath: process.execPath, configured });
  return createAcpAgents({ programs, models: { providers: () => providers } });
}

/** A program that writes down how it was started, and then is the example agent. */
function program(name: string, version: string): string {
  const path = join(place.path, name);
  mkdirSync(path, { recursive: true });
  const script = `#!/bin/sh\n[ "$1" != --version ] || { echo ${version}; exit; }\n{ echo "$@"; env; } >"$HOME/seen"\nexec ${process.execPath} ${exampleAgent}\n`;
  writeFileSync(join(path, name), script);
  chmodSync(join(path, name), 0o755);
  return join(path, name);
}

describe('the agents that are driven by the Agent Client Protocol', () => {
  test('Gemini CLI is told its model, the gateway and that it is not to talk to anybody else', async () => {
    await using stand = await acpStand();
    const { gemini } = agents(all, { gemini: program('gemini', '0.61.0') });
    const choice: AgentChoice = { ...settings, name: 'gemini', model: { provider: 'google', model: 'gemini-2.5-flash' } };
    expect(await gemini.needs(choice)).toMatchObject({ providers: ['google'], network: [] });
    expect(await gemini.state(choice.model)).toMatchObject({ usable: true, installed: { kind: 'found', version: '0.61.0' } });
    const { report } = await runIn(stand, gemini, { choice, environment: { MIYABI_GATEWAY_GOOGLE: 'http://127.0.0.1:1/google' } });
    expect(report.end).toEqual({ kind: 'finished' });
    const seen = readFileSync(join(stand.home, 'seen'), 'utf8');
    expect(seen).toMatch(/^--acp --model gemini-2\.5-flash\n/);
    expect(seen).toContain('GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:1/google\n');
    expect(JSON.parse(readFileSync(join(stand.home, '.gemini/settings.json'), 'utf8'))).toMatchObject({
      general: { enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
    });
  });

  test('OpenCode is told every provider that the world has a way to, in the words of its protocol', async () => {
    await using stand = await acpStand();
    const { opencode } = agents(all, { opencode: program('opencode', '1.18.33') });
    const choice: AgentChoice = { ...settings, name: 'opencode', model: opus };
    expect((await opencode.needs(choice)).providers).toEqual(['anthropic']);
    expect((await opencode.needs({ ...choice, model: undefined })).providers).toEqual(['anthropic', 'google', 'local']);
    expect(await opencode.state()).toMatchObject({ usable: true, detail: 'OpenCode 1.18.33 asks anthropic, google, local.' });
    await runIn(stand, opencode, { choice, permissions: 'ask', environment: { MIYABI_GATEWAY_ANTHROPIC: 'http://127.0.0.1:1/a' } });
    const seen = readFileSync(join(stand.home, 'seen'), 'utf8');
    expect(seen).toMatch(/^acp\n/);
    expect(seen).toContain('OPENCODE_DISABLE_PROJECT_CONFIG=1\n');
    const [, text = ''] = /OPENCODE_CONFIG_CONTENT=(.*)/.exec(seen) ?? [];
    expect(JSON.parse(text)).toMatchObject({
      autoupdate: false,
      share: 'disabled',
      model: 'anthropic/claude-opus-5-5',
      enabled_providers: ['anthropic'],
      permission: { edit: 'ask', bash: 'ask' },
      provider: {
        anthropic: { npm: '@ai-sdk/anthropic', options: { baseURL: 'http://127.0.0.1:1/a/v1' }, models: { 'claude-opus-5-5': {} } },
      },
    });
  });

  test('any other program is taken at its word, and the files of its command line are seen', async () => {
    const { acp } = agents();
    const choice: AgentChoice = {
      ...settings,
      name: 'acp',
      command: [process.execPath, exampleAgent, '--flag', '/no/such/file'],
      providers: ['local'],
    };
    expect(await acp.needs(choice)).toMatchObject({
      providers: ['local'],
      readable: expect.arrayContaining([process.execPath, exampleAgent]),
    });
    expect((await acp.needs(choice)).readable).not.toContain('/no/such/file');
    await using stand = await acpStand();
    expect((await runIn(stand, acp, { choice })).report).toMatchObject({
      end: { kind: 'finished' },
      summary: 'The file is changed ().',
    });
  });

  test.each([
    ['is not installed', {}, all, 'not-installed', 'OpenCode is not installed.'],
    ['is too old', { opencode: '0.9.0' }, all, 'too-old', 'The program opencode is too old.'],
    ['has no key', { opencode: '1.18.33' }, [provider('anthropic', 'anthropic', 'missing')], 'no-key', 'There is no key for anthropic.'],
    ['has no provider', { opencode: '1.18.33' }, [], 'unknown-model', 'The provider anthropic is not configured.'],
  ] as const)('one that %s says so before there is a world', async (_name, installed, providers, fault, what) => {
    const configured = Object.fromEntries(Object.entries(installed).map(([name, version]) => [name, program(name, version)]));
    const { opencode } = agents(providers, configured);
    await expect(opencode.needs({ ...settings, name: 'opencode', model: opus })).rejects.toMatchObject({
      facts: { fault },
      text: { what },
    });
    expect(await opencode.state(opus)).toMatchObject({ usable: false, fix: expect.stringMatching(/\w+/) });
  });

  test('a choice of another agent is a defect of the caller', async () => {
    await expect(agents().gemini.needs({ ...settings, name: 'opencode' })).rejects.toThrow('handed a choice of the agent opencode');
  });
});

type Stand = Awaited<ReturnType<typeof acpStand>>;

/** The task of the stand, given to an agent instead of to the protocol alone. */
async function runIn(stand: Stand, agent: Agent, more: Partial<AgentTask>) {
  const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: stand.home, ...more.environment };
  return await runInStand(stand, ['unused'], {
    process: runner,
    task: { ...more, environment },
    run: async (task) => await agent.run(task),
  });
}
