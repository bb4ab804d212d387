import { expect, test } from 'vitest';
import { filesAsProject } from '../../test/support/layer-stand.ts';
import type { CommitId } from '../domain/ids.ts';
import type { DependencyRequest } from './dependency-plan.ts';
import { rememberedPlans } from './remembered-plans.ts';

const request: DependencyRequest = {
  install: { command: ['npm', 'ci'], shown: 'npm ci' },
  nodeVersion: '24.1.0',
  platform: 'linux-x64',
  installScripts: false,
  registries: [],
  at: Date.UTC(2026, 0, 1),
};
const [one, other] = ['1', '2'].map((digit) => digit.repeat(40)) as [CommitId, CommitId];

/** A mirror whose commits all hold the same, and that counts how often somebody looks. */
function countingMirror() {
  const project = filesAsProject({ 'package.json': '{"dependencies":{"x":"1"}}' });
  let looks = 0;
  return {
    path: '/mirror.git',
    objects: () => project.objects(),
    readFiles: async (_commit: CommitId, paths: readonly string[]) => {
      looks += 1;
      return await project.readFiles(paths);
    },
    looks: () => looks,
  };
}

test('a plan is made once for a commit, however many ask at the same time', async () => {
  const mirror = countingMirror();
  const plans = rememberedPlans();
  const [first, second] = await Promise.all([
    plans.of(mirror, one, request),
    plans.of(mirror, one, { ...request, at: request.at + 1_000 }),
  ]);
  expect(second).toBe(first);
  expect(mirror.looks()).toBe(1);
  await plans.of(mirror, other, request);
  await plans.of(mirror, one, { ...request, installScripts: true });
  await plans.of(mirror, one, { ...request, at: Date.UTC(2026, 0, 2) });
  expect(mirror.looks()).toBe(4);
});

test('the plan that was asked for longest ago is forgotten first', async () => {
  const mirror = countingMirror();
  const plans = rememberedPlans(2);
  for (const commit of [one, other, one, '3'.repeat(40) as CommitId, one]) await plans.of(mirror, commit, request);
  expect(mirror.looks()).toBe(3);
  await plans.of(mirror, other, request);
  expect(mirror.looks()).toBe(4);
});

test('a plan that could not be made is made again', async () => {
  const mirror = countingMirror();
  const plans = rememberedPlans();
  const broken = { ...mirror, readFiles: () => Promise.reject(new Error('gone')) };
  await expect(plans.of(broken, one, request)).rejects.toThrow('gone');
  expect((await plans.of(mirror, one, request)).kind).toBe('layer');
});
