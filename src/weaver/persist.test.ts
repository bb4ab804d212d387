import { expect, it } from 'vitest';
import { Failure } from '../domain/failure.ts';
import { persist } from './persist.ts';

const refusal = new Failure('configuration', {
  what: 'The database could not be written.',
  why: 'The disk is full.',
  fix: 'Free some space.',
});

/** A clock that goes on by this much whenever it is looked at. */
function clockOf(stepMs: number) {
  let at = 0;
  return { now: () => at, monotonic: () => (at += stepMs) };
}

function refusing(times: number, error: unknown = refusal) {
  let tries = 0;
  const work = async (): Promise<string> => {
    tries += 1;
    if (tries <= times) throw error;
    return 'done';
  };
  return { work, tries: () => tries };
}

it('goes on trying what the storage refuses for a moment', async () => {
  const { work, tries } = refusing(3);
  expect(await persist(work, { clock: clockOf(1), forMs: 10_000, signal: new AbortController().signal })).toBe('done');
  expect(tries()).toBe(4);
});

it('gives up when it has been refused for long enough, but not before it has tried twice', async () => {
  for (const stepMs of [40, 1_000]) {
    const { work, tries } = refusing(Infinity);
    await expect(persist(work, { clock: clockOf(stepMs), forMs: 100, signal: new AbortController().signal })).rejects.toBe(refusal);
    expect(tries()).toBe(stepMs === 40 ? 3 : 2);
  }
});

it('does not try a defect again', async () => {
  const defect = new TypeError('undefined is not a function');
  const { work, tries } = refusing(1, defect);
  await expect(persist(work, { clock: clockOf(1), forMs: 10_000, signal: new AbortController().signal })).rejects.toBe(defect);
  expect(tries()).toBe(1);
});

it('tries once more at once when nobody can wait any longer', async () => {
  const abort = new AbortController();
  const { work, tries } = refusing(Infinity);
  const trying = persist(work, { clock: clockOf(0), forMs: 10_000, signal: abort.signal });
  abort.abort();
  await expect(trying).rejects.toBe(refusal);
  expect(tries()).toBe(2);
});
