import { expect, it } from 'vitest';
import type { PhaseTasks } from './run-phase.ts';
import { phaseOf } from './run-phase.ts';

function of(phase: PhaseTasks['phase'], state: PhaseTasks['state'], waiting?: PhaseTasks['waiting']): PhaseTasks {
  return { phase, state, waiting };
}

it('stands at the first of what runs, whatever could run or waits', () => {
  const tasks = [of('integration', 'running'), of('worlds', 'running'), of('plan', 'ready'), of('approval', 'pending', 'person')];
  expect(phaseOf('running', tasks)).toBe('worlds');
});

it('stands at what could run or waits for its time where nothing runs', () => {
  expect(phaseOf('running', [of('review', 'ready'), of('approval', 'pending', 'person')])).toBe('review');
  for (const waiting of ['backoff', 'capacity', 'paused'] as const) {
    expect(phaseOf('paused', [of('merge', 'pending', waiting), of('plan', 'pending', 'deps')])).toBe('merge');
  }
});

it('stands at what somebody can answer where nothing moves by itself', () => {
  for (const waiting of ['person', 'event', 'budget', 'deadline'] as const) {
    expect(phaseOf('waiting', [of('worlds', 'pending', 'children'), of('approval', 'pending', waiting)])).toBe('approval');
  }
});

it('stands where something died last, once it came to nothing', () => {
  const tasks = [of('worlds', 'dead'), of('review', 'dead'), of('merge', 'skipped')];
  expect(phaseOf('failed', tasks)).toBe('review');
  expect(phaseOf('stuck', [of('worlds', 'pending', 'deps')])).toBe('start');
});

it('is at its start before there is anything, and at its end once it is done or cancelled', () => {
  expect(phaseOf('running', [])).toBe('start');
  expect(phaseOf('running', [of(undefined, 'running')])).toBe('start');
  expect(phaseOf('completed', [of('worlds', 'dead')])).toBe('end');
  expect(phaseOf('cancelled', [of('worlds', 'running')])).toBe('end');
});
