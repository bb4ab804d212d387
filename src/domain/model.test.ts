import { describe, expect, test } from 'vitest';
import { addUsage, formatModelName, highestTemperature, noUsage, parseModelName } from './model.ts';

describe('the highest temperature of a model', () => {
  test.each([
    ['anthropic', 'claude-sonnet-4-5', 1],
    ['anthropic', 'claude-3-5-haiku-20241022', 1],
    ['anthropic', 'claude-opus-4-1-20250805', 1],
    ['anthropic', 'claude-opus-4-7', undefined],
    ['anthropic', 'claude-sonnet-5', undefined],
    ['anthropic', 'claude-opus-5-5', undefined],
    ['openai', 'gpt-4.1', 2],
    ['openai', 'gpt-5.1-codex', undefined],
    ['openai', 'o3', undefined],
    ['openai-chat', 'qwen3-coder', 2],
    ['google', 'gemini-2.5-flash', 2],
  ] as const)('%s %s', (protocol, model, highest) => {
    expect(highestTemperature(protocol, model)).toBe(highest);
  });
});

test('a model is named by its provider and its name there', () => {
  for (const name of ['anthropic/claude-sonnet-5', 'local/org/model:7b']) expect(formatModelName(parseModelName(name)!)).toBe(name);
  for (const name of ['claude', '/claude', 'Anthropic/x', 'a/ b', '']) expect(parseModelName(name)).toBeUndefined();
});

test('usage adds up', () => {
  const one = { inputTokens: 1, outputTokens: 2, cachedTokens: 3, cacheWriteTokens: 4 };
  expect(addUsage(one, addUsage(one, noUsage))).toEqual({ inputTokens: 2, outputTokens: 4, cachedTokens: 6, cacheWriteTokens: 8 });
});
