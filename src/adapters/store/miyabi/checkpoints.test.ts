import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { JobId } from '../../../domain/ids.ts';
import type { Checkpoint } from '../../../ports/checkpoints.ts';

const job = 'a job' as JobId;

function checkpoint(at: number, more: Partial<Checkpoint> = {}): Checkpoint {
  const running = [{ key: 'task-1/alpha.run', type: 'miyabi.world.run', since: 7, execution: 2 }];
  return { jobId: job, at, running, counts: { running: 1, queued: 2 }, costMicroUsd: 30, ...more };
}

overLedgers((openTestLedger) => {
  it('keeps where a run stood, once in a time, whoever writes it, and tells the last', async () => {
    await using opened = await openTestLedger();
    const { checkpoints } = opened.ledger;
    expect(await checkpoints.latest(job)).toBeUndefined();
    const other = (await opened.another()).checkpoints;
    const kept = await Promise.all([checkpoints.record(checkpoint(1_000), 500), other.record(checkpoint(1_001), 500)]);
    expect(kept.filter(Boolean)).toHaveLength(1);
    expect(await checkpoints.record(checkpoint(1_400), 500)).toBe(false);
    expect(await checkpoints.record(checkpoint(1_600, { running: [] }), 500)).toBe(true);
    expect(await checkpoints.latest(job)).toEqual(checkpoint(1_600, { running: [] }));
    expect(await checkpoints.latest('another' as JobId)).toBeUndefined();
    expect(await opened.rows("SELECT kind, at FROM checkpoints WHERE kind = 'still_running' AND at > 1500")).toEqual([
      { kind: 'still_running', at: 1_600 },
    ]);
  });

  it('goes on where the clock was set back', async () => {
    await using opened = await openTestLedger();
    const { checkpoints } = opened.ledger;
    await checkpoints.record(checkpoint(9_000), 500);
    expect(await checkpoints.record(checkpoint(5_000), 500)).toBe(true);
  });
});
