import { expect, it } from 'vitest';
import { choiceFacts, runFacts } from '../../../test/support/run-facts.ts';
import type { CountedRun } from './counted-run.ts';
import type { LaterFacts } from './known-outcome.ts';
import { knownOutcome } from './known-outcome.ts';
import { choiceCounts, outcomeCounts, peopleCounts } from './people-and-choices.ts';
import type { RunFacts } from './run-facts.ts';

const counted = (said: Partial<RunFacts>, later?: Partial<LaterFacts>): CountedRun => {
  const facts = runFacts(said);
  const known = later === undefined ? undefined : { fate: undefined, taken: [], deployed: undefined, ...later };
  return { repository: '/shop', facts, later: known, outcome: knownOutcome(facts, known) };
};
const differing = { choices: [choiceFacts({ winner: 'beta', plainWinner: 'alpha' })] };
const took = (world: string) => [{ planTask: 'task-1', world, kind: 'pick' as const }];

it('tells how often the choice was not the best by score, and who was right where that is known', () => {
  const runs = [
    counted({ choices: [choiceFacts()] }),
    counted({ choices: [choiceFacts({ plainWinner: null })] }),
    counted(differing, { fate: 'merged' }),
    counted(differing, { taken: took('alpha') }),
    counted(differing, { taken: took('gamma') }),
    counted(differing, { fate: 'handed-over' }),
  ];
  expect(choiceCounts(runs)).toEqual({
    compared: 5,
    same: 1,
    differs: 4,
    right: { choice: 1, plain: 1, neither: 1, unknown: 1 },
  });
});

it('counts what became of issues by what is known of it', () => {
  const runs = [
    counted({}, { fate: 'merged' }),
    counted({}, { fate: 'merged', deployed: 'rolled-back' }),
    counted({}),
    counted({ kind: 'pick' }, { fate: 'merged' }),
  ];
  expect(outcomeCounts(runs)).toEqual({ right: 1, wrong: 1, unknown: 1, because: { merged: 1, 'taken-back': 1 } });
});

it('counts what people had to do, with worlds that they took', () => {
  const runs = [
    counted({ interventions: 2, waitedMs: 120_000, mergedBy: 'person' }),
    counted({ mergedBy: 'miyabi' }),
    counted({}, { taken: took('beta') }),
    counted({ kind: 'deployment', interventions: 9 }),
  ];
  expect(peopleCounts(runs)).toEqual({
    runs: 3,
    interventionsPerRun: 1,
    alone: { part: 1, of: 3 },
    mergedAlone: { part: 1, of: 2 },
    waitedMinutes: expect.closeTo(2 / 3, 9) as number,
  });
});

it('says of no runs that nothing is known', () => {
  expect(peopleCounts([])).toEqual({
    runs: 0,
    interventionsPerRun: null,
    alone: { part: 0, of: 0 },
    mergedAlone: { part: 0, of: 0 },
    waitedMinutes: null,
  });
  expect(choiceCounts([]).compared).toBe(0);
});
