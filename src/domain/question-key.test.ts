import { expect, it } from 'vitest';
import { budgetQuestion, readQuestionKey } from './question-key.ts';

it.each(['world', 'task', 'run'] as const)('a question about a budget of a %s is told by its key', (scope) => {
  expect(readQuestionKey(budgetQuestion({ scope, key: 'a key' }))).toEqual({ kind: 'budget', about: scope, onlyOnce: false });
});

it('the budget of the month is that of every repository, so a yes to it holds once', () => {
  expect(readQuestionKey(budgetQuestion({ scope: 'month', key: '2026-11' }))).toEqual({ kind: 'budget', about: 'month', onlyOnce: true });
});

it('a question whether an agent may do something is about that deed, whichever world asks', () => {
  const deed = 'a'.repeat(32);
  const about = { kind: 'permission', about: deed, onlyOnce: false };
  expect(readQuestionKey(`0190-task:permission:${deed}`)).toEqual(about);
  expect(readQuestionKey(`permission:${deed}`)).toEqual(about);
});

it.each(['', 'may-edit', 'budget:moon:1', 'budget:run', 'permission:short', `permission:${'a'.repeat(32)}:more`])(
  'of any other key nothing is known: %j',
  (key) => {
    expect(readQuestionKey(key)).toEqual({ kind: 'other', about: '', onlyOnce: true });
  },
);
