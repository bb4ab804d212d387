import { expect, it } from 'vitest';
import type { JobId, RepositoryId, TaskId } from '../../domain/ids.ts';
import type { Join } from '../../domain/outcome.ts';
import type { Task, TaskCommon } from '../../domain/task.ts';
import type { AnsweredQuestion } from '../../ports/answers.ts';
import type { RecordedWorld } from '../../ports/world-ledger.ts';
import { mergeType } from '../../workflow/forge-task-types.ts';
import {
  analyseType,
  approveType,
  chooseType,
  implementType,
  reviewType,
  worldCheckType,
  worldRunType,
} from '../../workflow/task-types.ts';
import type { EndedRun } from './facts-of-run.ts';
import { sumUp } from './facts-of-run.ts';

const jobId = 'run' as JobId;
const planTask = {
  id: 'task-1',
  title: 'a',
  instructions: 'a',
  after: [],
  estimatedMinutes: 5,
  agentType: 'codegen',
  position: { number: 1, of: 1 },
};

interface Said {
  readonly payload?: unknown;
  readonly parent?: string;
  readonly join?: Join;
  readonly at?: number;
}

/** A task that ended `at`, with a result or dead. */
function task(
  id: string,
  type: string,
  end: { readonly result: unknown } | 'dead',
  { payload = {}, parent, join, at = 100 }: Said = {},
): Task {
  const common: TaskCommon = {
    id: id as TaskId,
    jobId,
    number: 1,
    parentTaskId: parent as TaskId | undefined,
    parentJoin: join,
    generation: 1,
    ordinal: 0,
    key: id,
    type,
    payload: { schemaVersion: 1, value: payload },
    priority: 0,
    concurrencyKey: undefined,
    route: '',
    budget: {},
    epoch: 1,
    executions: 1,
    failures: 0,
    leasesLost: 0,
    crashes: 0,
    repairs: 0,
    costMicroUsd: 5,
    wallMs: 0,
    decompositions: 0,
    answer: undefined,
    createdAt: 0,
  };
  if (end === 'dead') return { ...common, state: 'dead', reason: 'it failed', endedAt: at };
  return { ...common, state: 'succeeded', result: { schemaVersion: 1, value: end.result }, endedAt: at };
}

type Attempt = EndedRun['attempts'][number];

const attempt = (
  id: string,
  startedAt: number,
  outcome: Attempt['outcome'] = 'success',
  observations: readonly string[] = [],
): Attempt => ({
  taskId: id as TaskId,
  startedAt,
  outcome,
  observations,
});

function answer(said: Partial<AnsweredQuestion>): AnsweredQuestion {
  return {
    id: 'q',
    jobId,
    taskId: 'asker' as TaskId,
    kind: 'review',
    severity: 'medium',
    title: 'a',
    issue: 'a',
    question: 'Go on?',
    answer: 'approve',
    by: 'ada',
    how: undefined,
    reason: undefined,
    world: undefined,
    scope: 'once',
    standing: undefined,
    askedAt: 0,
    answeredAt: 0,
    resumedAt: undefined,
    ...said,
  };
}

function run(said: Partial<EndedRun>): EndedRun {
  return {
    attributes: {},
    job: { state: 'completed', createdAt: 0, endedAt: 1_000, costMicroUsd: 7 },
    tasks: [],
    attempts: [],
    worlds: [],
    answers: [],
    questions: [],
    spent: { calls: 0, cached: 0, unknownPrices: 0, unsure: 0 },
    ...said,
  };
}

const lived = (name: string, status: RecordedWorld['status']): RecordedWorld => ({
  taskId: `${name}.run` as TaskId,
  epoch: 1,
  jobId,
  repositoryId: 'r' as RepositoryId,
  planTask: 'task-1',
  round: 1,
  world: name as RecordedWorld['world'],
  agent: 'model',
  settings: 'balanced',
  status,
  chosen: name === 'alpha',
  score: undefined,
  costMicroUsd: 3,
  runMs: 50,
  checkMs: undefined,
  commit: undefined,
  memoryBytes: undefined,
  cpuMs: undefined,
  incidents: 0,
  startedAt: 0,
  endedAt: undefined,
});

