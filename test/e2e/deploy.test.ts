import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { DeployStand, EnvironmentSettings } from '../support/deploy-stand.ts';
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
    { timeout: 240_000 },
    async () => {
      await using stand = await deployStand();
      // What proves itself ends when the test lets it.
      const go = join(stand.folder, 'go');
      const hooks = { contract: `until [ -e ${go} ]; do sleep 0.1; done` };
      await stand.configure({ project: { tag: 'v<number>' }, environments: [{ name: 'production', hooks }] });
      await writeFile(go, '');
      await stand.commit();
      const first = await stand.deploy();
      expect(first.end, first.reasons).toMatchObject({ code: 0 });
      const load = startLoad({ url: await stand.url(), perSecond: 100, timeoutMs: 20_000, atMostMs: 240_000 });

      await rm(go);
      const commit = await stand.commit();
      const started = stand.start('deploy', '--yes', '--json');
      await untilBegun(started, 'watch');
      const meanwhile = await stand.miyabi('deploy', '--yes', '--json');
      expect(meanwhile, meanwhile.stderr).toMatchObject({ code: 7 });
      expect(meanwhile.stderr).toMatch(/held by run_\w+|deploys this repository already/);
      await writeFile(go, '');
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

  it(
    'leaves traffic on the better one where a migration has broken the release before; a hotfix goes past staging',
    { tags: ['campaign'], timeout: 240_000 },
    async () => {
      await using stand = await deployStand();
      const contracted = join(stand.folder, 'contracted.txt');
      const environment = (name: string, watch: object): EnvironmentSettings => ({
        name,
        variables: { DATABASE: join(stand.folder, `${name}.txt`) },
        // The newest version of the database that the release knows, and none where it knows none.
        hooks: {
          expand: `node -p "require('./behaviour.json').schemas.at(-1)" > "$DATABASE"`,
          contract: `echo $MIYABI_RELEASE >> ${contracted}`,
        },
        health: { graceSeconds: 8 },
        watch,
      });
      await stand.configure({
        environments: [environment('staging', { seconds: 0.5 }), environment('production', { seconds: 6, errorSeconds: 4 })],
      });
      await stand.commit({ schemas: [1] });
      const first = await stand.deploy();
      expect(first.report.deployments, first.reasons).toMatchObject([
        { environment: 'staging', end: 'live', serving: 'r1' },
        { environment: 'production', end: 'live', serving: 'r1' },
      ]);

      const load = startLoad({ url: await stand.url(), perSecond: 100, timeoutMs: 20_000, atMostMs: 240_000 });
      await stand.commit({ schemas: [2], errorShare: 0.5 });
      const broken = await stand.deploy('--hotfix');
      await load.stop();
      // Neither is good: a person is paged, and the run waits for them.
      expect(broken.end.code, broken.reasons).toBe(4);
      expect(broken.report.deployments, broken.reasons).toMatchObject([
        { environment: 'production', release: 'r2', end: 'broken', serving: 'r2' },
      ]);
      const inbox = await stand.miyabi('inbox');
      expect(inbox.stdout).toMatch(/production is broken[^]*r2 serves there/);
      const seenTo = await stand.miyabi('approve', 'last', '--json');
      expect(seenTo.lines.at(-1), seenTo.stderr).toMatchObject({ type: 'run.finished', status: 'failed' });
      expect(stand.deployments('staging')).toHaveLength(1);
      const [, row] = stand.deployments();
      expect(row).toMatchObject({ state: 'broken', leaves: 2, verdict: { rule: 'errors' } });
      expect(stand.notes(row!.id).join('\n')).toMatch(
        /going back to r1[^]*giving r2 all traffic[^]*the release that was put back is not good either/,
      );
      expect(readFileSync(contracted, 'utf8')).toBe('1\n1\n');

      await stand.commit();
      const refused = await stand.deploy('--hotfix');
      expect(refused.report.deployments, refused.reasons).toMatchObject([{ end: 'refused', serving: 'r2' }]);
      expect(stand.deployments().at(-1)).toMatchObject({ verdict: { rule: 'hook' }, servedAt: null });
    },
  );
});
