import { expect, it } from 'vitest';
import { outcomeFault } from './outcome.ts';

const child = { type: 't', key: 'k', payload: {} };

it.each([
  [{ kind: 'success', result: 1 }],
  [{ kind: 'success', decomposition: { join: 'resume', children: [child] } }],
  [{ kind: 'failure', reason: 'no', retryHint: { delayMs: 5 }, observations: ['seen'], costMicroUsd: 3 }],
  [{ kind: 'failure', reason: 'no', retryHint: 'never' }],
  [{ kind: 'blocked', reason: 'ask', need: { signal: 's', from: 'event', question: '?' } }],
])('%j is an outcome', (value) => {
  expect(outcomeFault(value)).toBeUndefined();
});

it.each([
  [undefined, 'outcome'],
  [{ kind: 'maybe' }, 'outcome.kind'],
  [{ kind: 'failure' }, 'outcome.reason'],
  [{ kind: 'failure', reason: 'no', retryHint: { delayMs: Number.NaN } }, 'outcome.retryHint'],
  [{ kind: 'blocked', reason: 'ask', need: { signal: '', from: 'person', question: '?' } }, 'outcome.need.signal'],
  [{ kind: 'success', decomposition: { join: 'resume', children: [] } }, 'outcome.decomposition.children'],
  [{ kind: 'success', decomposition: { join: 'all', children: [child] } }, 'outcome.decomposition.join'],
  [{ kind: 'success', result: 1, decomposition: { join: 'none', children: [child] } }, 'outcome.result'],
  [{ kind: 'success', costMicroUsd: -1 }, 'outcome.costMicroUsd'],
])('%j is none, and the path says why', (value, path) => {
  expect(outcomeFault(value)).toContain(path);
});
