/** @module-tag campaign */
import { expect, it } from 'vitest';
import { noPostgres } from '../support/postgres.ts';
import { campaign } from './distributed-campaign.ts';

const lacking = noPostgres();

it.skipIf(lacking !== undefined)(
  `runs on three machines that are killed at random come to their one end each and leave nothing behind${lacking === undefined ? '' : ` (${lacking})`}`,
  { timeout: 180_000 },
  async () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const report = await campaign({ seed, kills: 6, runsAtATime: 1 }).catch((error: unknown) => {
      throw new Error(`A campaign of seed ${seed} has failed; npm run kills -- --seed ${seed} is like it.`, { cause: error });
    });
    expect(report.kills).toBe(6);
    expect(report.runs).toBeGreaterThan(0);
  },
);
