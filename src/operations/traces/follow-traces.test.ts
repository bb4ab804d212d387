import { expect, test } from 'vitest';
import { openTestLedger } from '../../../test/support/ledger.ts';
import { memoryLocks } from '../../../test/support/locks.ts';
import { openMemoryEngine } from '../../../test/support/memory-engine.ts';
import { configSchema } from '../../domain/config.ts';
import type { CommitId, RepositoryId } from '../../domain/ids.ts';
import { noticesGroup } from '../../domain/job-groups.ts';
import type { RunAttributes } from '../../domain/run.ts';
import type { Ended } from '../../ports/traces.ts';
import { handle } from '../../weaver/handler.ts';
import { planType } from '../../workflow/task-types.ts';
import { followTraces } from './follow-traces.ts';

const attributes: RunAttributes = {
  schemaVersion: 2,
  issue: { title: 'one', body: '', origin: { kind: 'text' }, hiddenCharacters: 0 },
  repositoryId: '1'.repeat(32) as RepositoryId,
  repository: { kind: 'local', root: '/nowhere/shop' },
  base: { commit: '1'.repeat(40) as CommitId, name: 'main' },
  author: { name: 'Ada', email: 'ada@example.org' },
  branchTemplate: 'miyabi/<run>',
  into: null,
  approveAll: false,
  config: configSchema.parse({}),
};

/** Runs that end at once, and whoever collects what ended: each time it is asked, it answers by the next of `answers`. */
async function stand(answers: Array<() => void> = []) {
  await using opening = new AsyncDisposableStack();
  const { ledger } = opening.use(await openTestLedger());
  const { engine } = opening.use(
    await openMemoryEngine([handle(planType, async () => await Promise.resolve({ kind: 'success', result: {} }))]),
  );
  const worker = opening.use(await engine.work({ jobs: 'unclaimed', concurrency: 2 }));
  const handed: Ended[] = [];
  const told: string[] = [];
  const traces = {
    keeps: () => true,
    ended: async (all: readonly Ended[]) => {
      await Promise.resolve(answers.shift()?.());
      handed.push(...all);
    },
  };
  const tools = { engine, ledger, locks: memoryLocks() };
  const all = opening.move();
  return {
    handed,
    told,
    tools,
    follow: (more: Partial<typeof tools> = {}) =>
      followTraces({ ...tools, ...more }, { traces, since: 0, tell: (text) => void told.push(text) }),
    /** A job of one task, once it has ended. */
    async ends(title: string, groupKey = 'repository'): Promise<void> {
      const { jobId } = await engine.submit({ title, groupKey, attributes, tasks: [{ type: planType.name, key: 'plan', payload: {} }] });
      await worker.settled(jobId);
    },
    [Symbol.asyncDispose]: async () => await all.disposeAsync(),
  };
}

function namesOf(handed: readonly Ended[]): readonly string[] {
  return handed.map((each) => (each.kind === 'task' ? each.key : each.kind));
}

test('what ends is handed over once, however many follow, and nothing of what is no run', async () => {
  await using here = await stand();
  {
    await using _one = here.follow();
    await using _other = here.follow();
    await here.ends('a notice', noticesGroup);
    await here.ends('one');
  }
  expect(here.told).toEqual([]);
  expect(namesOf(here.handed)).toEqual(['plan', 'job']);
  {
    await using _later = here.follow();
    await here.ends('two');
  }
  expect(namesOf(here.handed)).toEqual(['plan', 'job', 'plan', 'job']);
});

test('what could not be handed over is told of once, stays, and is handed over by whoever follows next', async () => {
  const refuse = (): never => {
    throw new Error('nobody is there');
  };
  await using here = await stand([refuse]);
  {
    await using _following = here.follow();
    await here.ends('one');
  }
  expect(here.handed).toEqual([]);
  expect(here.told).toEqual(['What ended in runs cannot be traced for now: nobody is there. It is tried again.']);
  {
    await using _following = here.follow();
  }
  expect(namesOf(here.handed)).toEqual(['plan', 'job']);
});

test('whoever dies between handing over and keeping that it was is followed by one who hands over the same again', async () => {
  await using here = await stand();
  const { readers } = here.tools.ledger;
  const dying = {
    ...here.tools.ledger,
    readers: { cursor: async (name: string) => await readers.cursor(name), save: async () => await Promise.reject(new Error('killed')) },
  };
  {
    await using _following = here.follow({ ledger: dying });
    await here.ends('one');
  }
  const first = here.handed.splice(0);
  expect(first.length).toBeGreaterThan(0);
  {
    await using _following = here.follow();
  }
  expect(namesOf(here.handed)).toEqual(['plan', 'job']);
  expect(here.handed).toEqual(expect.arrayContaining(first));
});
