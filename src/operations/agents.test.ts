import { expect, test } from 'vitest';
import type { AgentState } from '../ports/agent.ts';
import { diagnoseAgents, listAgents } from './agents.ts';
import type { OperationTools } from './tools.ts';

const states: readonly AgentState[] = [
  { name: 'repair', installed: { kind: 'built-in' }, usable: true, detail: 'no key', fix: '' },
  { name: 'claude-code', installed: { kind: 'found', path: '/c', version: '2.1.329' }, usable: true, detail: 'there', fix: '' },
  { name: 'codex', installed: { kind: 'missing' }, usable: false, detail: 'Codex is not installed.', fix: 'Install it.' },
];

function toolsWith(values: unknown): OperationTools {
  const layer = { source: 'user', origin: 'config.json', values };
  return { agents: async () => states, ownConfiguration: [layer] } as unknown as OperationTools;
}

test('an agent is chosen by the configuration, for all worlds or for one', async () => {
  const agents = await listAgents(toolsWith({ agent: { name: 'claude-code' }, worlds: { settings: [{ agent: 'codex' }] } }));
  expect(agents.map(({ name, chosen }) => [name, chosen])).toEqual([
    ['repair', false],
    ['claude-code', true],
    ['codex', true],
  ]);
});

test('who needs nothing is told what can be used', async () => {
  expect(await diagnoseAgents(toolsWith({}))).toEqual([
    {
      name: 'Agents',
      status: 'ok',
      detail: 'repair, claude-code 2.1.329; not usable: codex (`miyabi agents` says why)',
      fix: '',
    },
  ]);
});

test('a configured agent that cannot work is a warning with what to do', async () => {
  const [finding] = await diagnoseAgents(toolsWith({ agent: { name: 'codex' } }));
  expect(finding).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining('codex is configured: Codex is not installed.'),
    fix: 'Install it.',
  });
});

test('where worlds take no temperature, it says what they differ by', async () => {
  const [, finding] = await diagnoseAgents(toolsWith({ agent: { name: 'claude-code' }, worlds: { count: 3 } }));
  expect(finding).toEqual({
    name: 'Differences',
    status: 'ok',
    detail: 'claude-code cannot be told a temperature; in its place: alpha minimal-change, beta standard, gamma root-cause',
    fix: '',
  });
});

test('a model that takes a temperature needs no word', async () => {
  const model = { agent: { name: 'model', model: 'google/gemini-2.5-flash' } };
  expect(await diagnoseAgents(toolsWith(model))).toHaveLength(1);
  const reasoning = { agent: { name: 'model', model: 'openai/gpt-5.1' } };
  expect(await diagnoseAgents(toolsWith(reasoning))).toHaveLength(2);
});

test('worlds that would all be the same are refused here already', async () => {
  const same = { agent: { name: 'command', command: 'true', variants: ['a', 'a', 'a', 'a', 'a'] } };
  const [, finding] = await diagnoseAgents(toolsWith(same));
  expect(finding).toMatchObject({ status: 'warning', detail: expect.stringContaining('would be told the same') });
});
