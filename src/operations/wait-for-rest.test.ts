import { expect, test } from 'vitest';
import { openTestEngine } from '../../test/support/engine.ts';
import { configSchema } from '../domain/config.ts';
import type { CommitId, RepositoryId } from '../domain/ids.ts';
import type { RunAttributes } from '../domain/run.ts';
import { cleanupType } from '../workflow/task-types.ts';
import type { OperationTools } from './tools.ts';
import { waitForRest } from './wait-for-rest.ts';

const attributes: RunAttributes = {
  schemaVersion: 2,
  issue: { title: 'one', body: '', origin: { kind: 'text' }, hiddenCharacters: 0 },
  repositoryId: '1'.repeat(32) as RepositoryId,
  repository: { kind: 'local', root: '/nowhere' },
  base: { commit: '1'.repeat(40) as CommitId, name: 'main' },
  author: { name: 'Ada', email: 'ada@example.org' },
  branchTemplate: 'miyabi/<run>',
  into: null,
  approveAll: false,
  config: configSchema.parse({}),
};

test('whoever waits for a run to come to rest is told also of what a task asks that goes on running', { timeout: 20_000 }, async () => {
  await using made = await openTestEngine([], { expects: [cleanupType], synchronous: 'NORMAL' });
  const tools = { engine: made.engine, ledger: made.database.ledger } as OperationTools;
  const { jobId } = await made.engine.submit({ title: 'x', attributes, tasks: [{ type: cleanupType.name, key: 'a', payload: {} }] });
  const patience = AbortSignal.timeout(15_000);
  const waited = waitForRest(tools, jobId, patience);
  const [task] = await made.engine.tasks(jobId);
  await tools.ledger.questions.ask({ jobId, taskId: task!.id, key: 'may-edit', text: 'May it edit package.json?' });
  expect(await waited).toMatchObject({ id: jobId });
  expect(patience.aborted).toBe(false);
});
