import { expect, test } from 'vitest';
import { noUsage } from '../../domain/model.ts';
import { promptAnswer } from './answers.ts';
import { withTurn } from './usage.ts';

const turn = (usage: unknown) => promptAnswer.parse({ stopReason: 'end_turn', usage });

test('what came from the cache is a part of the input, however the program counts it', () => {
  const beside = { inputTokens: 100, outputTokens: 20, cachedReadTokens: 50, cachedWriteTokens: 10, totalTokens: 180 };
  const within = { ...beside, inputTokens: 160, totalTokens: 180 };
  const expected = { inputTokens: 160, outputTokens: 20, cachedTokens: 50, cacheWriteTokens: 10 };
  expect(withTurn(noUsage, turn(beside))).toEqual(expected);
  expect(withTurn(noUsage, turn(within))).toEqual(expected);
});

test('turns add up, and one that tells nothing or nonsense adds nothing', () => {
  const one = withTurn(noUsage, turn({ inputTokens: 10, outputTokens: 1, totalTokens: 11 }));
  expect(withTurn(one, turn({ inputTokens: 5, outputTokens: 1, totalTokens: 6 }))).toMatchObject({ inputTokens: 15, outputTokens: 2 });
  for (const usage of [null, undefined, 'much', { inputTokens: -5, outputTokens: 'x', totalTokens: 1.5 }])
    expect(withTurn(one, turn(usage))).toEqual(one);
});
