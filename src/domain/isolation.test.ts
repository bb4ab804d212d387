import { expect, it } from 'vitest';
import { Failure } from './failure.ts';
import { chooseIsolation } from './isolation.ts';
import type { IsolationLevel, IsolationRung } from './machine.ts';
import { isolationLevels } from './machine.ts';

/** A machine that has these and nothing else. */
function machine(...usable: readonly IsolationLevel[]): readonly IsolationRung[] {
  return isolationLevels.map((level) => ({
    level,
    usable: usable.includes(level),
    detail: usable.includes(level) ? `${level} is here.` : `${level} is missing.`,
  }));
}

it('takes the strongest way there is', () => {
  expect(chooseIsolation('auto', machine('container', 'bubblewrap', 'limits'), 'others')).toEqual({
    level: 'container',
    note: 'Isolation: container is here.',
  });
  expect(chooseIsolation('auto', machine('bubblewrap', 'limits'), 'others').level).toBe('bubblewrap');
  expect(chooseIsolation('auto', machine('seatbelt', 'limits'), 'user').level).toBe('seatbelt');
});

it('falls back on process limits for the user alone, and says so and why', () => {
  const chosen = chooseIsolation('auto', machine('limits'), 'user');
  expect(chosen.level).toBe('limits');
  expect(chosen.note).toContain('noticed, not prevented');
  expect(chosen.note).toContain('No bubblewrap: bubblewrap is missing.');
});

it('refuses the issue of others without a sandbox, unless the user says none', () => {
  expect(() => chooseIsolation('auto', machine('limits'), 'others')).toThrow(/written by others.*No container.*isolation: none/s);
  expect(chooseIsolation('none', machine('bubblewrap', 'limits'), 'others').level).toBe('limits');
});

it('never puts something else in the place of what was named', () => {
  expect(chooseIsolation('bubblewrap', machine('container', 'bubblewrap', 'limits'), 'user').level).toBe('bubblewrap');
  expect(() => chooseIsolation('container', machine('bubblewrap', 'limits'), 'user')).toThrow(Failure);
  expect(() => chooseIsolation('seatbelt', [], 'user')).toThrow(/another system/);
});
