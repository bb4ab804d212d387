import { expect, test } from 'vitest';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import { configSchema } from '../domain/config.ts';
import type { CommitId, TaskId } from '../domain/ids.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { WorldName } from '../domain/world.ts';
import { watchRivals } from './watch-rivals.ts';

const all = { total: 100, build: 30, tests: 30, lint: 20, quality: 10, security: 10 };
const own = { planTask: 'task-1', round: 1, world: 'alpha' };

async function stand(early: object = {}) {
  const opened = await workflowStand({ 'a.txt': 'a\n' });
  const given = opened.context(1, {});
  const attributes = given.attributes as RunAttributes;
  const { worlds } = opened.tools.ledger;
  const place = { jobId: given.jobId, repositoryId: attributes.repositoryId, planTask: 'task-1', round: 1 };
  return {
    watch: async () =>
      await watchRivals(opened.tools, { ...given, attributes: { ...attributes, config: configSchema.parse({ early }) } }, own),
    /** A world that was checked, and has all that can be had. */
    async wins(world: WorldName, round = 1) {
      const taskId = `${world}-${round}` as TaskId;
      await worlds.begin({ ...place, taskId, epoch: 1, round, world, agent: 'repair', settings: '' });
      await worlds.ran({ taskId, epoch: 1, status: 'harvested', commit: 'a'.repeat(40) as CommitId, costMicroUsd: 0, durationMs: 1 });
      const score = { ...all, testsPassed: 3, testsTotal: 3, warnings: 0, confidence: 1 };
      await worlds.checked(taskId, { score, durationMs: 1, isUnbeatable: true });
    },
    [Symbol.asyncDispose]: async () => await opened[Symbol.asyncDispose](),
  };
}

async function aborted(signal: AbortSignal): Promise<unknown> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return signal.reason;
}

test('a world that begins after another has won ends at once', async () => {
  await using here = await stand();
  await here.wins('gamma');
  await using watch = await here.watch();
  expect(watch.early.signal.reason).toEqual({
    rule: 'unbeatable',
    reason: 'gamma has all points, with evidence for each of them, and can no longer be beaten',
  });
});

test('a world that is at work while another wins is ended by it', async () => {
  await using here = await stand();
  await using watch = await here.watch();
  expect(watch.early.signal.aborted).toBe(false);
  await here.wins('gamma');
  expect(await aborted(watch.early.signal)).toMatchObject({ rule: 'unbeatable' });
});

test('neither its own points end a world, nor those of another round', async () => {
  await using here = await stand();
  await here.wins('alpha');
  await here.wins('gamma', 2);
  await using watch = await here.watch();
  expect(watch.early.signal.aborted).toBe(false);
});

test('where the rule is switched off nothing is ended', async () => {
  await using here = await stand({ unbeatable: false });
  await here.wins('gamma');
  await using watch = await here.watch();
  expect(watch.early.signal.aborted).toBe(false);
});