const worldRun = (name: string, result: object): Task => {
  const agent = { name: 'model', model: { provider: 'anthropic', model: 'claude-sonnet-5' } };
  const payload = { base: 'b', checks: 'c', planTask, implementTaskId: 'task-1', round: 1, world: { name, stance: 'balanced', agent } };
  return task(`${name}.run`, worldRunType.name, { result }, { payload, parent: 'task-1', join: 'resume' });
};
const implement = (at = 100): Task => {
  const result = { commit: 'c', winner: 'alpha', worldScore: 90, integrated: 'forward' };
  return task(
    'task-1',
    implementType.name,
    { result },
    { payload: { planTask, step: { kind: 'start' }, round: 1 }, parent: 'plan', join: 'none', at },
  );
};

it('leaves out of the time of a run and its phases what people were waited for', () => {
  const tasks = [
    task('review', reviewType.name, { result: { kind: 'not-needed', reason: 'simple' } }, { at: 800 }),
    task('approve-review', approveType.name, { result: { approvedBy: 'ada' } }, { parent: 'review', join: 'resume', at: 700 }),
  ];
  const facts = sumUp(run({ tasks, attempts: [attempt('review', 100), attempt('approve-review', 200)] }));
  expect(facts).toMatchObject({ workMs: 500, waitedMs: 500 });
  expect(facts.phases.map(({ phase, ms }) => [phase, ms])).toEqual([
    ['approval', 0],
    ['review', 200],
  ]);
});

it('tells worlds with their model, their calls, and the rule that ended them or one of their checks', () => {
  const tasks = [
    implement(),
    worldRun('alpha', { kind: 'harvested', calls: 4, cachedCalls: 1, unknownPrices: 1 }),
    task('alpha.check', worldCheckType.name, 'dead', { parent: 'task-1', join: 'resume' }),
    worldRun('beta', { kind: 'ended', early: { rule: 'same-error', reason: 'three times' } }),
  ];
  const attempts = [attempt('alpha.check', 5, 'success', ['patch', 'Ended early (no-pass): no test passed for 5 min.'])];
  const worlds = [lived('alpha', 'success'), lived('beta', 'failed'), lived('gamma', 'running')];
  const facts = sumUp(run({ tasks, attempts, worlds }));
  const told = facts.worlds.map(({ world, status, model, calls, cachedCalls, ms, early }) => [
    world,
    status,
    model,
    calls,
    cachedCalls,
    ms,
    early,
  ]);
  expect(told).toEqual([
    ['alpha', 'success', 'anthropic/claude-sonnet-5', 4, 1, 50, 'no-pass'],
    ['beta', 'failed', 'anthropic/claude-sonnet-5', 0, 0, 50, 'same-error'],
    // The end of the run overtook it, and an older version has kept no task of it.
    ['gamma', 'cancelled', null, 0, 0, 50, null],
  ]);
});

it('keeps of several choices of a task the last one, and of tasks of the plan how long they took', () => {
  const verdicts = [{ against: [] }, { against: ['it does not build'] }];
  const choice = (winner: string) => ({ kind: 'chosen', winner, decidedBy: 'score', confidence: 0.4, plain: { winner: 'beta' }, verdicts });
  const below = { parent: 'task-1', join: 'resume' } as const;
  const tasks = [
    implement(400),
    task('choose-1', chooseType.name, { result: choice('beta') }, below),
    task('choose-2', chooseType.name, { result: choice('alpha') }, below),
    task('choose-3', chooseType.name, { result: { kind: 'none-passed', reason: 'none', verdicts } }, below),
  ];
  const facts = sumUp(run({ tasks, attempts: [attempt('task-1', 100)] }));
  expect(facts.choices).toEqual([
    { planTask: 'task-1', winner: 'alpha', plainWinner: 'beta', decidedBy: 'score', confidence: 0.4, candidates: 1 },
  ]);
  expect(facts).toMatchObject({ planTasks: [{ id: 'task-1', ms: 300 }], planTasksMs: 300 });
});

