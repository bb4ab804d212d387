import { expect, it } from 'vitest';
import { openMemoryEngine } from '../../../test/support/memory-engine.ts';
import { systemClock } from '../../adapters/clock.ts';
import type { JobEvent } from '../../domain/events.ts';
import { noticesGroup } from '../../domain/job-groups.ts';
import type { Place, Signal } from '../../domain/signals.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { silence } from '../../ports/telemetry.ts';
import { handle } from '../../weaver/handler.ts';
import { chooseType, reviewType } from '../../workflow/task-types.ts';
import { followRunLog } from './follow-run-log.ts';
import { lineOfEvent } from './line-of-event.ts';

type Said = Extract<Signal, { type: 'said' }> & { readonly place: Place };

/** A telemetry that keeps what is said, with its place. */
function keeping() {
  const said: Said[] = [];
  let around: Place = {};
  const telemetry: Telemetry = {
    ...silence,
    tell: (signal) => {
      if (signal.type === 'said') said.push({ ...signal, place: around });
    },
    within: async (place, work) => {
      around = place;
      return await work();
    },
  };
  return { said, telemetry };
}

it('tells that runs begin, what was decided about their tasks, what was chosen, and how they end, and nothing of other jobs', async () => {
  const { said, telemetry } = keeping();
  let tries = 0;
  await using memory = await openMemoryEngine([
    handle(chooseType, async () => {
      tries += 1;
      if (tries === 1) return { kind: 'failure', reason: 'the disk was\nfull', retryHint: { delayMs: 1 } };
      const choice = { kind: 'chosen', winner: 'beta', decidedBy: 'behaviour', confidence: 0.53, verdicts: [{}, {}] };
      return { kind: 'success', result: choice as never };
    }),
    handle(reviewType, async () => ({ kind: 'failure', reason: 'no way', retryHint: 'never' })),
  ]);
  const { engine } = memory;
  const review = { type: reviewType.name, payload: { complexity: 3, tasks: 1, sentBack: 0, asked: null } };
  {
    await using _log = followRunLog({ engine, clock: systemClock, telemetry }, { tell: () => undefined });
    await engine.newestEvent();
    await engine.submit({ title: 'a notice', groupKey: noticesGroup, tasks: [{ ...review, key: 'send' }] });
    const { jobId } = await engine.submit({
      title: 'Words of the issue',
      groupKey: 'repository',
      tasks: [
        { type: chooseType.name, key: 'choose', payload: { base: 'c'.repeat(40), checks: [], worlds: [], earlier: [] } },
        { ...review, key: 'review', dependencies: [{ on: 'choose', until: 'settled' }] },
      ],
    });
    await using worker = await engine.work({ jobs: 'unclaimed', concurrency: 2 });
    await worker.settled(jobId);
  }
  expect(said.map(({ level, text, place, facts }) => [level, place.key, text, facts])).toEqual([
    ['info', undefined, 'begins', undefined],
    ['warn', 'choose', expect.stringMatching(/^Retry attempt 2\/5 after .*: the disk was\nfull$/), undefined],
    ['debug', 'choose', 'succeeded', undefined],
    ['info', 'choose', 'chose beta', { winner: 'beta', decidedBy: 'behaviour', confidence: 0.53, worlds: 2 }],
    ['error', 'review', expect.stringContaining('given up: no way'), undefined],
    ['error', undefined, expect.stringContaining('has failed'), { state: 'failed' }],
  ]);
  expect(new Set(said.map(({ place }) => place.run)).size).toBe(1);
  expect(said.every(({ place }) => place.trace === place.run?.replaceAll('-', ''))).toBe(true);
  expect(JSON.stringify(said)).not.toContain('Words of the issue');
});

const task = { taskId: 't', taskType: 'miyabi.world.run', key: 'alpha.run' };

it.each([
  [{ type: 'job.paused', data: { reason: 'by ada' } }, 'warn', 'paused: by ada'],
  [{ type: 'job.resumed', data: {} }, 'info', 'goes on'],
  [{ type: 'job.state', data: { state: 'completed', reason: '' } }, 'info', 'is done'],
  [{ type: 'job.state', data: { state: 'stuck', reason: 'nobody' } }, 'error', 'cannot go on: nobody'],
  [{ type: 'job.state', data: { state: 'cancelled', reason: 'by ada' } }, 'warn', 'was cancelled: by ada'],
  [{ type: 'task.answered', data: { ...task, signal: 'answer', by: 'ada' } }, 'info', 'answered by ada'],
  [{ type: 'lease.lost', data: { ...task, epoch: 2, owner: 'p' } }, 'warn', 'whoever was at work on it is gone'],
  [{ type: 'task.state', data: { ...task, state: 'skipped', reason: 'not needed' } }, 'info', 'left out: not needed'],
] as const)('of %o it is written at the level %s: %s', (event, level, text) => {
  expect(lineOfEvent(event as unknown as JobEvent)).toMatchObject({ level, text });
});

it.each([
  { type: 'task.created', data: task },
  { type: 'task.started', data: task },
  { type: 'task.state', data: { ...task, state: 'pending', waiting: 'person', reason: 'asks' } },
  { type: 'job.state', data: { state: 'running', reason: '' } },
] as const)('nothing is written of %o, which is no news or told elsewhere', (event) => {
  expect(lineOfEvent(event as unknown as JobEvent)).toBeUndefined();
});
