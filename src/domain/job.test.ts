import { describe, expect, it } from 'vitest';
import { counted, deriveJobState, jobHasEnded } from './job.ts';
import type { JobState, TaskCounts } from './job.ts';

const cases: readonly (readonly [TaskCounts, boolean, JobState])[] = [
  [{ ready: 1, person: 1 }, false, 'running'],
  [{ running: 1 }, false, 'running'],
  [{ running: 1 }, true, 'running'],
  [{ backoff: 1, dead: 1 }, false, 'running'],
  [{ person: 1, deps: 2 }, false, 'waiting'],
  [{ event: 1, children: 1 }, false, 'waiting'],
  [{ deps: 1, dead: 1 }, false, 'stuck'],
  [{ children: 1 }, false, 'stuck'],
  [{ cancelled: 2, succeeded: 1 }, true, 'cancelled'],
  [{ succeeded: 2 }, true, 'cancelled'],
  [{ succeeded: 2, dead: 1 }, false, 'failed'],
  [{ succeeded: 2, cancelled: 1 }, false, 'failed'],
  [{ succeeded: 2, answered: 1 }, false, 'completed'],
  [{ dead: 1, answered: 1 }, false, 'failed'],
  [{ succeeded: 1, decomposed: 1, skipped: 1 }, false, 'completed'],
];

describe('the state of a job', () => {
  it.each(cases)('%o (cancelled: %o) is %s', (counts, cancelled, state) => {
    expect(deriveJobState(counts, cancelled)).toBe(state);
  });

  it('does not count what has been counted away', () => {
    expect(deriveJobState(counted(counted({ ready: 1 }, 'ready', -1), 'succeeded'), false)).toBe('completed');
  });

  it('is over when nothing will be executed any more', () => {
    const ended: readonly JobState[] = ['completed', 'failed', 'cancelled', 'stuck'];
    const open: readonly JobState[] = ['running', 'waiting', 'paused'];
    expect(ended.every(jobHasEnded)).toBe(true);
    expect(open.some(jobHasEnded)).toBe(false);
  });
});
