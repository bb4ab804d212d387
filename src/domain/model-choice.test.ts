import { expect, test } from 'vitest';
import { configSchema } from './config.ts';
import { estimateLines, modelForTask, taskSize } from './model-choice.ts';

test.each([
  [49, 2, 'small'],
  [50, 2, 'medium'],
  [49, 3, 'medium'],
  [199, 9, 'medium'],
  [200, 0, 'large'],
  [1, 10, 'large'],
] as const)('a task of %i lines that needs %i others is %s', (estimatedLines, dependencies, size) => {
  expect(taskSize({ estimatedLines, dependencies })).toBe(size);
});

test('what is simple enough for the short way is small, and what a person approves is large', () => {
  const sizeOf = (complexity: number) => taskSize({ estimatedLines: estimateLines(complexity, 1), dependencies: 0 });
  expect([0, 2, 2.9, 3, 5, 6.9, 7, 8, 10].map(sizeOf)).toEqual([
    'small',
    'small',
    'small',
    'medium',
    'medium',
    'medium',
    'large',
    'large',
    'large',
  ]);
});

test('the tasks of a plan share what the whole issue is expected to change', () => {
  expect(estimateLines(7, 1)).toBe(200);
  expect(estimateLines(7, 5)).toBe(40);
});

test('a size without a model of its own takes the model of all agents', () => {
  const { models, agent } = configSchema.parse({ models: { small: 'anthropic/claude-haiku-5-5' }, agent: { model: 'openai/gpt-5.1' } });
  expect(modelForTask({ estimatedLines: 10, dependencies: 0 }, { models, agent })).toEqual({
    provider: 'anthropic',
    model: 'claude-haiku-5-5',
  });
  expect(modelForTask({ estimatedLines: 100, dependencies: 0 }, { models, agent })).toEqual({ provider: 'openai', model: 'gpt-5.1' });
});

test('where no model is configured none is chosen', () => {
  expect(modelForTask({ estimatedLines: 10, dependencies: 0 }, configSchema.parse({}))).toBeUndefined();
});
