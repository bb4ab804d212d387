import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitStand } from '../../test/support/git-stand.ts';
import { openTestLedger } from '../../test/support/ledger.ts';
import { localForgeName, localForgeStand } from '../../test/support/local-forge-stand.ts';
import { openMemoryEngine } from '../../test/support/memory-engine.ts';
import { userGit } from '../../test/support/repository.ts';
import { systemClock } from '../adapters/clock.ts';
import { configSchema } from '../domain/config.ts';
import { displayId } from '../domain/ids.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { Cause, SpanId, TraceId } from '../domain/trace.ts';
import { runAttributesSchema } from '../domain/run.ts';
import { stateFolder } from '../domain/state-folder.ts';
import { handle } from '../weaver/handler.ts';
import { analyseType, planType } from '../workflow/task-types.ts';
import { tellType } from '../workflow/tell-type.ts';
import { startRepair } from './start-repair.ts';
import type { OperationTools } from './tools.ts';

const cause: Cause = { links: [{ trace: 'a'.repeat(32) as TraceId, span: 'b'.repeat(16) as SpanId }] };
const wanted = { key: 'repair:d1', title: 'Mend what kept r2 from production: it was slow', body: 'Find the cause.', cause };

it('begins one run that mends a release from where its change went, for the evidence alone or for the issue at a forge', async () => {
  await using git = await gitStand();
  await using forge = await localForgeStand();
  await using opened = await openTestLedger();
  await using made = await openMemoryEngine([
    handle(analyseType, async () => ({ kind: 'success', result: {} as never })),
    handle(planType, async () => ({ kind: 'success', result: {} as never })),
    handle(tellType, async () => ({ kind: 'success', result: {} as never })),
  ]);
  const { engine } = made;
  const tools = {
    engine,
    ledger: opened.ledger,
    git: async () => await Promise.resolve(git.git),
    sharing: false,
    state: stateFolder(join(git.path, 'state')),
    clock: systemClock,
    ladders: { isolation: async () => await Promise.resolve([{ level: 'none', available: true, detail: '' }]) },
    agentNeeds: async () => await Promise.resolve({}),
    ownConfiguration: [{ source: 'user', origin: 'config.yaml', values: { isolation: 'none', agent: { name: 'repair' } } }],
  } as unknown as OperationTools;
  const { root, head } = git.repository;
  userGit(root, 'branch', 'live');
  const run: RunAttributes = {
    schemaVersion: 2,
    issue: { title: 'Deploy r2 to production', body: '', origin: { kind: 'text' }, hiddenCharacters: 0 },
    repositoryId: (await opened.ledger.repository(root)).id,
    repository: { kind: 'local', root },
    base: { commit: head, name: 'main' },
    author: { name: 'Ada', email: 'ada@example.org' },
    branchTemplate: 'miyabi/<run>',
    into: 'live',
    startedBy: { how: 'terminal', who: 'ada' },
    approveAll: false,
    config: configSchema.parse({}),
  };
  const begun = async (name: string): Promise<RunAttributes> => {
    const job = (await engine.jobs({ open: true })).find(({ id }) => displayId('run', id) === name);
    return runAttributesSchema.parse(job?.attributes);
  };

  const name = await startRepair(tools, { run, ...wanted });
  expect(await begun(name)).toMatchObject({
    issue: { title: wanted.title, body: wanted.body, origin: { kind: 'text' } },
    base: { commit: head, name: 'live' },
    into: 'live',
    startedBy: { how: 'service', who: 'ada' },
    cause,
  });
  expect(await startRepair(tools, { run, ...wanted })).toBe(name);
  expect(await startRepair(tools, { run, ...wanted, key: 'repair:d2' })).not.toBe(name);

  const origin = { kind: 'forge', forge: localForgeName, repository: forge.repository, number: 7, url: '' } as const;
  const atForge = {
    ...run,
    issue: { ...run.issue, title: 'Wrong total', origin: { ...origin, author: { id: '1', login: 'ann', isBot: false } } },
    repository: { kind: 'remote', url: `file://${forge.git}` },
    startedBy: undefined,
  } as unknown as RunAttributes;
  const { issue, base, into, startedBy } = await begun(await startRepair(tools, { run: atForge, ...wanted, key: 'repair:d3' }));
  expect({ issue, base, into, startedBy }).toMatchObject({
    issue: { title: wanted.title, origin: { kind: 'forge', number: 7 } },
    base: { name: 'main' },
    into: null,
    startedBy: { how: 'service', who: 'Miyabi' },
  });
  expect(await engine.jobs({ open: true })).toHaveLength(3);
});
