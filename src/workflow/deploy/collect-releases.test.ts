import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { expect, it } from 'vitest';
import { pipelineStand } from '../../../test/support/pipeline-stand.ts';
import { writeFiles } from '../../../test/support/repository.ts';
import type { JobId } from '../../domain/ids.ts';
import type { CollectReleasesRequest } from './collect-releases.ts';
import { collectReleases } from './collect-releases.ts';
import type { DeployRequest } from './deploy-tasks.ts';

it('removes the releases that nothing needs, never one that a run is about to deploy, and goes back to one by building it anew', async () => {
  await using pipeline = await pipelineStand({ project: { build: { command: 'cp a.txt b.txt' } } });
  const { tools, made } = pipeline;
  await pipeline.deploy({ what: { kind: 'commit', commit: pipeline.stand.git.repository.head } });
  const { repositoryId } = (await pipeline.deployments())[0]!;
  const folderOf = (release: number): string => tools.state.releases(repositoryId, release);
  for (const release of [2, 3, 4]) {
    expect(await pipeline.deploy(await pipeline.release())).toMatchObject({ state: 'completed', result: { release } });
    writeFiles(folderOf(release), { 'x.txt': 'x' });
  }
  const releases = dirname(folderOf(1));
  writeFiles(releases, { '4.growing/x.txt': 'x', '9/x.txt': 'x', 'notes/x.txt': 'mine' });
  const collect = async (more: Partial<CollectReleasesRequest>) => {
    const request = { state: tools.state, engine: made.engine, now: Date.now() + 60_000, keptMs: 0, keptReleases: () => 1, dryRun: false };
    const found = await collectReleases(tools, { ...request, ...more });
    return found.map(({ path, bytes, why }) => {
      expect(bytes).toBeGreaterThan(0);
      return `${basename(path)}: ${why}`;
    });
  };
  const interrupted = '4.growing: its making or its removal was interrupted';
  const old = ['1: r1 serves nowhere; its commit builds it again', '2: r2 serves nowhere; its commit builds it again'];
  expect(await collect({ dryRun: true, keptMs: 3_600_000, now: Date.now() })).toEqual([old[1], interrupted]);
  expect((await collect({ dryRun: true, keptReleases: () => 3 })).toSorted()).toEqual([interrupted, '9: no record knows it']);
  expect((await collect({ dryRun: true })).toSorted()).toEqual([...old, interrupted, '9: no record knows it']);
  expect((await readdir(releases)).toSorted()).toEqual(['1', '2', '3', '4', '4.growing', '9', 'notes']);

  const back: Partial<DeployRequest> = { what: { kind: 'release', release: 1 }, environments: ['production'], rollback: true };
  const waiting = await pipeline.submit(back);
  expect((await collect({ dryRun: true })).toSorted()).toEqual([old[1], interrupted, '9: no record knows it']);
  await made.engine.cancel(waiting, 'enough');
  // A run that begins after it was looked whether there is one.
  let begun: JobId | undefined;
  const jobs: typeof made.engine.jobs = async (filter) => {
    const found = await made.engine.jobs(filter);
    begun ??= await pipeline.submit(back);
    return found;
  };
  expect((await collect({ engine: { jobs, tasks: async (...asked) => await made.engine.tasks(...asked) } })).toSorted()).toEqual([
    old[1],
    interrupted,
    '9: no record knows it',
  ]);
  expect((await readdir(releases)).toSorted()).toEqual(['1', '3', '4', 'notes']);
  await made.engine.cancel(begun!, 'enough');

  expect(await collect({})).toEqual([old[0]]);
  expect(existsSync(folderOf(1))).toBe(false);
  expect(await collect({})).toEqual([]);
  const { state, result } = await pipeline.deploy(back);
  expect({ state, result }).toMatchObject({ state: 'completed', result: { release: 1, environments: [{ end: 'live', serving: 1 }] } });
  expect(await readFile(`${folderOf(1)}/b.txt`, 'utf8')).toBe('one\n');
  expect(await tools.ledger.deployments.releases(repositoryId, 10)).toHaveLength(4);
  expect(await collect({ keptReleases: () => 3 })).toEqual([]);
});
