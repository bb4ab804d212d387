import { expect, it } from 'vitest';
import type { DeploymentRow, ReleaseRow } from './projects.ts';
import { configuredProjects, isUnderWay, servingIn, shortRepository } from './projects.ts';

const deployment: DeploymentRow = {
  id: 'd1',
  environment: 'staging',
  release: 'r1',
  commit: 'c1',
  previous: null,
  run: 'run_a',
  state: 'live',
  verdict: null,
  baseline: null,
  leaves: 'r1',
  startedAt: 1,
  servedAt: 2,
  endedAt: 3,
};
const first: ReleaseRow = {
  release: 'r1',
  commit: 'c1',
  title: 'One',
  createdAt: 1,
  built: null,
  blocked: null,
  serves: ['staging'],
  deployments: [deployment],
  repository: 'ada/shop',
};
const later = { ...deployment, id: 'd2', release: 'r2', startedAt: 5, endedAt: null };
const second: ReleaseRow = { ...first, release: 'r2', serves: [], deployments: [later] };

it('projects are read from the setting with their environments in order; what has no shape is left out', () => {
  const setting = [
    { repository: 'ada/shop', environments: [{ name: 'staging' }, { name: 'production' }, 'nonsense'] },
    { repository: 'ada/tools' },
    { environments: [] },
    null,
  ];
  expect(configuredProjects(setting)).toEqual([
    { repository: 'ada/shop', environments: ['staging', 'production'] },
    { repository: 'ada/tools', environments: [] },
  ]);
  expect(configuredProjects(null)).toEqual([]);
});

it('what serves may be another release than the one that came last', () => {
  expect(servingIn('staging', [second, first])).toEqual({ release: first, latest: later });
  expect(servingIn('production', [second, first])).toEqual({ release: undefined, latest: undefined });
});

it('a deployment is under way until it ends', () => {
  expect([deployment, later].map(isUnderWay)).toEqual([false, true]);
});

it('a repository is named by the end of its address', () => {
  expect(shortRepository('/home/ada/shop/')).toBe('ada/shop');
  expect(shortRepository('ada/shop')).toBe('ada/shop');
});
