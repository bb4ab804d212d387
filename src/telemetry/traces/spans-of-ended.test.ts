import { expect, test } from 'vitest';
import type { AttemptId, JobId, TaskId } from '../../domain/ids.ts';
import type { SpanId, TraceId } from '../../domain/trace.ts';
import type { EndedJob, EndedTask } from '../../ports/traces.ts';
import { spanOfWorldAt, spansOfEnded } from './spans-of-ended.ts';

const trace = 'a'.repeat(32) as TraceId;
const id = (last: number): string => `0192f0c1-1111-7abc-8def-${String(last).padStart(12, '0')}`;
const span = (last: number): string => `8def${String(last).padStart(12, '0')}`;
const run = id(1) as JobId;
const world = { task: id(2) as TaskId, generation: 2, name: 'beta' };
const task: EndedTask = {
  kind: 'task',
  trace,
  run,
  id: id(3) as TaskId,
  key: 'beta.run',
  type: 'miyabi.world.run',
  state: 'dead',
  above: { kind: 'world', ...world },
  startedAt: 1_000,
  endedAt: 9_000,
  attempts: [
    { id: id(4) as AttemptId, startedAt: 1_000, endedAt: 2_000, outcome: 'error', isLost: true, costMicroUsd: 0 },
    { id: id(5) as AttemptId, startedAt: 3_000, endedAt: 4_000, outcome: 'failure', isLost: false, costMicroUsd: 250_000 },
    { id: id(6) as AttemptId, startedAt: 5_000, endedAt: 9_000, outcome: 'success', isLost: false, costMicroUsd: 0 },
  ],
};

test('executions stand below their task, a task of a world below that, and what follows a loss is linked to it', () => {
  const [own, lost, second, third] = spansOfEnded(task, undefined);
  expect(own).toMatchObject({ id: span(3), parent: spanOfWorldAt(world), name: 'beta.run', error: 'dead' });
  expect(own?.attributes).toMatchObject({ 'cicd.pipeline.task.run.result': 'failure', 'miyabi.world.name': 'beta' });
  expect([lost, second, third].map((each) => each?.parent)).toEqual([span(3), span(3), span(3)]);
  expect(lost).toMatchObject({ id: span(4), links: [], error: 'error' });
  expect(second).toMatchObject({ links: [{ trace, span: span(4) }], error: 'failure', attributes: { 'miyabi.cost.usd': 0.25 } });
  expect(third).toMatchObject({ links: [], error: undefined });
});

test('the same end is the same spans, and worlds of one name in two waves are two', () => {
  expect(spansOfEnded(task, undefined)).toEqual(spansOfEnded(task, undefined));
  expect(spanOfWorldAt(world)).toMatch(/^[\da-f]{16}$/);
  expect(spanOfWorldAt(world)).toBe(spanOfWorldAt({ ...world }));
  expect(spanOfWorldAt(world)).not.toBe(spanOfWorldAt({ ...world, generation: 3 }));
  const [lived] = spansOfEnded(
    { kind: 'world', trace, run, at: world, startedAt: 1, endedAt: 2, agent: 'model', status: 'timeout', won: false },
    undefined,
  );
  expect(lived).toMatchObject({ id: spanOfWorldAt(world), parent: span(2), name: 'world beta', error: 'timeout' });
});

test('a run tells where it was and what came of it; its title goes nowhere unless content is asked for, and then as it is read', () => {
  const ended: EndedJob = {
    kind: 'job',
    of: 'run',
    id: run,
    trace,
    state: 'stuck',
    title: 'The key is sk-1',
    startedAt: 1_000,
    endedAt: 2_000,
    parent: 'b'.repeat(16) as SpanId,
    links: [{ trace, span: 'c'.repeat(16) as SpanId }],
    costMicroUsd: 1_500_000,
    repository: { name: 'shop', url: 'https://forge.example/ada/shop.git' },
    base: { name: 'main', commit: 'd'.repeat(40) },
    branch: 'miyabi/run_1',
    commit: undefined,
    pullRequest: 12,
  };
  const [plain] = spansOfEnded(ended, undefined);
  expect(plain).toMatchObject({ name: 'RUN miyabi', kind: 'server', parent: 'b'.repeat(16), error: 'stuck' });
  expect(plain?.links.map((link) => link.span)).toEqual(['c'.repeat(16)]);
  expect(plain?.attributes).toMatchObject({
    'cicd.pipeline.result': 'error',
    'vcs.repository.url.full': 'https://forge.example/ada/shop.git',
    'vcs.change.id': '12',
    'miyabi.cost.usd': 1.5,
  });
  expect(JSON.stringify(plain)).not.toContain('sk-1');
  const [told] = spansOfEnded(ended, (text) => text.replace('sk-1', '(removed)'));
  expect(told?.attributes['miyabi.issue.title']).toBe('The key is (removed)');
});
