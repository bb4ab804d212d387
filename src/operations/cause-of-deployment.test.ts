import { expect, test } from 'vitest';
import { openTestLedger } from '../../test/support/ledger.ts';
import { openMemoryEngine } from '../../test/support/memory-engine.ts';
import type { CommitId, RepositoryId } from '../domain/ids.ts';
import { spanOf, traceOf } from '../domain/trace.ts';
import { handle } from '../weaver/handler.ts';
import { publishType } from '../workflow/task-types.ts';
import { causeOfDeployment } from './cause-of-deployment.ts';

const repositoryId = '1'.repeat(32) as RepositoryId;
const commit = 'c'.repeat(40) as CommitId;

test('what is deployed by itself is linked to the run that handed its commit over, and to none where nobody did', async () => {
  await using opened = await openTestLedger();
  const published = { branch: 'miyabi/x', commit, into: null, notes: [] };
  await using memory = await openMemoryEngine([
    handle(publishType, async () => await Promise.resolve({ kind: 'success', result: published })),
  ]);
  const { engine } = memory;
  await using worker = await engine.work({ jobs: 'unclaimed', concurrency: 1 });
  const { jobId } = await engine.submit({
    title: 'one',
    groupKey: repositoryId,
    tasks: [{ type: publishType.name, key: 'publish', payload: {} }],
  });
  await worker.settled(jobId);
  const tools = { engine, ledger: opened.ledger };
  expect(await causeOfDeployment(tools, repositoryId, { kind: 'commit', commit })).toEqual({
    links: [{ trace: traceOf(jobId, undefined), span: spanOf(jobId) }],
  });
  expect(await causeOfDeployment(tools, repositoryId, { kind: 'commit', commit: 'd'.repeat(40) as CommitId })).toBeUndefined();
  expect(await causeOfDeployment(tools, 'f'.repeat(32) as RepositoryId, { kind: 'commit', commit })).toBeUndefined();
  expect(await causeOfDeployment(tools, repositoryId, { kind: 'release', release: 7 })).toBeUndefined();
});
