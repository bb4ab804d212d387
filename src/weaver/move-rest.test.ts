import { expect, it } from 'vitest';
import { spec, steps, submitted } from '../../test/conformance/engine/support.ts';
import { openMemoryEngine } from '../../test/support/memory-engine.ts';

it('goes on with the tasks that a cancel has not reached when the process died that was asked for it', async () => {
  await using made = await openMemoryEngine([steps()]);
  await using other = await made.another([steps()]);
  const jobId = await submitted(made.engine, { tasks: Array.from({ length: 1_600 }, (_, index) => spec(`t${index}`)) });
  made.engine.cancel(jobId, 'enough').catch(() => undefined);
  const cancelled = async (): Promise<number> => (await other.engine.status(jobId))?.counts['cancelled'] ?? 0;
  while ((await cancelled()) === 0) await new Promise((resolve) => setImmediate(resolve));
  made.kill();
  expect(await cancelled()).toBeLessThan(1_600);
  await using worker = await other.engine.work({ jobs: 'unclaimed', concurrency: 4 });
  expect(await worker.settled(jobId)).toBe('cancelled');
  expect(await other.engine.status(jobId)).toMatchObject({ counts: { cancelled: 1_600, succeeded: 0 }, cancelReason: 'enough' });
});
