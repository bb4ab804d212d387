import { describe, expect, it } from 'vitest';
import type { Store, StoreTransaction } from '../../src/ports/store.ts';
import { divided } from '../support/campaign.ts';
import type { BreakPart } from './break-part.ts';
import { simulate } from './simulate.ts';

/** A third of them are tried at once, the others by the campaigns; `npm run sim` takes as many as it is told. */
const seeds = 60;
const parts = 3;

describe('the engine in simulated worlds', () => {
  for (const { part, tags } of divided(
    Array.from({ length: parts }, (_, index) => ({ part: index })),
    parts,
  ))
    it(`keeps its promises in ${seeds / parts} of them, whatever goes wrong (part ${part})`, { tags }, async () => {
      const failed: string[] = [];
      const totals = { faults: 0, commits: 0 };
      for (let seed = part + 1; seed <= seeds; seed += parts) {
        const { violation, faults, commits } = await simulate(seed);
        totals.faults += faults;
        totals.commits += commits;
        if (violation !== undefined) failed.push(`${violation}\nTo see it again: npm run sim -- --seed ${seed} --trace`);
      }
      expect(failed).toEqual([]);
      expect(totals.faults).toBeGreaterThan(100);
      expect(totals.commits).toBeGreaterThan(1_000);
    });

  it.each([3, 28])('is the same, line by line, whenever the seed %i is run', async (seed) => {
    const traces: string[][] = [[], []];
    const reports = [];
    for (const lines of traces) reports.push(await simulate(seed, { print: (line) => void lines.push(line) }));
    expect(traces[0]?.length).toBeGreaterThan(100);
    expect(traces[1]).toEqual(traces[0]);
    expect(reports[1]).toEqual(reports[0]);
  });

  it('differs from seed to seed', async () => {
    expect((await simulate(1)).hash).not.toBe((await simulate(2)).hash);
  });
});

describe('a simulation of an engine with a defect', () => {
  it('finds a store that replaces tasks whatever they have become', async () => {
    expect(await firstViolation({ store: replacingBlindly })).toBeDefined();
  });

  it('finds news that nobody is told', async () => {
    const changes: BreakPart['changes'] = (honest) => ({ ...honest, announce: () => undefined });
    expect(await firstViolation({ changes })).toBeDefined();
  });

  it('finds locks that are given to two at a time', async () => {
    const locks: BreakPart['locks'] = (honest) => ({ ...honest, tryAcquire: async () => ({ release: async () => undefined }) });
    expect(await firstViolation({ locks })).toBeDefined();
  });

  it('finds a store that forgets what a task waits for', async () => {
    const store: BreakPart['store'] = (honest) =>
      changed(honest, (records) => ({ save: (rows) => records.save({ ...rows, dependencies: [] }) }));
    expect(await firstViolation({ store })).toBeDefined();
  });
});

/** Within so many seeds each of these defects is found. */
const enough = 60;

async function firstViolation(breakPart: BreakPart): Promise<string | undefined> {
  for (let seed = 1; seed <= enough; seed += 1) {
    const { violation } = await simulate(seed, { breakPart });
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function changed(store: Store, calls: (honest: StoreTransaction) => Partial<StoreTransaction>): Store {
  return {
    read: (look) => store.read(look),
    write: (change) => store.write((transaction) => change({ ...transaction, ...calls(transaction) })),
  };
}

/** A settle that comes too late, and a claim of what somebody else has claimed, change what they find. */
function replacingBlindly(store: Store): Store {
  return {
    read: (look) => store.read(look),
    write: (change) =>
      store.write((transaction) =>
        change({
          ...transaction,
          save: async (rows) => {
            const tasks = [];
            for (const { before, after } of rows.tasks ?? []) tasks.push({ before: (await transaction.task(before.id)) ?? before, after });
            await transaction.save({ ...rows, tasks });
          },
        }),
      ),
  };
}
