import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { DeployStand } from '../support/deploy-stand.ts';
import { deployStand } from '../support/deploy-stand.ts';
import { startLoad } from '../support/load.ts';
import { noStack } from '../support/place.ts';

/** Resolves when a task with this key has begun. */
async function untilBegun(started: ReturnType<DeployStand['start']>, key: string): Promise<void> {
  for await (const line of createInterface({ input: started.stdout })) {
    const event = JSON.parse(line) as { readonly type: string; readonly key?: string };
    if (event.type === 'task.started' && event.key === key) break;
  }
  started.stdout.resume();
}

describe('a deployment', () => {
  it(
    'takes over without a failed request; a bad one goes back by itself, and stays away until a person lifts that',
    { timeout: 120_000 },
    async () => {
      await using stand = await deployStand({ project: { tag: 'v<number>' } });
      await stand.commit();
      const first = await stand.deploy();
      expect(first.end, first.reasons).toMatchObject({ code: 0 });
      const load = startLoad({ url: await stand.url(), perSecond: 150, atMostMs: 90_000 });

      const commit = await stand.commit();
      const started = stand.start('deploy', '--yes', '--json');
      await untilBegun(started, 'watch');
      const meanwhile = await stand.miyabi('deploy', '--yes', '--json');
      expect(meanwhile, meanwhile.stdout).toMatchObject({ code: 7 });
      expect(meanwhile.stderr).toMatch(/held by run_\w+|deploys this repository already/);
      expect(await started).toMatchObject({ exitCode: 0 });
      const health = await fetch(`${await stand.url()}/healthz`);
      expect(await health.json()).toEqual({ commit, release: '2' });

      await stand.commit({ sickAfterChecks: 4 });
      const bad = await stand.deploy();
      const { sent, failed, failures, byRelease } = await load.stop();
      expect(bad.end.code, bad.reasons).toBe(1);
      expect(bad.report).toMatchObject({
        status: 'failed',
        deployments: [
          {
            environment: 'production',
            release: 'r3',
            end: 'rolled-back',
            serving: 'r2',
            reason: expect.stringContaining('health checks in a row'),
          },
        ],
      });
      expect(failed, failures.join('\n')).toBe(0);
      expect([...byRelease.keys()].toSorted()).toEqual(['1', '2', '3']);
      expect([...byRelease.values()].reduce((sum, count) => sum + count, 0)).toBe(sent);
      expect(stand.deployments()).toMatchObject([
        { release: 1, previous: null, state: 'live', leaves: 1 },
        { release: 2, previous: 1, state: 'live', leaves: 2 },
        { release: 3, previous: 2, state: 'rolled-back', leaves: 2, verdict: { rule: 'health', inconclusive: false } },
      ]);
      expect(await stand.keeper()).toMatchObject({ serving: { release: 2, commit }, upstreams: [{ release: 2 }] });

      const refused = await stand.miyabi('deploy', '--yes', '--json', '--release', 'r3');
      expect(refused.code).toBe(7);
      expect(refused.stderr).toContain('releases lift r3');
      expect(noStack(refused.stderr)).toBe(true);
      expect(stand.deployments()).toHaveLength(3);
      const lifted = await stand.miyabi('releases', 'lift', 'r3', '--reason', 'the probe was at fault');
      expect(lifted, lifted.stderr).toMatchObject({ code: 0 });

      const back = await stand.miyabi('rollback', '--yes', '--json');
      expect(back, back.stderr).toMatchObject({ code: 0 });
      expect(await stand.keeper()).toMatchObject({ serving: { release: 1 }, upstreams: [{ release: 1 }] });
      const { lines } = await stand.miyabi('releases', '--json');
      expect(lines[0]).toMatchObject({
        releases: [
          { release: 'r3', serves: [], blocked: null, deployments: [{ state: 'rolled-back' }] },
          { release: 'r2', serves: [] },
          { release: 'r1', serves: ['production'] },
        ],
      });
    },
  );

  it('never gives traffic to a release that does not come up as the one that was deployed', { timeout: 120_000 }, async () => {
    await using stand = await deployStand({ environments: [{ name: 'production', health: { graceSeconds: 4 } }] });
    await stand.commit();
    await stand.deploy();
    const load = startLoad({ url: await stand.url(), perSecond: 50, atMostMs: 90_000 });
    const cases = [
      [{ diesAfterChecks: 0 }, 'crash-loop'],
      [{ saysCommit: 'c0ffee'.padEnd(40, '0') }, 'wrong-version'],
      [{ startsAfterMs: 60_000 }, 'health'],
    ] as const;
    for (const [behaviour, rule] of cases) {
      await stand.commit(behaviour);
      const { report, reasons } = await stand.deploy();
      expect(report, reasons).toMatchObject({ status: 'failed', deployments: [{ end: 'refused', serving: 'r1' }] });
      expect(stand.deployments().at(-1)).toMatchObject({ state: 'refused', servedAt: null, verdict: { rule } });
      expect(await stand.keeper()).toMatchObject({ serving: { release: 1 }, upstreams: [{ release: 1 }] });
    }
    await stand.commit({ startsAfterMs: 1_500 });
    expect((await stand.deploy()).report).toMatchObject({ status: 'succeeded', deployments: [{ end: 'live', serving: 'r5' }] });
    const { failed, failures, byRelease } = await load.stop();
    expect(failed, failures.join('\n')).toBe(0);
    expect([...byRelease.keys()].toSorted()).toEqual(['1', '5']);
  });

  it('keeps a release that fails a check now and then, and none that exits again and again', { timeout: 120_000 }, async () => {
    await using stand = await deployStand({ environments: [{ name: 'production', watch: { seconds: 3 } }] });
    await stand.commit();
    await stand.deploy();
    await stand.commit({ checks: ['ok', 'ok', 'fail', 'ok', 'fail', 'fail', 'ok', 'fail', 'fail', 'ok', 'fail'] });
    expect((await stand.deploy()).report.deployments).toMatchObject([{ end: 'live', serving: 'r2' }]);
    for (const diesAfterChecks of [1, 2, 3]) {
      await stand.commit({ diesAfterChecks });
      const { report, reasons } = await stand.deploy();
      expect(report, reasons).toMatchObject({ status: 'failed', deployments: [{ serving: 'r2' }] });
      const { verdict, state } = stand.deployments().at(-1)!;
      expect(['crash-loop', 'health']).toContain(verdict?.rule);
      expect(['rolled-back', 'refused']).toContain(state);
      expect(await stand.keeper()).toMatchObject({ serving: { release: 2 }, upstreams: [{ release: 2 }] });
    }
  });
});