it('counts what was tried again, and what of that succeeded', () => {
  const tasks = [implement(), task('review', reviewType.name, 'dead', { payload: { complexity: 5, tasks: 1, sentBack: 0, asked: null } })];
  const attempts = [attempt('task-1', 1, 'error'), attempt('review', 2, 'failure'), attempt('task-1', 3), attempt('review', 4, 'failure')];
  const facts = sumUp(run({ tasks, attempts }));
  expect(facts).toMatchObject({ retried: 2, retriedWell: 1, review: null });
  expect(facts.phases.find(({ phase }) => phase === 'review')).toMatchObject({ dead: 1, failures: 2, costMicroUsd: 5 });
});

it('counts as interventions what people said at that time, and the end by their hand', () => {
  const answers = [
    answer({ kind: 'plan', taskId: 'approve' as TaskId }),
    answer({ by: 'nobody in time' }),
    answer({ standing: 's1' }),
    answer({ kind: 'review', answer: 'reject' }),
  ];
  const tasks = [task('approve', approveType.name, { result: { approvedBy: 'ada', plan: { tasks: [] } } })];
  const cancelled = { state: 'cancelled', createdAt: 0, endedAt: 10, costMicroUsd: 0 } as const;
  const facts = sumUp(run({ job: cancelled, tasks, answers }));
  expect(facts).toMatchObject({ state: 'cancelled', interventions: 3, plan: 'changed' });
});

it('knows the score of a review that a person refused, and of one that went on after it was sent back', () => {
  const report = (score: number) => ({ score, breakdown: {}, recommendation: 'REVIEW', issues: [] });
  const payload = { complexity: 5, tasks: 1, sentBack: 1, asked: report(66) };
  const refused = sumUp(run({ tasks: [task('review', reviewType.name, 'dead', { payload })], answers: [answer({ answer: 'reject' })] }));
  expect(refused.review).toEqual({ score: 66, sentBack: 1, person: 'reject' });
  const result = { kind: 'reviewed', report: report(90), label: 'good', approvedBy: null, earlier: [report(50)] };
  const passed = sumUp(run({ tasks: [task('review', reviewType.name, { result })] }));
  expect(passed.review).toEqual({ score: 90, sentBack: 1, person: null });
});

it('tells what kind of run it was, who merged it, and what models cost at most', () => {
  const analysis = {
    type: 'bug',
    complexity: 2,
    priority: 'P2-Medium',
    securitySensitive: false,
    effortHours: 1,
    scope: { files: [], symbols: [] },
    labels: [],
    reasons: [],
  };
  const merged = (method: string | null, approvedBy: string | null) => ({
    tasks: [
      task('analyse', analyseType.name, { result: analysis }),
      task('merge', mergeType.name, { result: { kind: 'merged', number: 1, commit: 'c', method, approvedBy } }),
    ],
  });
  const spent = { calls: 3, cached: 1, unknownPrices: 1, unsure: 1 };
  expect(sumUp(run({ ...merged('squash', null), spent }))).toMatchObject({
    kind: 'issue',
    analysis: { type: 'bug', complexity: 2, priority: 'P2-Medium' },
    mergedBy: 'miyabi',
    calls: 3,
    cachedCalls: 1,
    unknownPrices: 2,
  });
  expect(sumUp(run(merged('squash', 'ada'))).mergedBy).toBe('person');
  expect(sumUp(run(merged(null, null))).mergedBy).toBe('others');
  expect(sumUp(run({})).kind).toBe('deployment');
});
