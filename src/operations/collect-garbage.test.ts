import { expect, it } from 'vitest';
import type { JobId } from '../domain/ids.ts';
import { collectHourly } from './collect-garbage.ts';

const dayMs = 86_400_000;

/** Two runs that ended long ago; the records of the first contradict each other. */
function stand() {
  const forgotten: string[] = [];
  let evidence = 0;
  const tools = {
    collect: async () => await Promise.resolve({ folders: [], recovered: [] }),
    clock: { now: () => 100 * dayMs },
    ownConfiguration: [{ source: 'user', origin: 'config.yaml', values: { cleanup: { keepRunsDays: 30 } } }],
    state: { database: 'miyabi.db' },
    engine: {
      status: async (job: JobId) =>
        job === 'torn' ? await Promise.reject(new Error('a task of torn is missing')) : await Promise.resolve(undefined),
    },
    ledger: {
      oldRuns: {
        endedBefore: async () => await Promise.resolve(['torn', 'whole']),
        forget: async (job: string) => await Promise.resolve(forgotten.push(job) > 0),
        forgetEvidence: async () => void (await Promise.resolve((evidence += 1))),
      },
    },
  };
  return { forgotten, evidence: () => evidence, tools: tools as unknown as Parameters<typeof collectHourly>[0] };
}

it('a run that cannot be summed up keeps its records, is told of, and stops no other from being forgotten', async () => {
  const { tools, forgotten, evidence } = stand();
  await expect(collectHourly(tools, { dryRun: false })).rejects.toThrow('a task of torn is missing');
  expect(forgotten).toEqual(['whole']);
  expect(evidence()).toBe(1);
});
