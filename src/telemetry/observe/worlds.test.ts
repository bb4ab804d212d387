import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitStand } from '../../../test/support/git-stand.ts';
import { heardTelemetry } from '../../../test/support/heard-telemetry.ts';
import type { CommitId } from '../../domain/ids.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Sandboxes, SandboxRequest } from '../../ports/sandbox.ts';
import { observeGit } from './git.ts';
import { observeSandboxes } from './sandboxes.ts';
import { observeWorkspaces } from './workspaces.ts';

it('a world that is made says how, and is told as it comes and as it goes; one that cannot be made fails', async () => {
  await using stand = await gitStand();
  const { telemetry, operations, signals } = heardTelemetry();
  const workspaces = observeWorkspaces(stand.workspaces, telemetry);
  const place = {
    mirrorPath: stand.mirror.path,
    directory: join(stand.path, 'world', 'tree'),
    private: join(stand.path, 'world', 'private'),
  };
  mkdirSync(place.private, { recursive: true });
  const { method } = await workspaces.create({ ...place, commit: stand.repository.head });
  await workspaces.remove(place);
  await workspaces.remove(place);
  await expect(workspaces.create({ ...place, commit: 'f'.repeat(40) as CommitId })).rejects.toThrow();
  expect(signals).toEqual([
    { type: 'worlds.changed', method, by: 1 },
    { type: 'worlds.changed', method, by: -1 },
  ]);
  expect(operations.map(({ name, outcome, facts }) => [name, outcome, facts['method']])).toEqual([
    ['workspace create', 'ok', method],
    ['workspace remove', 'ok', undefined],
    ['workspace remove', 'ok', undefined],
    ['workspace create', 'failed', undefined],
  ]);
});

it('git tells of what takes long, of its mirrors too, and not of what is read', async () => {
  await using stand = await gitStand();
  const { telemetry, operations } = heardTelemetry();
  const git = observeGit(stand.git, telemetry);
  const { head, root } = stand.repository;
  const made = await git.mirror(join(stand.path, 'another.git'), root, head);
  const opened = await git.open(made.path);
  expect(await opened.listFiles(head)).not.toEqual([]);
  await made.checkOut({ directory: join(stand.path, 'one'), commit: head });
  await opened.checkOut({ directory: join(stand.path, 'two'), commit: head });
  await expect(opened.cherryPick('f'.repeat(40) as CommitId, head)).rejects.toThrow();
  expect(await git.version()).toMatch(/^\d/);
  expect(operations.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
    'git mirror: ok',
    'git checkOut: ok',
    'git checkOut: ok',
    'git cherryPick: failed',
  ]);
});

it('what programs of a world are refused is told as often as it happened, to whoever opened it as well', async () => {
  const { telemetry, signals } = heardTelemetry();
  const heard: Incident[] = [];
  let report: SandboxRequest['onIncident'] = () => undefined;
  const scripted: Pick<Sandboxes, 'open'> = {
    open: async (request) => {
      report = request.onIncident;
      throw new Error('no walls here');
    },
  };
  const request = { level: 'bubblewrap', onIncident: (incident: Incident) => void heard.push(incident) } as SandboxRequest;
  await expect(observeSandboxes(scripted as Sandboxes, telemetry).open(request)).rejects.toThrow('no walls here');
  const network: Incident = { kind: 'network', detail: 'example.com:443', count: 1, at: 0, stopped: false };
  for (const incident of [
    network,
    { ...network, count: 3 },
    { ...network, kind: 'memory' as const },
    { ...network, kind: 'left-over' as const },
  ])
    report(incident);
  expect(signals.map((signal) => (signal.type === 'sandbox.denied' ? signal.of : signal.type))).toEqual(['net', 'net', 'net', 'mem']);
  expect(heard).toHaveLength(4);
});
