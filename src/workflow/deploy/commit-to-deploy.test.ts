import { afterAll, beforeAll, expect, it } from 'vitest';
import { workflowStand } from '../../../test/support/workflow-stand.ts';
import type { WorkflowStand } from '../../../test/support/workflow-stand.ts';
import type { CommitId, TaskId } from '../../domain/ids.ts';
import type { SettledTask } from '../../domain/job.ts';
import type { RunAttributes } from '../../domain/run.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { mergeType } from '../forge-task-types.ts';
import { publishType } from '../task-types.ts';
import type { WorkflowTools } from '../tools.ts';
import { commitToDeploy } from './commit-to-deploy.ts';
import type { DeployPayload, WhatToDeploy } from './deploy-task-types.ts';
import type { Deploying } from './deploying.ts';

const commit = 'c'.repeat(40) as CommitId;
let stand: WorkflowStand;

beforeAll(async () => {
  stand = await workflowStand({ 'a.txt': 'one\n' });
});

afterAll(async () => await stand[Symbol.asyncDispose]());

function after(type: string, result: unknown): SettledTask {
  return { taskId: 'one' as TaskId, key: 'one', type, end: { state: 'succeeded', result } };
}

/** @param isThere whether the folder of a release lies on this machine. */
async function found(what: WhatToDeploy, dependencies: readonly SettledTask[] = [], isThere = true) {
  const payload: DeployPayload = { what, environments: null, hotfix: false, rollback: false, step: { kind: 'start' }, done: [] };
  const context = stand.context(1, payload);
  const releases = { has: async () => await Promise.resolve(isThere) };
  const tools: WorkflowTools = { ...stand.tools, deploying: async () => await Promise.resolve({ releases } as unknown as Deploying) };
  return await commitToDeploy(tools, { ...context, dependencies } as TaskContext<DeployPayload>);
}

it('is what was merged, or what a branch was moved to, or nothing where that is left to people', async () => {
  const merged = { kind: 'merged' } as const;
  const published = { branch: 'miyabi/run_1', commit, into: 'main', notes: [] };
  expect(await found(merged, [after(publishType.name, published)])).toEqual({ kind: 'commit', commit });
  const left = { ...published, into: null, notes: ['main was left as it is.'] };
  expect(await found(merged, [after(publishType.name, left)])).toEqual({ kind: 'nothing', reason: 'main was left as it is.' });
  const atForge = { kind: 'merged', number: 1, commit, method: 'squash', approvedBy: null };
  expect(await found(merged, [after(mergeType.name, atForge)])).toEqual({ kind: 'commit', commit });
  const byPeople = { kind: 'left', number: 1, reason: 'merging is left to people' };
  expect(await found(merged, [after(mergeType.name, byPeople)])).toEqual({ kind: 'nothing', reason: 'merging is left to people' });
  await expect(found(merged)).rejects.toThrow('nothing was merged');
});

it('is nothing where a forge does not tell as what somebody else has merged it: what stands at the branch was not judged here', async () => {
  const unknown = after(mergeType.name, { kind: 'merged', number: 1, commit: null, method: null, approvedBy: null });
  expect(await found({ kind: 'merged' }, [unknown])).toEqual({
    kind: 'nothing',
    reason: expect.stringContaining('somebody else merged it'),
  });
});

it('is a release as it was built, built anew where it lies here no more, and refused where there never was one', async () => {
  const { deployments } = stand.tools.ledger;
  const { repositoryId } = stand.context(1, {}).attributes as RunAttributes;
  const { number } = await deployments.release(repositoryId, commit, 'recipe', 1);
  const what = { kind: 'release', release: number } as const;
  expect(await found(what)).toEqual({ kind: 'commit', commit });
  await deployments.built(repositoryId, number, { folder: '/one', digest: 'd', at: 1 });
  expect(await found(what)).toEqual({ kind: 'built', release: number, commit });
  expect(await found(what, [], false)).toEqual({ kind: 'commit', commit });
  await expect(found({ kind: 'release', release: 9 })).rejects.toThrow('There is no release r9.');
});
