import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { createProcessRunner } from '../adapters/process/process-runner.ts';
import { configSchema } from '../domain/config.ts';
import type { JobId, RepositoryId } from '../domain/ids.ts';
import type { RepositoryPlace } from '../domain/run.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { checksHere } from './node-here.ts';
import type { PlannedChecks } from './task-types.ts';

const here = process.versions.node;

function planned(version: string): PlannedChecks {
  return {
    plan: { reasons: [] } as unknown as PlannedChecks['plan'],
    node: { path: '/on/the/other/machine/node', version, because: '' },
    digest: 'd',
  };
}

function run(repository: RepositoryPlace, node: Readonly<Record<string, string>> = {}): TaskContext<unknown> {
  const attributes = {
    schemaVersion: 2,
    issue: { title: 'one', body: '', origin: { kind: 'text' }, hiddenCharacters: 0 },
    repositoryId: 'r' as RepositoryId,
    repository,
    base: { commit: 'a'.repeat(40), name: 'main' },
    author: { name: 'Ada', email: 'ada@example.org' },
    branchTemplate: 'miyabi/<run>',
    into: null,
    approveAll: false,
    config: configSchema.parse({ node }),
  };
  return { jobId: 'j' as JobId, attributes } as unknown as TaskContext<unknown>;
}

const remote: RepositoryPlace = { kind: 'remote', url: 'https://example.org/a/b' };

it('a project is checked with the Node of the machine that checks it: the same version, else the same line, else not at all', async () => {
  await using folder = await temporaryFolder();
  await using processes = createProcessRunner();
  symlinkSync(process.execPath, join(folder.path, 'node'));
  const [major = ''] = here.split('.');
  const machine = (nodeVersion: string) => ({
    processes,
    host: { environment: { PATH: folder.path }, nodePath: '/own/node', nodeVersion, programFolders: [], platform: 'test' },
  });
  const pathOf = async (version: string, own = here) => (await checksHere(machine(own), run(remote), planned(version))).node;
  expect(await pathOf(here)).toEqual({ path: '/own/node', version: here, because: '' });
  expect((await pathOf(here, '1.0.0')).path).toBe(process.execPath);
  expect((await pathOf(`${major}.999.0`, '1.0.0')).path).toBe(process.execPath);
  await expect(pathOf('3.1.4', here)).rejects.toMatchObject({
    name: 'Failure',
    reason: 'configuration',
    text: { what: expect.stringContaining('no Node 3') },
  });
});

it('on one machine, and where a person has named a path for all of them, it is what was planned', async () => {
  await using processes = createProcessRunner();
  const machine = { processes, host: { environment: {}, nodePath: '/own/node', nodeVersion: here, programFolders: [], platform: 'test' } };
  const checks = planned(here);
  expect(await checksHere(machine, run({ kind: 'local', root: '/home/ada/project' }), checks)).toBe(checks);
  expect(await checksHere(machine, run(remote, { path: '/opt/node' }), checks)).toBe(checks);
});

it('attributes of a version that knew no remotes are those of a folder of this machine', async () => {
  await using processes = createProcessRunner();
  const { attributes, ...rest } = run(remote);
  const { repository: _, ...others } = attributes as Record<string, unknown>;
  const old = { ...rest, attributes: { ...others, schemaVersion: 1, root: '/home/ada/project' } } as TaskContext<unknown>;
  const checks = planned(here);
  const machine = { processes, host: { environment: {}, nodePath: '/own/node', nodeVersion: here, programFolders: [], platform: 'test' } };
  expect(await checksHere(machine, old, checks)).toBe(checks);
});
