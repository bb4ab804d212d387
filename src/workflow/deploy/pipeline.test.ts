import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { localForgeName, localForgeStand } from '../../../test/support/local-forge-stand.ts';
import { pipelineStand } from '../../../test/support/pipeline-stand.ts';
import type { CommitId } from '../../domain/ids.ts';
import { redactor } from '../../domain/redact.ts';
import { runAttributesSchema } from '../../domain/run.ts';
import type { Issue } from '../../domain/issue.ts';
import { answerRun, openQuestions } from '../../operations/answer.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { DeployRefused } from '../../ports/deployer.ts';

const bothHooks = { hooks: { expand: 'expand', contract: 'contract' }, variables: { LOG_LEVEL: 'info' } };

it('builds a commit once, takes it through the environments in their order, and gives it a tag', async () => {
  await using pipeline = await pipelineStand({
    project: { tag: 'v<number>', build: { command: 'cp a.txt b.txt && test -e .env.test' } },
    environments: { staging: bothHooks, production: bothHooks },
  });
  const { repository } = pipeline.stand.git;
  await writeFile(join(repository.root, '.env.test'), 'TOKEN=1\n');
  const { state, result } = await pipeline.deploy({ what: { kind: 'commit', commit: repository.head } });
  expect(state).toBe('completed');
  expect(result).toMatchObject({ kind: 'deployed', release: 1, commit: repository.head, tag: 'v1' });
  expect(repository.git('rev-parse', 'refs/tags/v1')).toBe(repository.head);
  for (const environment of ['staging', 'production']) {
    const target = pipeline.target(environment);
    expect(target.changes).toEqual(['place 1', 'hook 1 expand', 'start 1', 'serve 1', 'hook 1 contract', 'retire']);
    expect(target.environments.get(1)).toEqual({ LOG_LEVEL: 'info' });
    expect(await pipeline.deployments(environment)).toMatchObject([
      { release: 1, fence: 1, state: 'live', leaves: 1, previous: undefined },
    ]);
  }
  const { repositoryId } = runAttributesSchema.parse((await pipeline.made.engine.jobs({ limit: 1 }))[0]?.attributes);
  const { tools } = pipeline;
  const [release] = await tools.ledger.deployments.releases(repositoryId, 10);
  expect(await readFile(join(tools.state.releases(repositoryId, 1), 'b.txt'), 'utf8')).toBe('one\n');
  expect((await readdir(tools.state.releases(repositoryId, 1))).toSorted()).toEqual(['.gitignore', '.worktreeinclude', 'a.txt', 'b.txt']);
  expect(release?.built?.folder).toBe(tools.state.releases(repositoryId, 1));

  const again = await pipeline.deploy({ what: { kind: 'commit', commit: repository.head }, environments: ['staging'] });
  expect(again.result).toMatchObject({ release: 1, tag: null, environments: [{ environment: 'staging', end: 'live', serving: 1 }] });
  expect(await tools.ledger.deployments.releases(repositoryId, 10)).toEqual([release]);
});

it('lets no release in that is not well beside what serves, and blocks its commit', async () => {
  await using pipeline = await pipelineStand({ environments: { staging: {}, production: {} } });
  const [good, bad] = [await pipeline.release(), await pipeline.release()];
  await pipeline.deploy(good);
  const staging = pipeline.target('staging');
  staging.health = (release) => (release === bad ? 'wrong-version' : 'healthy');
  const { state, reason } = await pipeline.deploy(bad);
  expect(state).toBe('failed');
  expect(reason).toMatch(/^r2 is not live in staging \(refused\): /);
  expect(staging.serving).toBe(good);
  expect([...staging.running]).toEqual([good]);
  expect(staging.changes).not.toContain(`serve ${bad}`);
  expect(pipeline.target().changes).not.toContain(`place ${bad}`);
  const { deployments } = pipeline.tools.ledger;
  const [, refused] = await pipeline.deployments('staging');
  expect(refused).toMatchObject({ state: 'refused', leaves: good, servedAt: undefined, verdict: { rule: 'wrong-version' } });
  const release = await deployments.releaseOf(refused!.repositoryId, bad);
  expect(release?.blocked?.reason).toContain('r2 was not kept in staging');

  staging.health = () => 'healthy';
  const blocked = await pipeline.deploy(bad);
  expect(blocked.reason).toMatch(/refused.*r2 may not go out.*releases lift r2/);
  expect(await pipeline.deployments('staging')).toHaveLength(2);
  await deployments.lift(refused!.repositoryId, release!.commit, 'ada', 5);
  expect((await pipeline.deploy(bad)).state).toBe('completed');
  expect(pipeline.target().serving).toBe(bad);
});

