import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { Baseline, Verdict } from '../../../domain/deployment.ts';
import type { CommitId, JobId, RepositoryId } from '../../../domain/ids.ts';
import type { Ledger } from '../../../ports/ledger.ts';

const first = 'a'.repeat(40) as CommitId;
const second = 'b'.repeat(40) as CommitId;
const jobId = 'job-1' as JobId;

const verdict: Verdict = { rule: 'health', reason: "it's down", evidence: ['one', 'two'], inconclusive: false, at: 5 };
const baseline: Baseline = { requests: 10, errors: 1, p95Ms: 12.5, source: 'the proxy' };

/** Two releases of a repository. */
async function released(ledger: Ledger): Promise<RepositoryId> {
  const { id } = await ledger.repository('/one');
  const { deployments } = ledger;
  await deployments.release(id, first, 'recipe', 1);
  await deployments.release(id, second, 'recipe', 2);
  return id;
}

overLedgers((openTestLedger) => {
  it('numbers the releases of a repository from one, and finds the same commit built the same way again', async () => {
    await using opened = await openTestLedger();
    const { deployments } = opened.ledger;
    const { id } = await opened.ledger.repository('/one');
    const { id: other } = await opened.ledger.repository('/other');
    const made = await Promise.all([
      deployments.release(id, first, 'recipe', 1),
      (await opened.another()).deployments.release(id, first, 'recipe', 2),
      deployments.release(other, first, 'recipe', 3),
    ]);
    expect(made.map(({ number }) => number)).toEqual([1, 1, 1]);
    const next = await deployments.release(id, first, 'another recipe', 4);
    expect(next).toEqual({
      repositoryId: id,
      number: 2,
      commit: first,
      recipe: 'another recipe',
      built: undefined,
      blocked: undefined,
      createdAt: 4,
    });
    const built = { folder: '/releases/2', digest: 'd', at: 5 };
    await deployments.built(id, 2, built);
    expect(await deployments.releaseOf(id, 2)).toEqual({ ...next, built });
    expect((await deployments.releases(id, 10)).map(({ number }) => number)).toEqual([2, 1]);
    expect(await deployments.releases(id, 1)).toHaveLength(1);
    expect(await deployments.releaseOf(id, 3)).toBeUndefined();
  });

  it('blocks a commit with all its releases until somebody lifts that', async () => {
    await using opened = await openTestLedger();
    const { deployments } = opened.ledger;
    const id = await released(opened.ledger);
    expect(await deployments.lift(id, first, 'ada', 3)).toBe(false);
    await deployments.block(id, first, 'it was slow', 4);
    const blocked = { reason: 'it was slow', at: 4 };
    expect(await deployments.blockOf(id, first)).toEqual(blocked);
    expect((await deployments.releaseOf(id, 1))?.blocked).toEqual(blocked);
    expect((await deployments.release(id, first, 'later recipe', 5)).blocked).toEqual(blocked);
    expect(await deployments.blockOf(id, second)).toBeUndefined();
    expect(await deployments.lift(id, first, 'ada', 6)).toBe(true);
    expect(await deployments.lift(id, first, 'ada', 7)).toBe(false);
    expect(await deployments.blockOf(id, first)).toBeUndefined();
    expect((await deployments.releases(id, 10)).filter((release) => release.blocked !== undefined)).toEqual([]);
    await deployments.block(id, first, 'again', 8);
    expect(await deployments.blockOf(id, first)).toEqual({ reason: 'again', at: 8 });
  });

  it('gives an environment to one deployment at a time, with a higher fence each time', async () => {
    await using opened = await openTestLedger();
    const { deployments } = opened.ledger;
    const id = await released(opened.ledger);
    const request = { repositoryId: id, environment: 'production', release: 1, jobId, key: 'one', at: 10 };
    const taken = await Promise.all([
      deployments.open(request),
      (await opened.another()).deployments.open({ ...request, jobId: 'job-2' as JobId, key: 'two', release: 2 }),
    ]);
    expect(taken.map(({ kind }) => kind).toSorted()).toEqual(['held', 'opened']);
    const own = taken.find((one) => one.kind === 'opened');
    if (own?.kind !== 'opened') throw new Error('nobody has taken it');
    const { deployment } = own;
    expect(taken.find((one) => one.kind === 'held')).toEqual({ kind: 'held', by: deployment });
    expect(deployment).toMatchObject({ fence: 1, state: 'deploying', previous: undefined, leaves: undefined, endedAt: undefined });
    expect(await deployments.open({ ...request, environment: 'staging', key: 'three' })).toMatchObject({
      kind: 'opened',
      deployment: { fence: 1 },
    });
    const key = deployment.release === 1 ? 'one' : 'two';
    expect(await deployments.open({ ...request, key })).toEqual({ kind: 'again', deployment });

    expect(await deployments.change(deployment.id, 2, { state: 'live', endedAt: 20 })).toBe(false);
    expect(await deployments.change(deployment.id, 1, { state: 'watching', servedAt: 15, baseline })).toBe(true);
    expect(await deployments.change(deployment.id, 1, { state: 'live', leaves: deployment.release, endedAt: 20 })).toBe(true);
    expect(await deployments.change(deployment.id, 1, { state: 'watching' })).toBe(false);
    expect(await deployments.one(deployment.id)).toEqual({
      ...deployment,
      state: 'live',
      baseline,
      servedAt: 15,
      leaves: deployment.release,
      endedAt: 20,
    });
    expect(await deployments.open({ ...request, key })).toMatchObject({ kind: 'again', deployment: { state: 'live' } });
    expect(await deployments.open({ ...request, key: 'four', at: 30 })).toMatchObject({
      kind: 'opened',
      deployment: { fence: 2, previous: deployment.release },
    });
    await expect(deployments.open({ ...request, environment: 'elsewhere', release: 9, key: 'five' })).rejects.toThrow(
      /foreign key|violates/i,
    );
  });

  it('knows what serves: what the last deployment left that left anything', async () => {
    await using opened = await openTestLedger();
    const { deployments } = opened.ledger;
    const id = await released(opened.ledger);
    const deploy = async (release: number, at: number): Promise<{ readonly id: string; readonly fence: number }> => {
      const key = String(at);
      const request = { repositoryId: id, environment: 'production', release, jobId, key, at };
      const answer = await deployments.open(request);
      if (answer.kind === 'held') throw new Error('it is held');
      return answer.deployment;
    };
    expect(await deployments.serving(id, 'production')).toBeUndefined();
    const one = await deploy(1, 1);
    await deployments.change(one.id, one.fence, { state: 'live', leaves: 1, endedAt: 2 });
    const two = await deploy(2, 3);
    await deployments.change(two.id, two.fence, { state: 'rolled-back', verdict, leaves: 1, endedAt: 4 });
    const three = await deploy(2, 5);
    await deployments.change(three.id, three.fence, { state: 'abandoned', endedAt: 6 });
    expect((await deployments.serving(id, 'production'))?.number).toBe(1);
    expect((await deployments.one(two.id))?.verdict).toEqual(verdict);
    const listed = await deployments.latest({ repositoryId: id, environment: 'production' }, 2);
    expect(listed.map(({ state }) => state)).toEqual(['abandoned', 'rolled-back']);
    expect(await deployments.latest({}, 10)).toHaveLength(3);
    expect(await deployments.latest({ jobId, environment: 'staging' }, 10)).toEqual([]);
    expect(await deployments.latest({ repositoryId: id }, 10)).toHaveLength(3);
    expect(await deployments.environments(id)).toEqual(['production']);
    expect(await deployments.environments('nobody' as RepositoryId)).toEqual([]);
    await expect(deployments.change((await deploy(1, 7)).id, 4, { state: 'live' })).rejects.toThrow(/check/i);
  });

  it('keeps the newest thousand notes of a deployment, in their order', async () => {
    await using opened = await openTestLedger();
    const { deployments } = opened.ledger;
    const id = await released(opened.ledger);
    const answer = await deployments.open({ repositoryId: id, environment: 'production', release: 1, jobId, key: 'one', at: 1 });
    if (answer.kind === 'held') throw new Error('it is held');
    const lines = Array.from({ length: 600 }, (_, at) => ({ at, text: `line ${at}` }));
    await deployments.note(answer.deployment.id, lines);
    await deployments.note(answer.deployment.id, lines);
    await deployments.note(answer.deployment.id, [{ at: 9, text: 'the last' }]);
    const notes = await deployments.notes(answer.deployment.id);
    expect(notes).toHaveLength(1_000);
    expect(notes[0]).toEqual({ at: 201, text: 'line 201' });
    expect(notes.at(-1)).toEqual({ at: 9, text: 'the last' });
    expect(await deployments.notes('nobody')).toEqual([]);
  });
});
