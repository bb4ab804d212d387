import { expect, it } from 'vitest';
import { runFacts, worldFacts } from '../../../test/support/run-facts.ts';
import type { CountedRun } from './counted-run.ts';
import { statisticsRows } from './rows.ts';
import type { RunFacts } from './run-facts.ts';

const counted = (said: Partial<RunFacts>, repository = '/shop'): CountedRun => ({
  repository,
  facts: runFacts(said),
  later: undefined,
  outcome: { kind: 'unknown' },
});
const model = { agent: 'model', settings: 'balanced', model: 'anthropic/claude-sonnet-5', calls: 4, cachedCalls: 1, costMicroUsd: 250_000 };
const runs = [
  counted({
    worlds: [
      worldFacts({ chosen: true, ms: 60_000, score: 90 }),
      worldFacts({ world: 'beta', ms: 180_000, score: 80 }),
      worldFacts({ world: 'gamma', status: 'failed', score: null, ms: 120_000, early: 'same-error' }),
      worldFacts({ world: 'delta', status: 'skipped', score: null, ms: null, early: 'unbeatable' }),
    ],
    phases: [
      { phase: 'review', ms: 60_000, tasks: 1, dead: 1, failures: 1, costMicroUsd: 20_000 },
      { phase: 'analysis', ms: 30_000, tasks: 1, dead: 0, failures: 0, costMicroUsd: 0 },
    ],
  }),
  counted(
    {
      worlds: [worldFacts({ ...model, status: 'timeout', score: null, ms: null, unknownPrices: 2 })],
      phases: [{ phase: 'analysis', ms: 90_000, tasks: 1, dead: 0, failures: 0, costMicroUsd: 0 }],
    },
    '/billing',
  ),
];

it('tells of each configuration how its worlds fared', () => {
  expect(statisticsRows(runs, 'world')).toEqual([
    {
      name: 'repair: conservative',
      // The one that was left out showed nothing.
      tries: 3,
      succeeded: 2,
      meanScore: 85,
      costUsd: 0,
      unknownPrices: 0,
      medianMinutes: 2,
      p90Minutes: expect.closeTo(2.8, 9) as number,
      calls: 0,
      cachedCalls: 0,
      early: { 'same-error': 1, unbeatable: 1 },
      wins: 1,
    },
    {
      name: 'model: balanced',
      tries: 1,
      succeeded: 0,
      meanScore: null,
      costUsd: 0.25,
      unknownPrices: 2,
      medianMinutes: null,
      p90Minutes: null,
      calls: 4,
      cachedCalls: 1,
      early: {},
      wins: 0,
    },
  ]);
});

it('groups the same worlds by agent, model and repository', () => {
  const names = (by: 'agent' | 'model' | 'repository') => statisticsRows(runs, by).map(({ name, tries }) => [name, tries]);
  expect(names('agent')).toEqual([
    ['repair', 3],
    ['model', 1],
  ]);
  expect(names('model')).toEqual([
    ['no model', 3],
    ['anthropic/claude-sonnet-5', 1],
  ]);
  expect(names('repository')).toEqual([
    ['/shop', 3],
    ['/billing', 1],
  ]);
});

it('tells of phases in their order how long they took, and in how many runs something of them came to nothing', () => {
  const [analysis, review] = statisticsRows(runs, 'phase');
  expect(analysis).toMatchObject({ name: 'analysis', tries: 2, succeeded: 2, medianMinutes: 1, calls: null, wins: null });
  expect(review).toMatchObject({ name: 'review', tries: 1, succeeded: 0, costUsd: 0.02, meanScore: null });
});

it('has no rows of no runs', () => {
  expect(statisticsRows([], 'world')).toEqual([]);
  expect(statisticsRows([], 'phase')).toEqual([]);
});
