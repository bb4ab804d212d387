import { describe, expect, it } from 'vitest';
import { deployStand } from '../support/deploy-stand.ts';
import { startLoad } from '../support/load.ts';

describe('a release that is no good', () => {
  it('gets no traffic where it does not come up as the one that was deployed', { tags: ['campaign'], timeout: 240_000 }, async () => {
    await using stand = await deployStand();
    await stand.commit();
    await stand.deploy();
    const load = startLoad({ url: await stand.url(), perSecond: 50, timeoutMs: 20_000, atMostMs: 240_000 });
    const cases = [
      [{ diesAfterChecks: 0 }, 'crash-loop', {}],
      [{ saysCommit: 'c0ffee'.padEnd(40, '0') }, 'wrong-version', { graceSeconds: 6 }],
    ] as const;
    for (const [behaviour, rule, health] of cases) {
      await stand.configure({ environments: [{ name: 'production', health }] });
      await stand.commit(behaviour);
      const { report, reasons } = await stand.deploy();
      expect(report, reasons).toMatchObject({ status: 'failed', deployments: [{ end: 'refused', serving: 'r1' }] });
      expect(stand.deployments().at(-1)).toMatchObject({ state: 'refused', servedAt: null, verdict: { rule } });
      expect(await stand.keeper()).toMatchObject({ serving: { release: 1 }, upstreams: [{ release: 1 }] });
    }
    await stand.configure({});
    await stand.commit({ startsAfterMs: 1_500 });
    const slow = await stand.deploy();
    expect(slow.report, slow.reasons).toMatchObject({ status: 'succeeded', deployments: [{ end: 'live', serving: 'r4' }] });
    const { failed, failures, byRelease } = await load.stop();
    expect(failed, failures.join('\n')).toBe(0);
    expect([...byRelease.keys()].toSorted()).toEqual(['1', '4']);
  });

  it(
    'is taken back where it fails its users, and where nothing of it can be measured',
    { tags: ['campaign'], timeout: 240_000 },
    async () => {
      await using stand = await deployStand();
      await stand.commit();
      await stand.deploy();
      await stand.configure({ environments: [{ name: 'production', watch: { seconds: 6, errorSeconds: 4 } }] });
      const load = startLoad({ url: await stand.url(), perSecond: 100, timeoutMs: 20_000, atMostMs: 240_000 });
      await stand.commit({ errorShare: 0.3 });
      const failing = await stand.deploy();
      const { failures } = await load.stop();
      expect(failing.report, failing.reasons).toMatchObject({ deployments: [{ end: 'rolled-back', serving: 'r1' }] });
      expect(stand.deployments().at(-1)?.verdict).toMatchObject({ rule: 'errors', reason: expect.stringContaining('%') });
      expect(failures.every((why) => why.startsWith('500'))).toBe(true);

      const source = { kind: 'command', command: 'echo the disk is full; exit 1' };
      await stand.configure({ environments: [{ name: 'production', watch: { seconds: 20, noDataSeconds: 1, source } }] });
      await stand.commit();
      const unknown = await stand.deploy();
      expect(unknown.report, unknown.reasons).toMatchObject({ status: 'failed', deployments: [{ end: 'rolled-back', serving: 'r1' }] });
      expect(stand.deployments().at(-1)?.verdict).toMatchObject({ rule: 'no-data', inconclusive: true });
      expect((await stand.miyabi('releases', 'show', 'r3')).stdout).toContain('nothing could be measured');
    },
  );
});