it('goes back to the last good release, not merely to the one before, and tells that at the issue', async () => {
  await using forge = await localForgeStand();
  const number = await forge.writeIssue({ title: 'A change' });
  await forge.closeIssue(number);
  const origin = { kind: 'forge', forge: localForgeName, repository: forge.repository, number, url: '' } as const;
  const issue = { title: 'A change', origin: { ...origin, author: { id: '1', login: 'ada', isBot: false } } } as Partial<Issue>;
  await using pipeline = await pipelineStand({
    issue,
    project: { repair: true },
    forges: {
      names: [localForgeName],
      open: async () => await Promise.resolve(forge.forge),
      readers: async () => await Promise.resolve([]),
    },
  });
  const target = pipeline.target();
  const [good, given, bad] = [await pipeline.release(), await pipeline.release(), await pipeline.release()];
  await pipeline.deploy(good);
  // One that serves and whose deployment was given up has not proven itself.
  const [first] = await pipeline.deployments();
  const { deployments } = pipeline.tools.ledger;
  const taken = await deployments.open({
    repositoryId: first!.repositoryId,
    environment: 'production',
    release: given,
    jobId: first!.jobId,
    key: 'x',
    at: 1,
  });
  if (taken.kind === 'held') throw new Error('it is held');
  await deployments.change(taken.deployment.id, taken.deployment.fence, { state: 'abandoned', leaves: given, endedAt: 2 });
  target.serving = given;
  target.running.add(given);

  target.health = (release, where) => (release === bad && where === 'serving' ? 'unhealthy' : 'healthy');
  const { state, reason } = await pipeline.deploy(bad);
  expect(state).toBe('failed');
  expect(reason).toContain('rolled-back');
  expect(target.serving).toBe(good);
  expect([...target.running]).toEqual([good]);
  const last = (await pipeline.deployments()).at(-1);
  expect(last).toMatchObject({ state: 'rolled-back', previous: given, leaves: good, verdict: { rule: 'health' } });
  expect(await deployments.blockOf(last!.repositoryId, (await deployments.releaseOf(last!.repositoryId, bad))!.commit)).toBeDefined();
  const place = { repository: forge.repository, number };
  expect(await forge.forge.issue(place)).toMatchObject({ state: 'open', labels: ['state:failed'] });
  const [comment] = await forge.forge.comments(place);
  expect(comment?.body).toContain('r3');
  expect(comment?.body).toContain('run_mends');
  expect(pipeline.repairs).toMatchObject([
    { key: `repair:${last!.id}`, title: expect.stringContaining('Mend what kept r3 from production') },
  ]);
});

it('begins to mend a release that was not kept, but not where three in a row were not', async () => {
  await using pipeline = await pipelineStand({ project: { repair: true } });
  const target = pipeline.target();
  const good = await pipeline.release();
  await pipeline.deploy(good);
  target.health = (release) => (release === good ? 'healthy' : 'unhealthy');
  for (const begun of [1, 2, 2]) {
    expect((await pipeline.deploy(await pipeline.release())).state).toBe('failed');
    expect(pipeline.repairs).toHaveLength(begun);
  }
  const [first] = pipeline.repairs;
  const [, deployment] = await pipeline.deployments();
  expect(first).toMatchObject({ key: `repair:${deployment!.id}`, title: expect.stringContaining('r2') });
  expect(first?.body).toContain('not kept (refused)');
});

it('asks a person to look where neither release is well, and goes back once', async () => {
  await using pipeline = await pipelineStand();
  const target = pipeline.target();
  const [good, bad] = [await pipeline.release(), await pipeline.release()];
  await pipeline.deploy(good);
  target.health = (_, where) => (where === 'serving' ? 'unhealthy' : 'healthy');
  const { job, state } = await pipeline.deploy(bad);
  expect(state).toBe('waiting');
  expect(target.changes.filter((call) => call.startsWith('serve'))).toEqual(['serve 1', 'serve 2', 'serve 1']);
  expect((await pipeline.deployments()).at(-1)).toMatchObject({ state: 'broken', leaves: good });
  expect(target.running).toEqual(new Set([good, bad]));
  const [question] = await questions(job, pipeline);
  expect(question).toMatchObject({ severity: 'critical', reason: expect.stringContaining('production is broken') });
});

