import { expect, it } from 'vitest';
import { openMemoryEngine } from '../../../test/support/memory-engine.ts';
import { configSchema } from '../../domain/config.ts';
import type { Notice } from '../../domain/notice.ts';
import { handle } from '../../weaver/handler.ts';
import { deployEnvironmentType } from '../../workflow/deploy/deploy-task-types.ts';
import { noticeOf } from './notice-of-event.ts';

const attributes = {
  schemaVersion: 2,
  issue: { title: 'Deploy r12', body: '', origin: { kind: 'text' }, hiddenCharacters: 0 },
  repositoryId: 'repository',
  repository: { kind: 'local', root: '/r' },
  base: { commit: '1'.repeat(40), name: 'main' },
  author: { name: 'Ada', email: 'ada@example.org' },
  branchTemplate: 'miyabi/<run>',
  into: null,
  approveAll: false,
  config: configSchema.parse({}),
};

const begun = { release: 12, commit: 'c'.repeat(40), rollback: false, step: null, asked: false, opened: null, progress: {} };

/** What is told of a run that deploys to an environment for each of these ends. */
async function toldOf(...ends: readonly string[]): Promise<readonly Notice[]> {
  await using memory = await openMemoryEngine([
    handle(deployEnvironmentType, async ({ payload: { environment } }) => ({
      kind: 'success',
      result: { environment, deployment: 'd', release: 12, end: environment, serving: 11, reason: 'It was slow.' } as never,
    })),
  ]);
  const { engine } = memory;
  await using worker = await engine.work({ jobs: 'unclaimed', concurrency: 1 });
  const { jobId } = await engine.submit({
    title: 'Deploy r12',
    groupKey: 'repository',
    attributes,
    tasks: ends.map((end, index) => ({
      type: deployEnvironmentType.name,
      key: end,
      payload: { ...begun, environment: end },
      dependencies: index === 0 ? [] : [{ on: ends[index - 1]!, until: 'succeeded' as const }],
    })),
  });
  expect(await worker.settled(jobId)).toBe('completed');
  const told: Notice[] = [];
  for await (const event of engine.events(jobId)) {
    const notice = await noticeOf(engine, event);
    if (notice !== undefined) told.push(notice);
  }
  return told;
}

it('a release that was taken back or broke an environment is told of at once, one that is live quietly', async () => {
  const told = await toldOf('live', 'refused', 'rolled-back', 'broken');
  expect(told.map(({ kind, priority }) => [kind, priority])).toEqual([
    ['deployed', 'P3-Low'],
    ['not-deployed', 'P1-High'],
    ['rolled-back', 'P0-Critical'],
    ['broken', 'P0-Critical'],
    ['failed', 'P2-Medium'],
  ]);
  expect(told[2]).toMatchObject({ title: expect.stringContaining('had its release taken back: Deploy r12') });
  expect(told[2]?.text).toBe('rolled-back: r12 was taken back (It was slow); r11 serves');
  expect(told[4]?.text).toContain('refused: r12 was not let in');
});

it('a run whose releases are all live is done', async () => {
  expect((await toldOf('live')).map(({ kind }) => kind)).toEqual(['deployed', 'finished']);
});
