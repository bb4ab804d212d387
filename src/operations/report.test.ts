import { describe, expect, it } from 'vitest';
import type { JobId, TaskId } from '../domain/ids.ts';
import type { Join } from '../domain/outcome.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import type { Task, TaskCommon } from '../domain/task.ts';
import type { JobView } from '../weaver/engine.ts';
import { chooseType, implementType, publishType, reviewType, worldRunType } from '../workflow/task-types.ts';
import { reportRun } from './report.ts';

const jobId = '01999999-0000-7000-8000-000000000000' as JobId;
const commit = 'a'.repeat(40);
const attributes = {
  schemaVersion: 1,
  issue: { title: 'x', body: '', origin: { kind: 'text' }, hiddenCharacters: 0 },
  repositoryId: 'r',
  root: '/r',
  base: { commit, name: 'main' },
  author: { name: 'a', email: 'b' },
  branchTemplate: 'miyabi/<run>',
  into: null,
  approveAll: false,
  config: resolveConfig([{ source: 'flag', origin: 'flag', values: { budget: { issueUsd: 0.5 } } }]).config,
};

function job(state: JobView['state'], costMicroUsd = 0): JobView {
  const ended = { groupKey: undefined, exclusiveKey: undefined, createdAt: 0, endedAt: 1, cancelReason: undefined, carriedBy: undefined };
  return {
    ...ended,
    id: jobId,
    title: 'x',
    state,
    attributes,
    counts: {},
    costMicroUsd,
    wallMs: 0,
    sealed: true,
    isPaused: false,
    lastEvent: 1,
    bottleneck: 'the bottleneck',
  };
}

type Ends = { readonly result: unknown } | { readonly dead: string };

function task(
  id: string,
  type: string,
  end: Ends,
  more: { readonly payload?: unknown; readonly parent?: string; readonly join?: Join } = {},
): Task {
  const common: TaskCommon = {
    id: id as TaskId,
    jobId,
    number: 1,
    parentTaskId: more.parent as TaskId | undefined,
    parentJoin: more.join,
    generation: 1,
    ordinal: 0,
    key: id,
    type,
    payload: { schemaVersion: 1, value: more.payload ?? {} },
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
    costMicroUsd: 0,
    wallMs: 0,
    decompositions: 0,
    answer: undefined,
    createdAt: 0,
  };
  if ('dead' in end) return { ...common, state: 'dead', reason: end.dead, endedAt: 1 };
  return { ...common, state: 'succeeded', result: { schemaVersion: 1, value: end.result }, endedAt: 1 };
}

const planTask = { id: 'task-1', title: 'x', instructions: '', after: [], estimatedMinutes: 1, agentType: 'codegen' };
const implementing = { payload: { planTask, step: { kind: 'start' }, round: 1 }, join: 'none' } as const;
const nonePassed = { result: { kind: 'none-passed', reason: 'none', verdicts: [], caveats: [] } };
const published = task('publish', publishType.name, { result: { branch: 'b', commit, into: null, notes: [] } }, { join: 'none' });
const world = (name: string, end: Ends): Task =>
  task(`${name}.run`, worldRunType.name, end, {
    payload: { base: commit, checks: {}, planTask, implementTaskId: 'i', round: 1, world: { name } },
    parent: 'i',
    join: 'resume',
  });
const choice = task('choose', chooseType.name, nonePassed, { parent: 'i', join: 'resume' });

