import { expect, it } from 'vitest';
import { collectNowAndThen } from './collect-now-and-then.ts';

/** A text at a time, to whoever waits for it. */
function told() {
  const texts: string[] = [];
  let wake = Promise.withResolvers<void>();
  return {
    tell(text: string): void {
      texts.push(text);
      wake.resolve();
      wake = Promise.withResolvers();
    },
    async until(count: number): Promise<readonly string[]> {
      while (texts.length < count) await wake.promise;
      return texts;
    },
  };
}

it('collects again and again, tells what went, and goes on after a failure', async () => {
  const heard = told();
  let calls = 0;
  {
    await using _collecting = collectNowAndThen(
      async () => {
        calls += 1;
        if (calls === 1) throw new Error('the disk is away');
        return await Promise.resolve({ folders: [{ path: '/x', bytes: 3 * 1024 * 1024, why: 'unused' }], recovered: ['Removed a world.'] });
      },
      { everyMs: 1, tell: (text) => heard.tell(text) },
    );
    const [failed, recovered, went] = await heard.until(3);
    expect(failed).toContain('the disk is away');
    expect([recovered, went]).toEqual(['Removed a world.', 'collected 3.0 MiB that nothing used any more, in one place']);
  }
  const after = calls;
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toBe(after);
});
