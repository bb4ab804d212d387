import { afterEach, describe, expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import type { ChangeOfTarget, DeployableRelease, Deployer } from '../../src/ports/deployer.ts';
import { FencedOff } from '../../src/ports/deployer.ts';
import { commitOf } from '../support/service-releases.ts';
import { killedIn } from './deployer/killed-in.ts';
import type { DeployerLacks, DeployerStand } from './deployer-stand.ts';

/** One meaning for every target: each must pass all of this. @param open makes an environment that nothing was deployed to. */
export function describeDeployer(name: string, open: () => Promise<DeployerStand>, lacks: DeployerLacks = {}): void {
  describe(`the target ${name}`, () => {
    const opened: AsyncDisposable[] = [];
    afterEach(async () => {
      for (const one of opened.splice(0).toReversed()) await one[Symbol.asyncDispose]();
    });

    async function stand(): Promise<{ readonly at: DeployerStand; readonly deployer: Deployer }> {
      const at = await open();
      opened.push(at);
      const deployer = at.open();
      opened.push(deployer);
      return { at, deployer };
    }

    const unlessLacking = (what: keyof DeployerLacks, test: () => Promise<void>) => async (context: TestContext) => {
      const lack = lacks[what];
      if (lack !== undefined) return context.skip(lack);
      await test();
    };

    it('serves nothing before the first deployment', async () => {
      const { deployer } = await stand();
      expect(await deployer.status(never)).toMatchObject({ fence: 0, serving: undefined, running: [] });
    });

    it('starts a release beside what serves, gives it all traffic, and retires the other one', async () => {
      const { at, deployer } = await stand();
      const [first, second] = [await at.release(1), await at.release(2)];
      await bring(deployer, first, 1);
      expect(await at.ask('/')).toMatchObject({ status: 200, release: '1' });
      await deployer.place(second, by(2));
      const isBeside = lacks.beside === undefined;
      expect(await deployer.start(second, by(2))).toBe(isBeside);
      const { serving } = await deployer.status(never);
      const asked = (await at.ask('/')).release;
      expect({ serving: isBeside ? serving?.release : 1, asked: isBeside ? asked : '1' }).toEqual({ serving: 1, asked: '1' });
      await deployer.serve(second, by(2));
      expect(await at.ask('/healthz')).toMatchObject({ status: 200, release: '2' });
      expect(await deployer.status(never)).toMatchObject({ fence: 2, serving: { release: 2, commit: commitOf(2) } });
      await deployer.retire({ running: [2], placed: [1, 2] }, by(2));
      expect((await deployer.status(never)).running.map(({ release }) => release)).toEqual([2]);
      expect(await at.ask('/')).toMatchObject({ status: 200, release: '2' });
    });

    it('goes back to the release before, whether that still runs or was only kept placed', async () => {
      const { at, deployer } = await stand();
      const [first, second] = [await at.release(1), await at.release(2)];
      await bring(deployer, first, 1);
      await bring(deployer, second, 2);
      await deployer.serve(first, by(2));
      expect(await at.ask('/')).toMatchObject({ status: 200, release: '1' });
      await deployer.serve(second, by(3));
      await deployer.retire({ running: [2], placed: [1, 2] }, by(3));
      await deployer.serve(first, by(4));
      expect(await at.ask('/')).toMatchObject({ status: 200, release: '1' });
    });

    it('finds every change done that is asked for again, also by another process', async () => {
      const { at, deployer } = await stand();
      const release = await at.release(1);
      for (const client of [deployer, deployer, at.open()]) {
        await client.place(release, by(1));
        await client.start(release, by(1));
        await client.serve(release, by(1));
        await client.retire({ running: [1], placed: [1] }, by(1));
      }
      const { running, serving } = await deployer.status(never);
      expect(running.map(({ release: number }) => number)).toEqual([1]);
      expect(serving).toEqual({ release: 1, commit: commitOf(1) });
      expect(await at.ask('/')).toMatchObject({ status: 200, release: '1' });
    });

    it('refuses whoever comes with a lower fence than it has seen, and stays as it was', async () => {
      const { at, deployer } = await stand();
      const [first, second] = [await at.release(1), await at.release(2)];
      await bring(deployer, first, 5);
      const late = at.open();
      const refused = [
        () => late.place(second, by(4)),
        () => late.start(second, by(4)),
        () => late.serve(second, by(4)),
        () => late.serveAsItIs(first, by(4)),
        () => late.retire({ running: [], placed: [] }, by(4)),
        () => late.hook(second, { key: 'late', command: 'true', timeoutMs: 5_000 }, by(4)),
      ];
      for (const ask of refused) await expect(ask()).rejects.toThrow(new FencedOff(4, 5));
      expect(await deployer.status(never)).toMatchObject({ fence: 5, serving: { release: 1 } });
      expect(await at.ask('/')).toMatchObject({ status: 200, release: '1' });
    });

    it('never ends what serves', async () => {
      const { at, deployer } = await stand();
      await bring(deployer, await at.release(1), 1);
      await deployer.retire({ running: [], placed: [] }, by(1));
      expect(await at.ask('/')).toMatchObject({ status: 200, release: '1' });
    });

    it(
      'gives a release its environment, its commit, and nothing of ours',
      unlessLacking('environment', async () => {
        const { at, deployer } = await stand();
        process.env['MIYABI_TEST_OWN'] = 'ours';
        await bring(deployer, await at.release(1, {}, { GREETING: 'good evening, $HOME "you"' }), 1);
        const environment = JSON.parse((await at.ask('/environment')).body) as Record<string, string>;
        expect(environment).toMatchObject({ GREETING: 'good evening, $HOME "you"', MIYABI_COMMIT: commitOf(1), MIYABI_RELEASE: '1' });
        expect(environment['MIYABI_TEST_OWN']).toBeUndefined();
        delete process.env['MIYABI_TEST_OWN'];
      }),
    );

    it(
      'goes back to a release that still runs as it was, whatever has been configured since',
      unlessLacking('beside', async () => {
        const { at, deployer } = await stand();
        const first = await at.release(1, {}, { GREETING: 'as it was good' });
        await bring(deployer, first, 1);
        await bring(deployer, await at.release(2), 2);
        await deployer.serve({ ...first, environment: { ...first.environment, GREETING: 'as it is bad' } }, by(2));
        expect(await at.ask('/')).toMatchObject({ status: 200, release: '1' });
        expect(JSON.parse((await at.ask('/environment')).body)).toMatchObject({ GREETING: 'as it was good' });
      }),
    );

    it(
      'gives a release that it still has its traffic by its number and commit alone, and no other',
      unlessLacking('asItIs', async () => {
        const { at, deployer } = await stand();
        const [first, second] = [await at.release(1), await at.release(2)];
        await bring(deployer, first, 1);
        await bring(deployer, second, 2);
        const known = { number: 1, commit: first.commit };
        expect(await deployer.serveAsItIs({ ...known, commit: second.commit }, by(3))).toBe(false);
        expect(await at.ask('/')).toMatchObject({ status: 200, release: '2' });
        for (const client of [deployer, at.open()]) expect(await client.serveAsItIs(known, by(4))).toBe(true);
        expect(await at.ask('/')).toMatchObject({ status: 200, release: '1' });
        expect(await deployer.status(never)).toMatchObject({ fence: 4, serving: { release: 1, commit: commitOf(1) } });
        await deployer.retire({ running: [1], placed: [1] }, by(4));
        expect(await deployer.serveAsItIs({ number: 2, commit: second.commit }, by(5))).toBe(false);
        expect(await deployer.status(never)).toMatchObject({ fence: 5, serving: { release: 1 } });
        expect(await at.ask('/')).toMatchObject({ status: 200, release: '1' });
      }),
    );

    it(
      'runs a hook once, in the release and with its environment, and tells how it ended',
      unlessLacking('hooks', async () => {
        const { at, deployer } = await stand();
        const release = await at.release(1, {}, { DATABASE: 'of the release' });
        await deployer.place(release, by(1));
        const hook = { key: 'expand r1', command: 'ls server.js; echo "$DATABASE" $$; exit 7', timeoutMs: 30_000 };
        const result = await deployer.hook(release, hook, by(1));
        expect(result).toMatchObject({ code: 7, tail: expect.stringMatching(/^server\.js\nof the release \d+\n$/) });
        expect(await at.open().hook(release, hook, by(1))).toEqual(result);
        expect((await deployer.hook(release, { ...hook, key: 'another', command: 'sleep 60', timeoutMs: 200 }, by(1))).code).not.toBe(0);
      }),
    );

    it(
      'counts what users asked of each release',
      unlessLacking('traffic', async () => {
        const { at, deployer } = await stand();
        const from = Date.now() - 2_000;
        await bring(deployer, await at.release(1, { errorShare: 0.25 }), 1);
        for (let asked = 0; asked < 8; asked += 1) await at.ask('/');
        const found = await deployer.traffic(1, from, Date.now() + 1, never);
        expect(found).toMatchObject({ requests: 8, errors: 2 });
        expect(found?.p95Ms).toBeGreaterThan(0);
        expect(await deployer.traffic(2, from, Date.now() + 1, never)).toMatchObject({ requests: 0, errors: 0 });
      }),
    );

    it(
      'starts a release again that has exited, and tells that it has',
      unlessLacking('exits', async () => {
        const { at, deployer } = await stand();
        await bring(deployer, await at.release(1), 1);
        const before = Date.now();
        await at.ask('/exit');
        await untilServed(at);
        const [one] = (await deployer.status(never)).running;
        expect(one?.exits).toHaveLength(1);
        expect(one?.exits?.[0]).toBeGreaterThanOrEqual(before);
      }),
    );

    it(
      'is as it was asked to be when whoever asked was killed in the middle and asks again',
      unlessLacking('kills', async () => {
        const { at, deployer } = await stand();
        const [first, second] = [await at.release(1), await at.release(2)];
        await bring(deployer, first, 1);
        for (const verb of ['place', 'hook', 'start', 'serve', 'retire'] as const) {
          await killedIn(at.victim, verb, second, 2);
          expect(await at.ask('/')).toMatchObject({ status: 200 });
          await again(deployer, verb, second);
        }
        expect(await at.ask('/')).toMatchObject({ status: 200, release: '2' });
        const { running, serving } = await deployer.status(never);
        expect(serving).toEqual({ release: 2, commit: commitOf(2) });
        expect(running.map(({ release }) => release)).toEqual([2]);
      }),
    );
  });
}

const never: AbortSignal = new AbortController().signal;

export function by(fence: number): ChangeOfTarget {
  return { fence, signal: never, onLine: () => undefined };
}

/** Deploys without looking, and retires nothing. */
async function bring(deployer: Deployer, release: DeployableRelease, fence: number): Promise<void> {
  await deployer.place(release, by(fence));
  await deployer.start(release, by(fence));
  await deployer.serve(release, by(fence));
}

async function again(deployer: Deployer, verb: 'place' | 'hook' | 'start' | 'serve' | 'retire', release: DeployableRelease): Promise<void> {
  const change = by(2);
  if (verb === 'retire') return await deployer.retire({ running: [release.number], placed: [release.number] }, change);
  if (verb !== 'hook') return void (await deployer[verb](release, change));
  expect(await deployer.hook(release, { key: 'killed', command: 'true', timeoutMs: 30_000 }, change)).toMatchObject({ code: 0 });
}

/** A release that exits is away for a moment. */
async function untilServed(at: DeployerStand): Promise<void> {
  await expect.poll(async () => (await at.ask('/')).status, { timeout: 30_000, interval: 50 }).toBe(200);
}