it('tries a step that could not be carried out three times more, and then asks a person', async () => {
  await using pipeline = await pipelineStand({ redact: redactor(['hunter2-hunter2']) });
  const target = pipeline.target();
  let tried = 0;
  target.around = (call, when) => {
    if (call !== 'place 1' || when === 'after') return;
    tried += 1;
    throw new Error('the disk is full: hunter2-hunter2');
  };
  const { job, state } = await pipeline.deploy(await pipeline.release());
  expect(state).toBe('waiting');
  expect(tried).toBe(4);
  expect((await questions(job, pipeline))[0]).toMatchObject({ severity: 'high', reason: expect.stringContaining('the disk is full') });
  expect(JSON.stringify(await pipeline.made.engine.result(job))).not.toContain('hunter2');
  expect(await pipeline.deployments()).toMatchObject([{ state: 'deploying' }]);
  target.around = () => undefined;
  await answer(job, pipeline, true);
  expect(await pipeline.settle(job)).toBe('completed');
  expect(await pipeline.deployments()).toMatchObject([{ state: 'live', leaves: 1 }]);
});

it('gives the environment back where a person does not want it tried again, and goes back where it served already', async () => {
  await using pipeline = await pipelineStand();
  const target = pipeline.target();
  const [good, next, last] = [await pipeline.release(), await pipeline.release(), await pipeline.release()];
  await pipeline.deploy(good);
  const failing = (wanted: string) => (call: string) => {
    if (call === wanted) throw new Error('nobody answers');
  };
  target.around = failing(`start ${next}`);
  const first = await pipeline.deploy(next);
  await answer(first.job, pipeline, false);
  expect(await pipeline.settle(first.job)).toBe('failed');
  expect((await pipeline.deployments()).at(-1)).toMatchObject({ state: 'abandoned', leaves: good });
  target.around = failing(`serve ${last}`);
  const second = await pipeline.deploy(last);
  await answer(second.job, pipeline, false);
  expect(await pipeline.settle(second.job)).toBe('failed');
  expect((await pipeline.deployments()).at(-1)).toMatchObject({ state: 'rolled-back', leaves: good });
  expect(target.serving).toBe(good);
});

it('asks nobody where the target will not do it, and changes nothing any more where somebody else has taken the environment', async () => {
  await using pipeline = await pipelineStand();
  const target = pipeline.target();
  const [good, refused, lost] = [await pipeline.release(), await pipeline.release(), await pipeline.release()];
  await pipeline.deploy(good);
  target.around = (call) => {
    if (call === `place ${refused}`) throw new DeployRefused('there is no such image');
  };
  expect((await pipeline.deploy(refused)).reason).toContain('there is no such image');
  expect((await pipeline.deployments()).at(-1)).toMatchObject({ state: 'refused', leaves: good });
  target.around = (call, when) => {
    if (call === `start ${lost}` && when === 'after') target.fence = 99;
  };
  const before = target.changes.length;
  expect((await pipeline.deploy(lost)).reason).toContain('fence 99');
  expect(target.changes.slice(before)).toEqual([`place ${lost}`, `start ${lost}`]);
  expect((await pipeline.deployments()).at(-1)).toMatchObject({ state: 'abandoned' });
});

