import type { ChoiceFacts, RunFacts, WorldFacts } from '../../src/domain/statistics/run-facts.ts';

/** A world that passed, but for what is said. */
export function worldFacts(said: Partial<WorldFacts> = {}): WorldFacts {
  return {
    planTask: 'task-1',
    world: 'alpha',
    agent: 'repair',
    settings: 'conservative',
    model: null,
    status: 'success',
    chosen: false,
    score: 90,
    builds: true,
    testsPassed: 10,
    testsTotal: 10,
    costMicroUsd: 0,
    ms: 60_000,
    calls: 0,
    cachedCalls: 0,
    unknownPrices: 0,
    early: null,
    ...said,
  };
}

export function choiceFacts(said: Partial<ChoiceFacts> = {}): ChoiceFacts {
  return { planTask: 'task-1', winner: 'alpha', plainWinner: 'alpha', decidedBy: 'score', confidence: 0.8, candidates: 3, ...said };
}

/** A run of its own that was completed in ten minutes without anybody's help, but for what is said. */
export function runFacts(said: Partial<RunFacts> = {}): RunFacts {
  return {
    kind: 'issue',
    state: 'completed',
    analysis: { type: 'bug', complexity: 2, priority: 'P2-Medium' },
    costMicroUsd: 0,
    calls: 0,
    cachedCalls: 0,
    unknownPrices: 0,
    workMs: 600_000,
    waitedMs: 0,
    interventions: 0,
    phases: [],
    planTasks: [],
    planTasksMs: 0,
    retried: 0,
    retriedWell: 0,
    worlds: [],
    choices: [],
    review: null,
    plan: null,
    mergedBy: null,
    ...said,
  };
}
