import { expect, test } from 'vitest';
import { watchBounds } from './bounds.ts';

const bounds = { steps: 20, tokens: 1_000 };
const used = { turns: 3, tokens: 100, leftMs: 900 };

test('a bound is reached when all of it is used, and not before', () => {
  const watch = watchBounds(bounds, 1_000);
  expect(watch.reached({ ...used, turns: 19, tokens: 999 })).toBeUndefined();
  expect(watch.reached({ ...used, turns: 20 })).toEqual({ limit: 'steps', reason: '20 turns, which is as many as it may take' });
  expect(watch.reached({ ...used, tokens: 1_000 })).toEqual({ limit: 'tokens', reason: '1000 tokens, of 1000 that it may use' });
});

test('of each bound a model is told once that little is left', () => {
  const watch = watchBounds(bounds, 100_000);
  const end = 'left. What is not finished then is lost: bring your work to an end.';
  expect(watch.remark({ ...used, leftMs: 90_000 })).toBeUndefined();
  expect(watch.remark({ ...used, leftMs: 20_000 })).toBe(`You have 20 seconds ${end}`);
  expect(watch.remark({ ...used, leftMs: 10_000 })).toBeUndefined();
  expect(watch.remark({ turns: 15, tokens: 900, leftMs: 9_000 })).toBe(`You have 5 turns and 100 tokens ${end}`);
  expect(watch.remark({ turns: 16, tokens: 1_200, leftMs: 1 })).toBeUndefined();
});
