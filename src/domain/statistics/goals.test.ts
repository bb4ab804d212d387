import { expect, it } from 'vitest';
import { runFacts, worldFacts } from '../../../test/support/run-facts.ts';
import type { CountedRun } from './counted-run.ts';
import { acceptance, phaseGoals } from './goals.ts';
import type { Measured } from './goals.ts';
import type { RunFacts } from './run-facts.ts';

const counted = (said: Partial<RunFacts>): CountedRun => ({
  repository: '/shop',
  facts: runFacts(said),
  later: undefined,
  outcome: { kind: 'unknown' },
});
const minute = 60_000;
const accepted = (runs: readonly CountedRun[], name: string): Measured | undefined =>
  acceptance(runs).find((goal) => goal.name === name)?.measured;
const phase = (runs: readonly CountedRun[], name: string) => phaseGoals(runs).find((goal) => goal.name === name);

it('calls nothing met of which nothing is known, and says why', () => {
  for (const { measured } of [...acceptance([]), ...phaseGoals([])]) {
    expect(measured.verdict).toBe('not-measured');
    expect(measured).toHaveProperty('why', expect.stringMatching(/\.$/));
  }
});

it('measures how long issues take on those that were completed', () => {
  const runs = [
    counted({ workMs: 20 * minute }),
    counted({ workMs: 50 * minute, analysis: { type: 'feature', complexity: 5, priority: 'P2-Medium' } }),
    counted({ workMs: minute, state: 'failed' }),
    counted({ workMs: minute, kind: 'pick' }),
  ];
  expect(accepted(runs, 'an issue, on average')).toEqual({ verdict: 'missed', value: 35, of: '2 runs' });
  expect(accepted(runs.slice(0, 1), 'an issue, on average')).toEqual({ verdict: 'met', value: 20, of: '1 run' });
  expect(accepted(runs, 'a feature from end to end, on average')).toEqual({ verdict: 'missed', value: 50, of: '1 run' });
});

it('counts worlds only for what there is evidence of', () => {
  const worlds = [
    worldFacts({ score: 90, testsPassed: 8, testsTotal: 10 }),
    worldFacts({ score: 40, builds: false, testsPassed: 0, testsTotal: 10 }),
    worldFacts({ score: null, builds: null, testsPassed: 0, testsTotal: 0 }),
  ];
  const runs = [counted({ worlds })];
  expect(accepted(runs, 'worlds that build')).toEqual({ verdict: 'missed', value: 50, of: '2 worlds' });
  expect(accepted(runs, 'tests that pass, mean of the worlds')).toEqual({ verdict: 'missed', value: 40, of: '2 worlds' });
  expect(accepted(runs, 'score of a world, mean')).toEqual({ verdict: 'missed', value: 65, of: '2 worlds' });
});

it('takes a run without a model for no evidence that models are cheap', () => {
  const runs = [counted({ calls: 0 }), counted({ calls: 10, cachedCalls: 4, costMicroUsd: 6_000_000 })];
  expect(accepted(runs, 'an issue, cost on average')).toEqual({ verdict: 'missed', value: 6, of: '1 run' });
  expect(accepted(runs, 'calls of models answered before')).toEqual({ verdict: 'met', value: 40, of: '10 calls' });
  expect(accepted(runs.slice(0, 1), 'an issue, cost on average')).toMatchObject({ verdict: 'not-measured' });
});

it('measures how many tasks succeed when they are tried again', () => {
  const runs = [counted({ retried: 3, retriedWell: 3 }), counted({ retried: 1, retriedWell: 0 })];
  expect(accepted(runs, 'tasks that succeed when tried again')).toEqual({ verdict: 'missed', value: 75, of: '4 tasks' });
});

it('adds up the phases that a goal is made of, and compares the median', () => {
  const part = { tasks: 1, dead: 0, failures: 0, costMicroUsd: 0 };
  const runs = [8, 10, 30].map((minutes) =>
    counted({
      phases: [
        { phase: 'checks', ms: (minutes - 1) * minute, ...part },
        { phase: 'merge', ms: minute, ...part },
      ],
    }),
  );
  expect(phase(runs, 'checks, merge and deployment')).toMatchObject({
    measured: { verdict: 'met', value: 10, of: '3 runs' },
    p90: expect.closeTo(26, 9) as number,
  });
  expect(phase(runs, 'review')).toMatchObject({ measured: { verdict: 'not-measured' }, p90: null });
});

it('measures parallel tasks where there is more than one, and the whole of simple and of urgent issues', () => {
  const tasks = [
    { id: 'task-1', ms: 4 * minute },
    { id: 'task-2', ms: 5 * minute },
  ];
  const runs = [
    counted({ planTasks: tasks, planTasksMs: 6 * minute, workMs: 12 * minute }),
    counted({
      planTasks: tasks.slice(1),
      planTasksMs: 5 * minute,
      analysis: { type: 'bug', complexity: 6, priority: 'P0-Critical' },
      workMs: 16 * minute,
    }),
  ];
  expect(phase(runs, 'first task')?.measured).toEqual({ verdict: 'met', value: 4.5, of: '2 runs' });
  expect(phase(runs, 'parallel tasks')?.measured).toEqual({ verdict: 'met', value: 6, of: '1 run' });
  expect(phase(runs, 'low complexity, in all')?.measured).toEqual({ verdict: 'met', value: 12, of: '1 run' });
  expect(phase(runs, 'hotfix, in all')?.measured).toEqual({ verdict: 'missed', value: 16, of: '1 run' });
});
