import { expect, it } from 'vitest';
import type { OpenQuestion } from './question-words.ts';
import { actionLabel, deadlineWords, isPressing, scopesOf, scopeWords } from './question-words.ts';

const question: OpenQuestion = {
  type: 'escalation',
  kind: 'plan',
  canStand: true,
  severity: 'medium',
  issue: 'ada/shop#12',
  reason: 'complexity 8 of 10',
  context: { failing_checks: [], recommendation: '' },
  actions: [{ id: 'approve_anyway', label: 'Go on with this plan' }],
  id: '1',
  number: 1,
  run: 'run_7f3k2m9qxa',
  title: 'Sign in',
  question: 'Go on?',
  askedAt: 0,
};

it('a deadline says what happens when nobody answers, and when', () => {
  expect(deadlineWords({ at: 3_600_000, otherwise: 'reject' }, 0)).toBe('Rejected in 1 h if nobody answers');
  expect(deadlineWords({ at: 90_000, otherwise: 'approve' }, 0)).toBe('Approved in 1 min 30 s if nobody answers');
  expect(deadlineWords({ at: 5, otherwise: 'reject' }, 5)).toBe('Rejected now, since nobody answered');
  expect(deadlineWords(undefined, 0)).toBe('Waits until somebody answers');
});

it('what ends within the hour presses', () => {
  expect(isPressing({ at: 3_599_000, otherwise: 'reject' }, 0)).toBe(true);
  expect(isPressing({ at: 3_600_000, otherwise: 'reject' }, 0)).toBe(false);
  expect(isPressing(undefined, 0)).toBe(false);
});

it('a yes may stand only where it may for each of the questions', () => {
  expect(scopesOf([question])).toEqual(['once', 'run', 'always']);
  expect(scopesOf([question, { ...question, canStand: false }])).toEqual(['once']);
});

it('what a scope covers is said in words', () => {
  expect(scopeWords('once', ['plan'], ['run_a'])).toBe('This question alone. Later ones are asked again.');
  expect(scopeWords('once', ['plan', 'plan'], ['run_a', 'run_b'])).toBe('These questions alone. Later ones are asked again.');
  expect(scopeWords('run', ['plan', 'plan'], ['run_a', 'run_a'])).toContain('Also later questions about plans of run_a.');
  expect(scopeWords('run', ['plan', 'budget'], ['run_a', 'run_b'])).toContain(
    'questions about plans and questions about money of these runs.',
  );
  expect(scopeWords('always', ['review'], ['run_a'])).toContain('every run of its repository, until it is revoked');
  expect(scopeWords('always', ['review', 'review'], ['run_a', 'run_b'])).toContain('their repositories');
});

it('an action has the words that the question has for it', () => {
  expect(actionLabel(question, 'approve_anyway')).toBe('Go on with this plan');
  expect(actionLabel(question, 'manual_fix')).toBeUndefined();
});
