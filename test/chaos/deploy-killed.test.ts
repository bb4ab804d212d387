import { expect, it } from 'vitest';
import { divided } from '../support/campaign.ts';
import type { DeployTrial } from './deploy-campaign.ts';
import { deployCampaign } from './deploy-campaign.ts';

const trials: readonly DeployTrial[] = [
  { way: 'bad', event: 'task.started', key: 'serve-back', afterMs: 0, keeper: false, againMs: 1_000 },
  { way: 'good', event: 'task.started', key: 'serve', afterMs: 0, keeper: false },
  { way: 'bad', event: 'task.started', key: 'watch', afterMs: 300, keeper: true },
];

for (const { tags, ...trial } of divided(trials, 3))
  it(
    `a deployment (${trial.way}) that is killed at ${trial.key}${trial.keeper ? ' with its keeper' : ''} ends right once it is resumed, and users notice nothing of it`,
    { tags, timeout: 180_000 },
    async () => {
      const { wrong, kills, requests, failed } = await deployCampaign({ trials: [trial] });
      expect(wrong).toEqual([]);
      expect(kills).toBeGreaterThanOrEqual(1);
      expect(requests).toBeGreaterThan(100);
      // Of the trial in which the keeper was killed they are counted apart.
      expect(failed).toBe(0);
    },
  );
