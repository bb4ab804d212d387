import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { gitStand } from '../../test/support/git-stand.ts';
import { localForgeName, localForgeStand } from '../../test/support/local-forge-stand.ts';
import { openTestLedger } from '../../test/support/ledger.ts';
import { openMemoryEngine } from '../../test/support/memory-engine.ts';
import { userGit, writeFiles } from '../../test/support/repository.ts';
import { systemClock } from '../adapters/clock.ts';
import type { DeploymentState, Release } from '../domain/deployment.ts';
import { Failure } from '../domain/failure.ts';
import type { CommitId, JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { stateFolder } from '../domain/state-folder.ts';
import { handle } from '../weaver/handler.ts';
import { deployType } from '../workflow/deploy/deploy-task-types.ts';
import { deployTasks } from '../workflow/deploy/deploy-tasks.ts';
import { cleanupType } from '../workflow/task-types.ts';
import type { DeployRequest } from './deploy.ts';
import { prepareDeployment } from './deploy.ts';
import { deployPlace } from './deploy-place.ts';
import { liftRelease } from './lift-release.ts';
import { listReleases, seenRelease } from './releases.ts';
import { prepareRollback } from './rollback.ts';
import { submitDeployment } from './submit-deployment.ts';
import type { OperationTools } from './tools.ts';

const target = { kind: 'process', listen: { port: 0 }, start: 'node server.js' };

/** A repository with two environments, and the records of what was deployed there. */
async function shop() {
  const opened = new AsyncDisposableStack();
  const git = opened.use(await gitStand());
  const { ledger } = opened.use(await openTestLedger());
  const { engine } = opened.use(
    await openMemoryEngine([
      handle(deployType, async () => ({ kind: 'success', result: { kind: 'nothing', reason: '' } as never })),
      handle(cleanupType, async () => ({ kind: 'success', result: {} as never })),
    ]),
  );
  const { root, head } = git.repository;
  const environments = ['staging', 'production'].map((name) => ({ name, target }));
  const projects = [{ repository: root, environments }];
  const tools = {
    engine,
    ledger,
    git: async () => await Promise.resolve(git.git),
    forges: { names: [] },
    sharing: false,
    state: stateFolder(join(git.path, 'state')),
    clock: systemClock,
    ownConfiguration: [{ source: 'user', origin: 'config.yaml', values: { deploy: { projects } } }],
  } as unknown as OperationTools;
  const at = await deployPlace(tools, root);
  const run = { config: at.config, repository: at.place, issue: { origin: { kind: 'text' } } as never };
  const nothing = { what: { kind: 'merged' }, environments: null, hotfix: false, rollback: false } as const;
  const job = async (): Promise<JobId> => (await engine.submit({ title: 'Deploy', tasks: deployTasks(run, nothing) })).jobId;
  const records = ledger.deployments;
  return {
    tools,
    root,
    head,
    at,
    records,
    job,
    commit(): CommitId {
      userGit(root, 'commit', '--quiet', '--allow-empty', '--message', 'Another one');
      return userGit(root, 'rev-parse', 'HEAD').trim() as CommitId;
    },
    async release(commit: CommitId): Promise<Release> {
      const release = await records.release(at.repositoryId, commit, 'recipe', 1);
      await records.built(at.repositoryId, release.number, { folder: '/r', digest: 'd'.repeat(64), at: 2 });
      return release;
    },
    /** As if it had been deployed. */
    async deployed({ number }: Release, environment: string, state: DeploymentState, leaves: number | undefined): Promise<string> {
      const jobId = await job();
      const { deployment } = (await records.open({
        repositoryId: at.repositoryId,
        environment,
        release: number,
        jobId,
        key: jobId,
        at: 3,
      })) as Extract<Awaited<ReturnType<typeof records.open>>, { kind: 'opened' }>;
      await records.change(deployment.id, deployment.fence, { state, ...(leaves === undefined ? {} : { leaves }), endedAt: 4 });
      return deployment.id;
    },
    async [Symbol.asyncDispose]() {
      await opened.disposeAsync();
    },
  };
}

it('does not begin a build beside secrets without walls, unless the user has decided so', async () => {
  await using here = await shop();
  const { tools, root } = here;
  const environments = [{ name: 'production', target, deploySecrets: ['DEPLOY_KEY'] }];
  const configured = (isolation: string): OperationTools => ({
    ...tools,
    ladders: {
      ...tools.ladders,
      isolation: async () => await Promise.resolve([{ level: 'limits', usable: true, detail: 'No isolation.' }]),
    },
    ownConfiguration: [
      { source: 'user', origin: 'config.yaml', values: { isolation, deploy: { projects: [{ repository: root, environments }] } } },
    ],
  });
  const request: DeployRequest = { repository: root, what: { revision: undefined }, environment: undefined, hotfix: false };
  const failure = await refusal(prepareDeployment(configured('auto'), request));
  expect(failure.message).toContain('There is no sandbox on this machine');
  const { notes } = await prepareDeployment(configured('none'), request);
  expect(notes.join(' ')).toContain('can read the secrets of the process that deploys');
});

async function refusal(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}

const head: Pick<DeployRequest, 'what' | 'environment' | 'hotfix'> = {
  what: { revision: undefined },
  environment: undefined,
  hotfix: false,
};

it('prepares what HEAD stands for through all environments, whatever lies uncommitted beside it, and begins one run of it', async () => {
  await using it_ = await shop();
  writeFiles(it_.root, { 'unsaved.txt': 'x' });
  const prepared = await prepareDeployment(it_.tools, { repository: it_.root, ...head });
  const short = it_.head.slice(0, 12);
  expect(prepared).toMatchObject({
    title: `Deploy ${short} to staging, then production`,
    what: { kind: 'commit', commit: it_.head },
    environments: ['staging', 'production'],
  });
  expect((await prepareDeployment(it_.tools, { repository: it_.root, ...head, environment: 'staging' })).environments).toEqual(['staging']);
  expect((await prepareDeployment(it_.tools, { repository: it_.root, ...head, hotfix: true })).environments).toEqual(['production']);
  const asked = { startedBy: { how: 'terminal', who: 'ada' } } as const;
  const { jobId } = await submitDeployment(it_.tools, prepared, asked);
  expect(await it_.tools.engine.status(jobId)).toMatchObject({ title: prepared.title });
  const again = await refusal(submitDeployment(it_.tools, prepared, asked));
  expect(again.text.what).toBe(`${displayId('run', jobId)} deploys this repository already.`);
});

it('refuses what is not configured, not there, blocked or held, and says how to go on', async () => {
  await using it_ = await shop();
  const { tools, root, records, at } = it_;
  const request = { repository: root, ...head };
  const bare = { ...tools, ownConfiguration: [] };
  expect(await refusal(prepareDeployment(bare, request))).toMatchObject({ reason: 'configuration', facts: { notConfigured: [root] } });
  expect(await refusal(prepareDeployment(tools, { ...request, repository: '/nowhere' }))).toMatchObject({ reason: 'usage' });
  expect((await refusal(prepareDeployment(tools, { ...request, environment: 'prod' }))).text.why).toContain('staging, production');
  expect((await refusal(prepareDeployment(tools, { ...request, what: { release: 7 } }))).text.what).toBe('There is no release r7.');
  expect((await refusal(prepareDeployment(tools, { ...request, what: { revision: 'gone' } }))).text.what).toContain('no commit "gone"');

  const release = await it_.release(it_.head);
  await records.block(at.repositoryId, it_.head, 'it was slow', 5);
  expect((await refusal(prepareDeployment(tools, request))).text.why).toContain('it was slow');
  const blocked = await refusal(prepareDeployment(tools, { ...request, what: { release: release.number } }));
  expect(blocked.text.fix).toContain('miyabi releases lift r1');
  expect(await liftRelease(tools, at, 'r1', { who: 'ada', reason: 'not its fault' })).toMatchObject({ release: 'r1', was: 'it was slow' });
  expect((await refusal(liftRelease(tools, at, it_.head.slice(0, 8), { who: 'ada', reason: 'x' }))).text.what).toContain('is not blocked');

  const holder = await it_.job();
  await records.open({ repositoryId: at.repositoryId, environment: 'production', release: 1, jobId: holder, key: 'k', at: 6 });
  const held = await refusal(prepareDeployment(tools, { ...request, what: { release: 1 } }));
  expect(held.text.what).toBe(`production is held by ${displayId('run', holder)}, which deploys r1 there.`);
  expect((await prepareDeployment(tools, { ...request, environment: 'staging' })).environments).toEqual(['staging']);
  await tools.engine.cancel(holder, 'enough');
  expect((await prepareDeployment(tools, request)).environments).toEqual(['staging', 'production']);
});

it('goes back to the last release that has proven itself and may go out', async () => {
  await using it_ = await shop();
  const { tools, root, records, at } = it_;
  const request = { repository: root, environment: undefined, release: undefined };
  expect((await refusal(prepareRollback(tools, request))).text.why).toContain('No release has proven itself there yet');
  const [one, two] = [await it_.release(it_.head), await it_.release(it_.commit())];
  const [three, four] = [await it_.release(it_.commit()), await it_.release(it_.commit())];
  await it_.deployed(one, 'production', 'live', 1);
  await it_.deployed(two, 'production', 'live', 2);
  await it_.deployed(three, 'production', 'rolled-back', 2);
  await it_.deployed(four, 'production', 'live', 4);
  expect((await prepareRollback(tools, request)).title).toBe('Put r2 back in production');
  await records.block(at.repositoryId, two.commit, 'no', 5);
  expect(await prepareRollback(tools, request)).toMatchObject({
    what: { kind: 'release', release: 1 },
    environments: ['production'],
    rollback: true,
    notes: [expect.stringContaining('r4 serves'), expect.stringContaining('r1 is')],
  });
  expect((await refusal(prepareRollback(tools, { ...request, release: 2 }))).text.what).toBe('r2 may not go out.');
  expect((await refusal(prepareRollback(tools, { ...request, release: 4 }))).text.what).toContain('serves in production already');
  expect((await prepareRollback(tools, { ...request, release: 3 })).title).toBe('Put r3 back in production');
  expect((await refusal(prepareRollback(tools, { ...request, environment: 'staging' }))).text.what).toContain('in staging');
});

it('lists releases with their titles, where they serve and what became of them', async () => {
  await using it_ = await shop();
  const { tools, at, records } = it_;
  expect(await listReleases(tools, at, { limit: 20 })).toEqual([]);
  const [one, two] = [await it_.release(it_.head), await it_.release(it_.commit())];
  await prepareDeployment(tools, { repository: it_.root, ...head });
  await it_.deployed(one, 'staging', 'live', 1);
  await it_.deployed(one, 'production', 'live', 1);
  const id = await it_.deployed(two, 'staging', 'rolled-back', 1);
  await records.block(at.repositoryId, two.commit, 'bad', 5);
  await records.note(id, [{ at: 6, text: 'health: 200' }]);
  const all = await listReleases(tools, at, { limit: 20 });
  expect(all).toMatchObject([
    { release: 'r2', title: 'Another one', serves: [], blocked: { reason: 'bad' }, deployments: [{ state: 'rolled-back', leaves: 'r1' }] },
    {
      release: 'r1',
      serves: ['staging', 'production'],
      blocked: null,
      deployments: [{ environment: 'production' }, { environment: 'staging' }],
    },
  ]);
  const jobId = await it_.job();
  const again = { repositoryId: at.repositoryId, environment: 'staging', release: 2, jobId, key: 'k', at: 7 };
  const { deployment } = (await records.open(again)) as Extract<Awaited<ReturnType<typeof records.open>>, { kind: 'opened' }>;
  await records.change(deployment.id, deployment.fence, { state: 'watching', servedAt: 8 });
  expect(await listReleases(tools, at, { limit: 1 })).toMatchObject([{ release: 'r2', serves: ['staging'] }]);
  expect((await listReleases(tools, at, { environment: 'production', limit: 20 })).map(({ release }) => release)).toEqual(['r1']);
  const seen = await seenRelease(tools, at, two.commit.slice(0, 10));
  expect(seen.deployments[1]).toMatchObject({ id, release: 'r2', commit: two.commit, notes: [{ at: 6, text: 'health: 200' }] });
  expect((await refusal(seenRelease(tools, at, 'latest'))).text.what).toBe('"latest" names no release.');
  expect((await refusal(seenRelease(tools, at, 'abcdef0'))).text.what).toContain('No release was made of abcdef0');
});

it('finds a repository by its name at whichever forge has it, and a commit of its history', async () => {
  await using it_ = await shop();
  await using forge = await localForgeStand();
  const environments = [{ name: 'production', target }];
  const tools: OperationTools = {
    ...it_.tools,
    forges: {
      names: [localForgeName],
      open: async () => await Promise.resolve(forge.forge),
      readers: async () => await Promise.resolve([]),
    },
    ownConfiguration: [
      {
        source: 'user',
        origin: 'config.yaml',
        values: {
          deploy: { projects: [{ repository: 'ada/shop', environments }] },
          forge: { local: { [localForgeName]: dirname(dirname(forge.git)) } },
        },
      },
    ],
  };
  const { place, project } = await deployPlace(tools, 'ada/shop');
  expect([place, project.repository]).toEqual([{ kind: 'remote', url: `file://${forge.git}` }, 'ada/shop']);
  expect(await deployPlace(tools, `${localForgeName}:ada/shop`)).toMatchObject({ place });
  expect(await refusal(deployPlace(tools, 'ada/other'))).toMatchObject({ reason: 'usage' });
  const commit = userGit(forge.git, 'rev-parse', 'HEAD').trim();
  const request = { repository: 'ada/shop', environment: undefined, hotfix: false };
  const prepared = await prepareDeployment(tools, { ...request, what: { revision: commit } });
  expect(prepared).toMatchObject({ what: { kind: 'commit', commit }, start: { place: { kind: 'remote' } } });
  const unknown = prepareDeployment(tools, { ...request, what: { revision: 'f'.repeat(40) } });
  expect((await refusal(unknown)).text.what).toContain('There is no commit "ffff');
  expect((await refusal(prepareDeployment(tools, { ...request, what: { revision: 'gone' } }))).text.why).toContain('--commit takes');
});
