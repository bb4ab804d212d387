/** @module-tag campaign */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { wireDeploying } from '../../src/app-deploy.ts';
import type { Config } from '../../src/domain/config.ts';
import type { JobId } from '../../src/domain/ids.ts';
import type { Deploying } from '../../src/workflow/deploy/deploying.ts';
import type { WorkflowTools } from '../../src/workflow/tools.ts';
import { shortHealth } from '../support/deploy-stand.ts';
import { agentThat, forgeRunStand, shown } from '../support/forge-run-stand.ts';
import { endKeptEnvironment } from '../support/kept-environment.ts';
import { smallProject } from '../support/miyabi.ts';
import { mend } from '../support/place.ts';
import { writeService } from '../support/service-releases.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** The small project with a service beside it. */
async function projectFiles(): Promise<Readonly<Record<string, string>>> {
  await using folder = await temporaryFolder();
  await writeService(folder.path);
  return { ...smallProject, 'server.cjs': await readFile(join(folder.path, 'server.js'), 'utf8'), 'behaviour.json': '{}\n' };
}

/** Wired as in the product. */
function deployingOf(tools: WorkflowTools, config: Config): Deploying {
  const { host, state, clock, processes, ledger, telemetry } = tools;
  return wireDeploying({
    config,
    host,
    home: host.environment['HOME'] ?? '/nonexistent',
    configFolder: join(state.root, 'config'),
    state,
    clock,
    processes,
    ledger,
    telemetry,
    hasEnded: async () => await Promise.resolve(false),
    repair: async () => await Promise.reject(new Error('nothing is to be mended')),
  });
}

const environment = {
  name: 'production',
  target: { kind: 'process', listen: { port: 0 }, start: 'exec node server.cjs', stopSeconds: 2 },
  health: shortHealth,
  watch: { seconds: 2 },
};

it('what was merged goes out; where it is taken back its issue is told why, once, and opened again', { timeout: 240_000 }, async () => {
  await using here = await forgeRunStand({
    files: await projectFiles(),
    agent: agentThat(['second', `echo '{"sickAfterChecks":4}' > behaviour.json; echo 'export const more = 1;' > src/more.js`], ['', mend]),
    config: { deploy: { projects: [{ repository: 'ada/shop', environments: [environment] }] } },
    deploying: deployingOf,
  });
  // Before the folder goes in which it is written down what runs.
  await using ending = new AsyncDisposableStack();
  const release = async (run: JobId) => (await here.ledger.deployments.latest({ jobId: run }, 1))[0]!;
  const told = async (number: number): Promise<readonly string[]> =>
    (await here.stand.forge.comments({ repository: here.stand.repository, number })).map(({ body }) => body);
  const issue = async (number: number) => await here.stand.forge.issue({ repository: here.stand.repository, number });

  const first = await here.start({ title: 'add() subtracts in src/add.js' });
  const firstEnd = await here.settle(first.jobId);
  const good = await release(first.jobId);
  ending.defer(async () => await endKeptEnvironment(here.tools.state.environment(good.repositoryId, 'production')));
  expect(firstEnd, await shown(here.engine, first.jobId)).toEqual(['completed']);
  expect(good).toMatchObject({ state: 'live', leaves: 1 });
  expect(await here.ledger.deployments.releaseOf(good.repositoryId, 1)).toMatchObject({ commit: here.atForge('rev-parse', 'main') });
  expect(here.atForge('rev-parse', 'release-1^{commit}')).toBe(here.atForge('rev-parse', 'main'));
  expect(await issue(first.number)).toMatchObject({ state: 'closed' });

  const second = await here.start({ title: 'The second change: add src/more.js' });
  await here.settle(second.jobId);
  // It is no good change, and a person lets it pass: its review, and then its merge.
  for (let asked = 0; asked < 2; asked += 1) {
    await here.answer((await here.question(second.jobId)).task, { approved: true });
    await here.settle(second.jobId);
  }
  const bad = await release(second.jobId);
  expect(bad, await shown(here.engine, second.jobId)).toMatchObject({ state: 'rolled-back', leaves: 1, verdict: { rule: 'health' } });
  const merged = here.atForge('rev-parse', 'main');
  expect(
    await here.ledger.deployments.blockOf(bad.repositoryId, (await here.ledger.deployments.releaseOf(bad.repositoryId, 2))!.commit),
  ).toBeDefined();
  expect(await here.ledger.deployments.releaseOf(bad.repositoryId, 2)).toMatchObject({ commit: merged });
  expect(here.atForge('tag', '--list')).toBe('release-1');
  expect(await issue(second.number)).toMatchObject({ state: 'open', labels: expect.arrayContaining(['state:failed']) });
  const comments = await told(second.number);
  const evidence = comments.filter((body) => body.includes(':deployment-production'));
  expect(evidence).toHaveLength(1);
  expect(evidence[0]).toMatch(/health checks in a row failed[^]*releases lift/);
  // Carried once more, nothing of it is done again.
  await here.settle(second.jobId);
  expect(await told(second.number)).toEqual(comments);
  expect(await here.ledger.deployments.latest({ repositoryId: bad.repositoryId }, 10)).toHaveLength(2);
});
