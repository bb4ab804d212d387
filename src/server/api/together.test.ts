import { expect, it } from 'vitest';
import { together } from './together.ts';

it('what is asked for by many at once is done once, and again for whoever comes later, also where it failed', async () => {
  let done = 0;
  const look = together(async () => {
    done += 1;
    if (done === 1) return await Promise.reject(new Error('no'));
    return await Promise.resolve(done);
  });
  const failed = await Promise.allSettled([look(), look()]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await Promise.all([look(), look(), look()])).toEqual([2, 2, 2]);
  expect(await look()).toBe(3);
});
