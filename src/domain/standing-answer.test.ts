import { expect, it } from 'vitest';
import { escalationKinds } from './escalation.ts';
import { mayStand, standingInWords } from './standing-answer.ts';

it('a yes may stand where the question is alike each time', () => {
  const able = escalationKinds.filter((kind) => mayStand({ kind, severity: 'high' }));
  expect(able).toEqual(['plan', 'review', 'checks', 'merge', 'permission', 'budget']);
});

it('a yes never stands for what is critical, or what a person has to look at each time', () => {
  for (const kind of escalationKinds) {
    expect(mayStand({ kind, severity: 'critical' })).toBe(false);
    expect(mayStand({ kind, severity: 'low', onlyOnce: true })).toBe(false);
  }
});

it('is said for what it holds', () => {
  expect(standingInWords({ by: 'ada', scope: 'run' })).toBe('ada, for this run');
  expect(standingInWords({ by: 'ada', scope: 'always' })).toBe('ada, for every run here');
});
