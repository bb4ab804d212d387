import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../src/app.ts';
import { displayId } from '../../src/domain/ids.ts';
import { resultBranch } from '../../src/domain/run.ts';
import { expectedTypes } from '../../src/workflow/registrations.ts';
import { divided } from '../support/campaign.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { recordings, restore } from './support/recorded.ts';
import type { Recording } from './support/recorded.ts';

const [ofThisVersion, older] = [true, false].map((wanted) => recordings.filter(({ version }) => (version === '0.1.0') === wanted));

describe.each(divided(ofThisVersion!, 6))('a run that $version began and that was killed at $type', (recording) => {
  it('comes to its end under this version', { tags: recording.tags }, async () => await carriedOn(recording));
});
it.each(older!)(
  'a run that a program of $version began and that was killed at $type comes to its end under this version',
  { tags: ['campaign'] },
  carriedOn,
);

async function carriedOn(recording: Recording): Promise<void> {
  await using folder = await temporaryFolder();
  const { project, state } = restore(recording, folder.path);
  const environment = { PATH: process.env['PATH'], HOME: folder.path };
  await using app = await openApp({ environment, version: '0.0.0', flags: {}, stateRoot: state });
  const { engine } = app.tools;
  await app.tools.recover();
  const [job, ...others] = await engine.jobs({});
  expect(others).toEqual([]);
  await using worker = await engine.work({ jobs: 'unclaimed', concurrency: 4 });
  const end = await worker.settled(job!.id);
  const tasks = (await engine.tasks(job!.id)).map((task) => `${task.key}: ${JSON.stringify(task.state === 'dead' ? task : task.state)}`);
  expect(end, tasks.join('\n')).toBe('completed');
  // It had been handed over before, and the user's own repository is recorded as it was at the beginning.
  if (recording.type === 'miyabi.run.cleanup') return;
  const branch = resultBranch('miyabi/<run>', displayId('run', job!.id));
  const text = execFileSync('git', ['show', `${branch}:src/add.js`], { cwd: project, encoding: 'utf8' });
  expect(text).toMatch(/return (a \+ b|b \+ a);/);
}

it('every type of task of a run of one task is among the recordings of this version', () => {
  const recorded = recordings.filter(({ version }) => version === '0.1.0').map(({ type }) => type);
  expect(recorded.toSorted()).toEqual(
    expectedTypes
      .map(({ name }) => name)
      .filter((name) => recordedTypes.includes(name))
      .toSorted(),
  );
});

/** The others begin only with people, models, forges or deployments. */
const recordedTypes = [
  'miyabi.issue.analyse',
  'miyabi.issue.plan',
  'miyabi.task.implement',
  'miyabi.base.prepare',
  'miyabi.base.check',
  'miyabi.world.run',
  'miyabi.world.check',
  'miyabi.tests.collect',
  'miyabi.exam.world',
  'miyabi.task.choose',
  'miyabi.task.integrate',
  'miyabi.run.review',
  'miyabi.run.publish',
  'miyabi.run.cleanup',
];

it('a recording is small', () => {
  for (const { version, type } of recordings) {
    const { size } = statSync(fileURLToPath(new URL(`recorded/${version}/${type}.json.gz`, import.meta.url)));
    expect(size, `${version} ${type}`).toBeLessThan(100_000);
  }
});