it('puts back what a person asks for at once, and leaves out what is skipped where it has to go out at once', async () => {
  await using pipeline = await pipelineStand({ environments: { staging: {}, production: { hooks: { expand: 'expand' } } } });
  const production = pipeline.target();
  const [first, second] = [await pipeline.release(), await pipeline.release()];
  await pipeline.deploy({ what: { kind: 'release', release: first }, hotfix: true });
  expect(pipeline.target('staging').changes).toEqual([]);
  await pipeline.deploy({ what: { kind: 'release', release: second }, environments: ['production'] });
  const before = production.changes.length;
  const back = await pipeline.deploy({ what: { kind: 'release', release: first }, environments: ['production'], rollback: true });
  expect(back.result).toMatchObject({ environments: [{ end: 'live', serving: first }], tag: null });
  expect(production.changes.slice(before)).toEqual([`place ${first}`, `start ${first}`, `serve ${first}`, 'retire']);
  production.health = (_, where) => (where === 'serving' ? 'unhealthy' : 'healthy');
  const worse = await pipeline.deploy({ what: { kind: 'release', release: second }, environments: ['production'], rollback: true });
  expect(worse.state).toBe('waiting');
  const [deployment] = (await pipeline.deployments()).slice(-1);
  expect(deployment).toMatchObject({ state: 'broken', leaves: second });
  const { deployments } = pipeline.tools.ledger;
  expect((await deployments.releaseOf(deployment!.repositoryId, second))?.blocked).toBeUndefined();
  const none = await pipeline.deploy({ what: { kind: 'release', release: 77 } });
  expect(none.reason).toContain('There is no release r77.');
  const unknown = await pipeline.deploy({ what: { kind: 'release', release: first }, environments: ['elsewhere'] });
  expect(unknown.reason).toContain('has no environment elsewhere here');
  expect(await deployments.blockOf(deployment!.repositoryId, 'a'.repeat(40) as CommitId)).toBeUndefined();
});

it('goes back to a release that still runs without its folder, and brings one anew that does not', async () => {
  await using pipeline = await pipelineStand();
  const target = pipeline.target();
  const built = await pipeline.deploy({ what: { kind: 'commit', commit: pipeline.stand.git.repository.head } });
  const good = built.result?.kind === 'deployed' ? built.result.release : 0;
  const [before] = await pipeline.deployments();
  const bad = await pipeline.release();
  target.health = (release, where) => (release === bad && where === 'serving' ? 'unhealthy' : 'healthy');
  let removed = 0;
  target.around = async (call, when) => {
    if (call !== `serve ${bad}` || when === 'before') return;
    await rm(pipeline.tools.state.releases(before!.repositoryId, good), { recursive: true });
    removed += 1;
  };
  expect((await pipeline.deploy(bad)).reason).toContain('rolled-back');
  expect({ removed, serving: target.serving }).toEqual({ removed: 1, serving: good });
  expect(target.changes.slice(-3)).toEqual([`serve ${bad}`, `serve ${good}`, 'retire']);

  // A person's way back, out of what nobody has ended.
  const other = await pipeline.release();
  target.around = () => undefined;
  await pipeline.deploy(other);
  target.running.add(good);
  const asked: Parameters<typeof pipeline.deploy>[0] = {
    what: { kind: 'release', release: good },
    environments: ['production'],
    rollback: true,
  };
  expect((await pipeline.deploy(asked)).result).toMatchObject({ environments: [{ end: 'live', serving: good }] });
  expect(target.changes.slice(-2)).toEqual([`serve ${good}`, 'retire']);
  await pipeline.deploy(other);
  expect(target.running.has(good)).toBe(false);
  await pipeline.deploy(asked);
  expect(target.changes.slice(-4)).toEqual([`place ${good}`, `start ${good}`, `serve ${good}`, 'retire']);
});

it('reads the files of a release once in a deployment, where it is placed', async () => {
  await using pipeline = await pipelineStand({ environments: { production: { hooks: { expand: 'expand' } } } });
  let removed = 0;
  pipeline.target().around = async (call, when) => {
    if (call !== 'place 1' || when === 'before') return;
    const { root } = pipeline.tools.state;
    await rm(join(root, 'releases'), { recursive: true });
    removed += 1;
  };
  const { state } = await pipeline.deploy({ what: { kind: 'commit', commit: pipeline.stand.git.repository.head } });
  expect({ state, removed, changes: pipeline.target().changes }).toEqual({
    state: 'completed',
    removed: 1,
    changes: ['place 1', 'hook 1 expand', 'start 1', 'serve 1', 'retire'],
  });
});

type Pipeline = Awaited<ReturnType<typeof pipelineStand>>;

async function questions(job: Parameters<Pipeline['settle']>[0], { made, tools }: Pipeline): Promise<readonly unknown[]> {
  const asked = await openQuestions({ engine: made.engine, ledger: tools.ledger, clock: tools.clock } as unknown as OperationTools, job);
  return asked.map(({ escalation }) => escalation);
}

async function answer(job: Parameters<Pipeline['settle']>[0], { made, tools }: Pipeline, approved: boolean): Promise<void> {
  await answerRun({ engine: made.engine, ledger: tools.ledger, clock: tools.clock } as unknown as OperationTools, job, { approved }, 'ada');
}
