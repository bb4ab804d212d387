import { expect, it } from 'vitest';
import type { JobId } from '../../domain/ids.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import type { KeptRun } from '../../ports/run-statistics.ts';
import { keepFactsOf } from './keep-facts.ts';

const attributes = {
  schemaVersion: 2,
  issue: { title: 'x', body: '', origin: { kind: 'text' }, hiddenCharacters: 0 },
  repositoryId: 'r',
  repository: { kind: 'local', root: '/r' },
  base: { commit: 'a'.repeat(40), name: 'main' },
  author: { name: 'a', email: 'b' },
  branchTemplate: 'miyabi/<run>',
  into: null,
  approveAll: false,
  config: resolveConfig([]).config,
};

/** A run without tasks that ended at 9, and what is kept of it. @param after when it has ended by the time all of it was read; undefined: it is gone. */
function stand(after: number | undefined) {
  const kept: KeptRun[] = [];
  const ends = [9, after];
  const status = async () => {
    const endedAt = ends.shift();
    return await Promise.resolve(endedAt && { state: 'completed', createdAt: 1, endedAt, costMicroUsd: 0, attributes });
  };
  const none = async () => await Promise.resolve([]);
  const tools = {
    engine: { status, tasks: none, attempts: none },
    ledger: {
      worlds: { ofRun: none },
      answers: { ofRun: none },
      questions: { ofRun: none },
      money: { spent: async () => await Promise.resolve({ calls: 0, cached: 0, unknownPrices: 0, unsure: 0 }) },
      statistics: { keep: async (run: KeptRun) => void (await Promise.resolve(kept.push(run))) },
    },
  };
  return { kept, tools: tools as unknown as Parameters<typeof keepFactsOf>[0] };
}

it.each([
  ['is kept where it is as it was when all of it was read', 9, [9]],
  ['is not kept where it was forgotten meanwhile: who did so has kept the whole of it', undefined, []],
  ['is not kept where it was tried again meanwhile', 12, []],
] as const)('what a run comes to %s', async (_, after, endedAt) => {
  const { kept, tools } = stand(after);
  await keepFactsOf(tools, 'run' as JobId);
  expect(kept.map((run) => run.endedAt)).toEqual(endedAt);
});
