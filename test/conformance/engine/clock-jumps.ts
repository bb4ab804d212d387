import { describe, expect, it } from 'vitest';
import { hourMs, standingClock, turnedClock } from './clocks.ts';
import { HandDispatcher } from './hand-dispatcher.ts';
import { asking, idOf, spec, steps, submitted, success, taskByKey, waits } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** The clock of the machine is set, two hours either way. */
export function clockJumpCases(make: MakeEngine): void {
  describe.each([
    ['forward', 2 * hourMs],
    ['back', -2 * hourMs],
  ])('when the clock jumps %s', (_, jump) => {
    it('neither loses a retry nor waits for it for two hours', async () => {
      const clock = turnedClock();
      let calls = 0;
      const flaky: StepHandler = async () =>
        (calls += 1) === 1 ? { kind: 'failure', reason: 'no', retryHint: { delayMs: 60_000 } } : success(null);
      await using made = await make([steps({ flaky })], { clock });
      const jobId = await submitted(made.engine, { tasks: [spec('flaky')] });
      await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
      await waits(made.engine, jobId, 'flaky', 'backoff');
      clock.turn(jump);
      expect(await worker.settled(jobId)).toBe('completed');
      expect((await taskByKey(made.engine, jobId, 'flaky')).task).toMatchObject({ executions: 2, failures: 1 });
    });

    it('does not wait two hours for what was to be answered in a minute', async () => {
      const clock = turnedClock();
      const until = clock.now() + 60_000;
      await using made = await make([steps({ asking: asking({ from: 'event', until }) })], { clock });
      const jobId = await submitted(made.engine, { tasks: [spec('asking')] });
      await using _worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
      await waits(made.engine, jobId, 'asking', 'event');
      clock.turn(jump);
      const events = await Array.fromAsync(made.engine.events(jobId, { follow: true }));
      expect(events.at(-1)).toMatchObject({ type: 'job.state', data: { state: 'completed' } });
    });

    it('loses no lease, and so runs nothing twice', async () => {
      const clock = turnedClock();
      const gate = Promise.withResolvers<void>();
      const started = Promise.withResolvers<void>();
      const long: StepHandler = async () => {
        started.resolve();
        await gate.promise;
        return success('once');
      };
      const next: StepHandler = async () => {
        gate.resolve();
        return success(null);
      };
      await using made = await make([steps({ long, next })], { clock, timing: { leaseMs: 300, heartbeatMs: 50 } });
      const { engine } = made;
      const jobId = await submitted(engine, { tasks: [spec('long')], open: true });
      await using worker = await engine.work({ jobs: [jobId], concurrency: 2 });
      await started.promise;
      clock.turn(jump);
      // Whoever looks by now sees the new time.
      await engine.add(jobId, [spec('wait', { payload: null })]);
      await engine.add(jobId, [spec('next')]);
      await engine.seal(jobId);
      expect(await worker.settled(jobId)).toBe('completed');
      expect(await taskByKey(engine, jobId, 'long')).toMatchObject({
        task: { leasesLost: 0, executions: 1 },
        attempts: [{ outcome: 'success' }],
      });
    });

    it('believes that a lease has run out only when no heartbeat renews it', async () => {
      const clock = standingClock();
      const hand = new HandDispatcher();
      const started = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      let calls = 0;
      const long: StepHandler = async () => {
        calls += 1;
        if (calls > 1) return success('second');
        started.resolve();
        await gate.promise;
        return success('first');
      };
      // No heartbeat comes in the time that the test takes.
      await using made = await make([steps({ long })], { clock, dispatcher: hand, timing: { leaseMs: 30_000, heartbeatMs: 10_000 } });
      const { engine } = made;
      const jobId = await submitted(engine, { tasks: [spec('long')] });
      const id = await idOf(engine, jobId, 'long');
      await using worker = await engine.work({ jobs: [jobId], concurrency: 2 });
      expect(await hand.offer(id)).toBe('claimed');
      await started.promise;
      clock.turn(jump);
      for (let round = 0; round < 3; round += 1) await hand.consumer.attend();
      expect((await taskByKey(engine, jobId, 'long')).task).toMatchObject({ state: 'running', leasesLost: 0 });
      // The clock is put right, and by it the lease runs out without a beat.
      clock.turn(-jump);
      for (let round = 0; round < 6; round += 1) {
        clock.pass(10_000);
        await hand.consumer.attend();
      }
      expect((await taskByKey(engine, jobId, 'long')).task).toMatchObject({ leasesLost: 1 });
      gate.resolve();
      expect(await hand.offer(id)).toBe('claimed');
      expect(await worker.settled(jobId)).toBe('completed');
      expect((await taskByKey(engine, jobId, 'long')).task).toMatchObject({ result: { value: 'second' } });
    });
  });
}
