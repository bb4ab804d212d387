import { expect, it } from 'vitest';
import { pipelineStand } from '../../../test/support/pipeline-stand.ts';
import { untilSo } from '../../../test/support/until-so.ts';
import { giveBackAbandoned } from './give-back.ts';

const hooks = { hooks: { expand: 'expand', contract: 'contract' } };

it('goes on where it was when its process is killed, before each change of the target and after it', { timeout: 60_000 }, async () => {
  const changes = ['place 2', 'hook 2 expand', 'start 2', 'serve 2', 'hook 2 contract', 'retire'];
  await using pipeline = await pipelineStand({ environments: { production: hooks } });
  const target = pipeline.target();
  const good = await pipeline.release();
  await pipeline.deploy(good);
  let expected = good;
  for (const [index, change] of changes.entries()) {
    for (const when of ['before', 'after'] as const) {
      const release = await pipeline.release();
      const call = change.replace('2', String(release));
      const job = await pipeline.submit({ what: { kind: 'release', release } });
      const mortal = await pipeline.made.another(pipeline.registrations);
      const died = Promise.withResolvers<void>();
      target.around = async (now, moment) => {
        if (now !== call || moment !== when) return;
        target.around = () => undefined;
        mortal.kill();
        died.resolve();
        // Its handler would run on: nobody hears of it any more.
        await new Promise(() => undefined);
      };
      const before = target.changes.length;
      const worker = await mortal.engine.work({ jobs: [job], concurrency: 4 });
      worker.ended.catch(() => undefined);
      await died.promise;
      expect(await pipeline.settle(job), `${when} ${call}`).toBe('completed');
      expect((await pipeline.deployments()).at(-1)).toMatchObject({ release, state: 'live', leaves: release, previous: expected });
      expect(target.serving).toBe(release);
      expect([...target.running]).toEqual([release]);
      const made = target.changes.slice(before);
      expect(new Set(made).size, made.join(', ')).toBe(changes.length);
      expect(made.filter((one) => one.startsWith('hook'))).toHaveLength(2);
      expect(made.length - changes.length, `${index}`).toBe(when === 'after' && !call.startsWith('hook') ? 1 : 0);
      expected = release;
    }
  }
  expect((await pipeline.deployments()).map(({ fence }) => fence)).toEqual(Array.from({ length: 13 }, (_, fence) => fence + 1));
});

it('puts the release before it back once where it is killed on the way back', { tags: ['campaign'], timeout: 60_000 }, async () => {
  await using pipeline = await pipelineStand();
  const target = pipeline.target();
  const good = await pipeline.release();
  await pipeline.deploy(good);
  for (const when of ['before', 'after'] as const) {
    const bad = await pipeline.release();
    target.health = (release, where) => (release === bad && where === 'serving' ? 'unhealthy' : 'healthy');
    const job = await pipeline.submit({ what: { kind: 'release', release: bad } });
    const mortal = await pipeline.made.another(pipeline.registrations);
    const died = Promise.withResolvers<void>();
    target.around = async (call, moment) => {
      if (call !== `serve ${good}` || moment !== when) return;
      target.around = () => undefined;
      mortal.kill();
      died.resolve();
      await new Promise(() => undefined);
    };
    const worker = await mortal.engine.work({ jobs: [job], concurrency: 4 });
    worker.ended.catch(() => undefined);
    await died.promise;
    expect(await pipeline.settle(job)).toBe('failed');
    expect((await pipeline.deployments()).at(-1)).toMatchObject({ release: bad, state: 'rolled-back', leaves: good });
    expect([...target.running]).toEqual([good]);
    expect(target.serving).toBe(good);
  }
});

it('has one deployment wait for the other that holds the environment', async () => {
  await using pipeline = await pipelineStand();
  const target = pipeline.target();
  const [first, second] = [await pipeline.release(), await pipeline.release()];
  const reached = Promise.withResolvers<void>();
  const mayGoOn = Promise.withResolvers<void>();
  target.around = async (call, when) => {
    if (call !== `serve ${first}` || when !== 'before') return;
    reached.resolve();
    await mayGoOn.promise;
  };
  const one = pipeline.deploy(first);
  await reached.promise;
  const other = await pipeline.submit({ what: { kind: 'release', release: second } });
  await using worker = await pipeline.made.engine.work({ jobs: [other], concurrency: 4 });
  const ended = worker.settled(other);
  await untilSo(pipeline.made.engine, other, async () => {
    const tasks = await pipeline.made.engine.tasks(other, { states: ['pending'] });
    return tasks.some((task) => task.key === 'open' && task.state === 'pending' && task.waiting.reason === 'deadline');
  });
  expect(target.changes).not.toContain(`place ${second}`);
  mayGoOn.resolve();
  expect((await one).state).toBe('completed');
  expect(await ended).toBe('completed');
  expect(await pipeline.deployments()).toMatchObject([
    { release: first, state: 'live', leaves: first },
    { release: second, state: 'live', previous: first, leaves: second },
  ]);
});

