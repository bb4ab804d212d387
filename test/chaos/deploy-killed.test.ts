import { expect, it } from 'vitest';
import type { DeployTrial } from './deploy-campaign.ts';
import { deployCampaign } from './deploy-campaign.ts';

const trials: readonly DeployTrial[] = [
  { way: 'good', event: 'task.started', key: 'serve', afterMs: 0, keeper: false },
  { way: 'bad', event: 'task.started', key: 'serve-back', afterMs: 0, keeper: false, againMs: 1_000 },
  { way: 'bad', event: 'task.started', key: 'watch', afterMs: 300, keeper: true },
];

it(
  'a deployment that is killed, and its way back, ends right once it is resumed, and users notice nothing of it',
  { timeout: 180_000 },
  async () => {
    const { wrong, kills, requests, failed } = await deployCampaign({ trials });
    expect(wrong).toEqual([]);
    expect(kills).toBeGreaterThanOrEqual(trials.length);
    expect(requests).toBeGreaterThan(100);
    // Of the trial in which the keeper was killed they are counted apart.
    expect(failed).toBe(0);
  },
);
