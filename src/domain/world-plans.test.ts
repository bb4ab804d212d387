import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { configSchema } from './config.ts';
import { planWorlds } from './world-plans.ts';

const planning = {
  protocolOf: (name: string) => (name === 'anthropic' ? ('anthropic' as const) : name === 'local' ? ('openai-chat' as const) : undefined),
};

function plan(values: z.input<typeof configSchema>) {
  return planWorlds(configSchema.parse(values), planning);
}

/** What sets the worlds apart, for agents with a model. */
function settings(values: z.input<typeof configSchema>) {
  return plan(values).map(({ name, agent }) => {
    if (!('prompt' in agent)) throw new Error(`${agent.name} has no model`);
    return [name, agent.model?.model, agent.temperature, agent.prompt, agent.effort];
  });
}

describe('the worlds of a task', () => {
  test('a model that takes a temperature is asked at five, or with another prompt', () => {
    expect(settings({ agent: { name: 'model', model: 'local/qwen' } })).toEqual([
      ['alpha', 'qwen', 0.3, 'standard', undefined],
      ['beta', 'qwen', 0.7, 'standard', undefined],
      ['gamma', 'qwen', 1.2, 'standard', undefined],
      ['delta', 'qwen', 0.7, 'reproduce-first', undefined],
      ['epsilon', 'qwen', 0.7, 'test-writer', undefined],
    ]);
  });

  test('no temperature is above what the provider takes', () => {
    expect(settings({ agent: { name: 'model', model: 'anthropic/claude-x' } })[2]).toEqual(['gamma', 'claude-x', 1, 'standard', undefined]);
    const asked = settings({ agent: { name: 'model', model: 'anthropic/claude-x' }, worlds: { settings: [{ temperature: 1.8 }] } });
    expect(asked[0]).toEqual(['alpha', 'claude-x', 1, 'standard', undefined]);
  });

  test('where there is no temperature the worlds differ by prompt and effort, all nine of them', () => {
    const told = settings({ agent: { name: 'claude-code' }, worlds: { count: 9 } });
    expect(told.every(([, , temperature]) => temperature === undefined)).toBe(true);
    expect(new Set(told.map(([, ...rest]) => JSON.stringify(rest))).size).toBe(9);
  });

  test('a model of all agents is not told to a program that cannot ask it', () => {
    expect(settings({ agent: { name: 'claude-code', model: 'anthropic/claude-x' } })[0]?.[1]).toBe('claude-x');
    expect(settings({ agent: { name: 'gemini', model: 'anthropic/claude-x' } })[0]?.[1]).toBeUndefined();
    const named = settings({ agent: { name: 'gemini' }, worlds: { settings: [{ model: 'anthropic/claude-x' }] } });
    expect(named[0]?.[1]).toBe('claude-x');
  });

  test('the other mind is another model, and the writer of tests the one that is configured for it', () => {
    const models = { testWriter: 'local/tests' };
    expect(settings({ agent: { name: 'codex', model: 'local/a' }, models })[4]).toEqual([
      'epsilon',
      'tests',
      undefined,
      'test-writer',
      undefined,
    ]);
    expect(settings({ agent: { name: 'codex', model: 'local/a', otherModel: 'local/b' }, models })[4]?.[1]).toBe('b');
  });

  test('single worlds may be anything else', () => {
    const [alpha, beta] = plan({
      agent: { name: 'model', model: 'local/a' },
      worlds: {
        count: 2,
        settings: [
          { agent: 'repair' },
          { agent: 'acp', command: `my-agent --flag 'two words' "a \\"b\\""`, costUsd: 0.5, timeoutMinutes: 1 },
        ],
      },
    });
    expect(alpha?.agent.name).toBe('repair');
    expect(beta).toMatchObject({
      timeoutMs: 60_000,
      costMicroUsd: 500_000,
      agent: { command: ['my-agent', '--flag', 'two words', 'a "b"'] },
    });
  });

  test('worlds that search divide the search, and whoever else works beside them has no part of it', () => {
    const shares = (values: z.input<typeof configSchema>) =>
      plan(values).map(({ agent }) => (agent.name === 'repair' ? (agent.settings.share ?? 'whole') : agent.name));
    const five = [0, 1, 2, 3, 4].map((index) => ({ index, of: 5, common: 40 }));
    expect(shares({})).toEqual(five);
    expect(shares({ worlds: { count: 1 } })).toEqual(['whole']);
    const beside = { count: 3, settings: [{}, { agent: 'claude-code' as const }, {}] };
    expect(shares({ worlds: beside })).toEqual([{ index: 0, of: 2, common: 40 }, 'claude-code', { index: 1, of: 2, common: 40 }]);
    const patient = plan({}).map(({ agent }) => agent.name === 'repair' && agent.settings.patience !== undefined);
    expect(patient).toEqual([false, false, false, false, true]);
  });

  test('five that are the same are refused, one alone is not', () => {
    const variants = ['x', 'x', 'x', 'x', 'x'];
    const command = { name: 'command' as const, command: './fix.sh', variants };
    expect(() => plan({ agent: command })).toThrow('All 5 worlds would be told the same by the same agent.');
    expect(plan({ agent: command, worlds: { count: 1 } })).toHaveLength(1);
    expect(() => plan({ agent: { name: 'model', model: 'local/a' }, worlds: { count: 2, settings: [{ temperature: 0.7 }, {}] } })).toThrow(
      /same/,
    );
  });

  test.each([
    ['command', /no command/],
    ['acp', /no command/],
    ['model', /no model/],
  ] as const)('%s without what it needs is refused', (name, sentence) => {
    expect(() => plan({ agent: { name } })).toThrow(sentence);
  });
});