it.each([
  ['start', 'before it serves: what was started beside is ended', 1],
  ['serve', 'while it serves: it goes on serving', 2],
] as const)('a run that is cancelled after %s gives the environment back %s', async (step, _, serving) => {
  await using pipeline = await pipelineStand({
    environments: { production: { watch: { seconds: 600 }, health: { intervalSeconds: 0.05 } } },
  });
  const target = pipeline.target();
  await cancelled(pipeline, await pipeline.release(), 'serve');
  expect(target.serving).toBe(1);
  const second = await pipeline.release();
  // It stays unwell until it is cancelled.
  if (step === 'start') target.health = (_release, where) => (where === 'beside' ? 'measuring' : 'healthy');
  await cancelled(pipeline, second, step);
  expect((await pipeline.deployments()).at(-1)).toMatchObject({ release: second, state: 'abandoned', leaves: serving });
  expect(target.serving).toBe(serving);
  expect(target.running.has(second)).toBe(serving === second);
});

it('gives an environment back that a run held which ended while nobody carried it', async () => {
  await using pipeline = await pipelineStand();
  const target = pipeline.target();
  const [good, stuck, next] = [await pipeline.release(), await pipeline.release(), await pipeline.release()];
  await pipeline.deploy(good);
  target.around = (call) => {
    if (call === `serve ${stuck}`) throw new Error('nobody answers');
  };
  const { job, state } = await pipeline.deploy(stuck);
  expect(state).toBe('waiting');
  expect(target.running.has(stuck)).toBe(true);
  expect(await giveBackAbandoned(pipeline.tools)).toEqual([]);
  await pipeline.made.engine.cancel(job, 'enough');
  expect(await giveBackAbandoned(pipeline.tools)).toEqual(['production was given back: the run has ended, and r1 serves.']);
  expect([...target.running]).toEqual([good]);
  expect((await pipeline.deployments()).at(-1)).toMatchObject({ state: 'abandoned', leaves: good });
  expect((await pipeline.deploy(next)).state).toBe('completed');

  const last = await pipeline.release();
  target.around = (call) => {
    if (call === `serve ${last}`) throw new Error('nobody answers');
  };
  const held = await pipeline.deploy(last);
  await pipeline.made.engine.cancel(held.job, 'enough');
  target.around = () => undefined;
  // Whoever comes next finds its run over.
  expect((await pipeline.deploy(next)).state).toBe('completed');
  expect((await pipeline.deployments()).map((one) => one.state)).toEqual(['live', 'abandoned', 'live', 'abandoned', 'live']);
});

/** Deploys until this change was made and is being looked at, then cancels. */
it('gives an environment back whose repository only the run knows by its name at the forge', async () => {
  await using pipeline = await pipelineStand({
    environments: { production: { watch: { seconds: 600 }, health: { intervalSeconds: 0.05 } } },
  });
  // The records know no name at a forge.
  Object.assign(await pipeline.tools.deploying(), { placeOf: async () => await Promise.resolve(undefined) });
  await cancelled(pipeline, await pipeline.release(), 'serve');
  expect((await pipeline.deployments()).at(-1)).toMatchObject({ release: 1, state: 'abandoned', leaves: 1 });

  const target = pipeline.target();
  const [stuck, next] = [await pipeline.release(), await pipeline.release()];
  target.around = (call) => {
    if (call === `serve ${stuck}`) throw new Error('nobody answers');
  };
  const { job } = await pipeline.deploy(stuck);
  await pipeline.made.engine.cancel(job, 'enough');
  target.around = () => undefined;
  await cancelled(pipeline, next, 'serve');
  expect((await pipeline.deployments()).map(({ release, state }) => ({ release, state }))).toEqual(
    [1, stuck, next].map((release) => ({ release, state: 'abandoned' })),
  );
});

async function cancelled(pipeline: Awaited<ReturnType<typeof pipelineStand>>, release: number, step: 'start' | 'serve'): Promise<void> {
  const job = await pipeline.submit({ what: { kind: 'release', release } });
  const { engine } = pipeline.made;
  await using worker = await engine.work({ jobs: [job], concurrency: 4 });
  const next = step === 'start' ? 'verify-beside' : 'watch';
  await untilSo(engine, job, async () => (await engine.tasks(job, { states: ['running'] })).some(({ key }) => key === next));
  await engine.cancel(job, 'enough');
  expect(await worker.settled(job)).toBe('cancelled');
}
