import { expect, it } from 'vitest';
import { readAbout } from './about-data.ts';

const nothing = { tasks: [], worlds: [], facts: [] };

it('the tasks of a plan are read, and the rest is told as facts in plain words', () => {
  const about = {
    plan: [
      { id: 'task-1', title: 'Model', after: [], estimatedMinutes: 20 },
      { id: 'task-2', title: 'Sign in', after: ['task-1'] },
      'nonsense',
    ],
    criticalPath: ['task-1', 'task-2'],
    complexity: 8,
    isHotfix: false,
    priority: 'P2-Medium',
    nobody: null,
    labels: [],
    score_card: { build: 30, lint: null },
    more: { of: 'it' },
  };
  expect(readAbout(about)).toEqual({
    tasks: [
      { id: 'task-1', title: 'Model', after: [], minutes: 20 },
      { id: 'task-2', title: 'Sign in', after: ['task-1'], minutes: undefined },
    ],
    worlds: [],
    facts: [
      ['critical path', 'task-1, task-2'],
      ['complexity', '8'],
      ['is hotfix', 'false'],
      ['priority', 'P2-Medium'],
      ['score card', 'build 30, lint n/a'],
      ['more', '{\n  "of": "it"\n}'],
    ],
  });
});

it('worlds to choose from are read, those without a change too', () => {
  const about = [
    { world: 'alpha', summary: 'Adds.', against: ['2 tests fail'], score: 41.5, lines: 3 },
    { world: 'beta' },
    { nonsense: true },
    null,
  ];
  expect(readAbout(about).worlds).toEqual([
    { world: 'alpha', summary: 'Adds.', against: ['2 tests fail'], score: 41.5, lines: 3 },
    { world: 'beta', summary: '', against: [], score: undefined, lines: undefined },
  ]);
});

it('what has no shape is told as it is', () => {
  expect(readAbout(undefined)).toEqual(nothing);
  expect(readAbout('a sentence')).toEqual({ ...nothing, facts: [['about', 'a sentence']] });
  expect(readAbout({ plan: 'none' })).toEqual(nothing);
});