describe('the report of a run', () => {
  it('gives the reason of the death that nobody answers for', () => {
    const repair = task('repair-1', implementType.name, { dead: 'the repair died' }, { ...implementing, parent: 'review', join: 'resume' });
    const payload = { complexity: 1, tasks: 1, sentBack: 0, asked: null };
    const review = task('review', reviewType.name, { dead: 'a person said no' }, { join: 'none', payload });
    expect(reportRun(job('failed'), [repair, review], 1)).toMatchObject({ exit: 'failed', reason: 'a person said no' });
  });

  it('names the branch that was handed over although the run failed after it', () => {
    const cleanup = task('cleanup', 'miyabi.run.cleanup', { dead: 'no' }, { join: 'none' });
    expect(reportRun(job('failed'), [published, cleanup], 1).report).toMatchObject({ status: 'failed', branch: 'b', commit });
  });

  it('tells what all rounds have cost', () => {
    expect(reportRun(job('completed', 1_250_000), [published], 1).report.costUsd).toBe(1.25);
  });

  it('ends as over its budget only when the limit kept a world from being run and no other passed', () => {
    const dead = task('i', implementType.name, { dead: 'no world passed' }, implementing);
    const stopped = world('beta', { dead: 'Cost limit reached: 0.60/0.50 USD' });
    expect(reportRun(job('failed', 600_000), [dead, stopped, choice], 1)).toMatchObject({
      exit: 'budget',
      reason: 'no world passed. The cost limit of 0.50 USD was reached (0.60 USD): beta was not run to the end.',
    });
    const crashed = world('beta', { dead: 'Its process died 5 times in a row' });
    expect(reportRun(job('failed', 600_000), [dead, crashed, choice], 1)).toMatchObject({
      exit: 'noWorldPassed',
      reason: 'no world passed',
    });
  });

  it('names the worlds that a budget ended, whichever it was', () => {
    const dead = task('i', implementType.name, { dead: 'no world passed' }, implementing);
    const ended = { summary: '', integrity: [], warnings: [], costMicroUsd: 0, durationMs: 0, kind: 'ended', status: 'failed' };
    const beta = world('beta', {
      result: { ...ended, world: { name: 'beta' }, reason: 'The budget of this world is used up', stop: 'limit: cost' },
    });
    expect(reportRun(job('failed', 100_000), [dead, beta, choice], 1)).toMatchObject({
      exit: 'budget',
      reason: 'no world passed. A budget ended beta before the work was done.',
    });
  });

  it('says nothing of worlds that are still under way', () => {
    const implement = task('i', implementType.name, { dead: '' }, implementing);
    const running: Task = { ...world('alpha', { dead: '' }), state: 'ready', readyAt: 1 };
    expect(reportRun(job('running'), [implement, running], 1).report.tasks).toMatchObject([{ id: 'task-1', worlds: [] }]);
  });

  it('says of a run that succeeded which worlds were left out', () => {
    const left = { summary: '', integrity: [], warnings: [], costMicroUsd: 0, durationMs: 0, kind: 'ended', world: { name: 'beta' } };
    const beta = world('beta', { result: { ...left, status: 'skipped', reason: 'it failed too often' } });
    const gamma = world('gamma', { result: { ...left, world: { name: 'gamma' }, status: 'failed', reason: 'it changed nothing' } });
    const warnings = ['beta was left out: it failed too often.'];
    expect(reportRun(job('completed'), [published, beta, gamma], 1).report).toMatchObject({ status: 'succeeded', warnings });
    expect(reportRun(job('failed'), [beta, gamma], 1).report).toMatchObject({ status: 'failed', warnings: [] });
  });

  it('is no success where a release was not kept, although all was carried out', () => {
    const ended = (id: string, end: string): Task =>
      task(id, 'miyabi.deploy.environment', {
        result: {
          environment: id,
          deployment: 'd',
          release: 12,
          end,
          serving: end === 'live' ? 12 : null,
          reason: end === 'live' ? null : 'Slow.',
        },
      });
    const result = { url: null, repair: 'run_1111111111', why: null };
    const told = task('tell', 'miyabi.deploy.tell', { result }, { payload: { ended: { environment: 'production' } } });
    const bad = reportRun(job('completed'), [ended('staging', 'live'), ended('production', 'refused'), told], 0);
    expect(bad).toMatchObject({ exit: 'failed', reason: 'production: r12 was not let in (Slow); nothing serves' });
    expect(bad.report).toMatchObject({
      status: 'failed',
      deployments: [
        { release: 'r12', end: 'live', repair: null },
        { end: 'refused', serving: null, repair: 'run_1111111111' },
      ],
    });
    expect(reportRun(job('completed'), [ended('staging', 'live')], 0)).toMatchObject({ exit: 'done', report: { status: 'succeeded' } });
  });
});
