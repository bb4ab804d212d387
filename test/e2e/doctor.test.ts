import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { makeProject, miyabi, untestedProject } from '../support/miyabi.ts';
import { openScriptedProvider } from '../support/scripted-provider/scripted-provider.ts';
import { temporaryFolder } from '../support/temporary.ts';

interface Finding {
  readonly name: string;
  readonly status: string;
  readonly detail: string;
  readonly fix: string;
}

/** What the doctor says of a state folder, and what it has mended. */
async function doctor(cwd: string, state: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const { code, lines, stderr } = await miyabi(['doctor', '--json', ...args], { cwd, state, env });
  const [told] = lines as unknown as [
    { readonly findings: readonly Finding[]; readonly mended: ReadonlyArray<{ name: string; done: string }> },
  ];
  return {
    code,
    stderr,
    mended: told.mended,
    of: (name: string) => told.findings.find((finding) => finding.name === name),
    findings: told.findings,
  };
}

it('looks at everything that is needed, and has something to do for whatever is not well', async () => {
  await using folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), untestedProject);
  const { findings, code } = await doctor(project, join(folder.path, 'state'));
  expect(findings.map(({ name }) => name)).toEqual(
    expect.arrayContaining(
      'Node git npm Configuration State_folder SQLite Database Records Disk Ballast Capacity Limits Clock Isolation Worlds Locks Leftovers Port Dashboard Logs Backups Agents Keys_of_models Forges Repository Room Terminal'
        .split(' ')
        .map((name) => name.replaceAll('_', ' ')),
    ),
  );
  expect(findings.filter(({ status, fix }) => (status === 'ok') !== (fix === ''))).toEqual([]);
  expect(code).toBe(findings.some(({ status }) => status === 'failure') ? 3 : 0);
});

it('goes on where backups and logs are to lie in something that is no folder', async () => {
  await using folder = await temporaryFolder();
  const state = join(folder.path, 'state');
  writeFileSync(join(folder.path, 'backups'), '');
  expect((await miyabi(['config', 'set', 'backup.folder', join(folder.path, 'backups')], { cwd: folder.path, state })).code).toBe(0);
  const { of, code } = await doctor(folder.path, state, [], { MIYABI_LOG_FILE: join(folder.path, 'backups/log') });
  expect(of('Logs')).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining('ENOTDIR'),
    fix: expect.stringContaining('log.file'),
  });
  expect(of('Backups')).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining('ENOTDIR'),
    fix: expect.stringContaining('backup.folder'),
  });
  expect(code).not.toBe(1);
});

it('mends what processes that died have left and what others can read, and nothing of one that lives', { tags: ['campaign'] }, async () => {
  await using folder = await temporaryFolder();
  const state = join(folder.path, 'state');
  expect((await miyabi(['status'], { cwd: folder.path, state })).code).toBe(0);
  const locks = sqliteLocks(join(state, 'locks'));
  const living = await locks.acquire('process-living');
  await (await locks.acquire('process-dead')).release();
  mkdirSync(join(state, 'worlds/run_nobody0000/task/alpha/tree'), { recursive: true });
  writeFileSync(join(state, 'worlds/run_nobody0000/task/alpha/tree/file'), 'left');
  chmodSync(state, 0o755);

  const before = await doctor(folder.path, state);
  expect(before.of('Locks')).toMatchObject({ status: 'warning', detail: expect.stringContaining('1 lock of processes') });
  expect(before.of('Leftovers')).toMatchObject({ status: 'warning', detail: expect.stringContaining('1 folder of worlds') });
  expect(before.of('State folder')).toMatchObject({ status: 'warning', detail: expect.stringContaining('mode 755') });
  expect(before.mended).toEqual([]);
  expect(existsSync(join(state, 'worlds/run_nobody0000'))).toBe(true);

  const after = await doctor(folder.path, state, ['--fix']);
  expect(after.mended.map(({ name }) => name)).toEqual(['State folder', 'Locks', 'Leftovers']);
  for (const name of ['Locks', 'Leftovers', 'State folder']) expect(after.of(name), name).toMatchObject({ status: 'ok' });
  expect(statSync(state).mode & 0o777).toBe(0o700);
  expect(existsSync(join(state, 'worlds/run_nobody0000'))).toBe(false);
  expect(readdirSync(join(state, 'locks'))).toContain('process-living.lock');
  await living.release({ remove: true });
});

it('ends with 3 where records contradict each other, where they cannot be opened, and where the configuration cannot be read', async () => {
  await using folder = await temporaryFolder();
  const state = join(folder.path, 'state');
  await miyabi(['status'], { cwd: folder.path, state });
  {
    using database = new DatabaseSync(join(state, 'miyabi.db'));
    database.exec("PRAGMA foreign_keys = OFF; INSERT INTO miyabi_slot (slot, directory, taken_at) VALUES (0, '/nowhere', 1)");
  }
  const spoiled = await doctor(folder.path, state);
  expect(spoiled.code).toBe(3);
  expect(spoiled.of('Records')).toMatchObject({ status: 'failure', detail: expect.stringContaining('miyabi_folder that is not there') });
  const unread = await doctor(folder.path, state, [], { MIYABI_WORLDS_COUNT: 'many' });
  expect(unread).toMatchObject({ code: 3, stderr: '' });
  expect(unread.of('Opening')).toMatchObject({ status: 'failure', detail: expect.stringContaining('worlds.count cannot be') });
  writeFileSync(join(state, 'miyabi.db'), 'no database');
  expect((await doctor(folder.path, state)).of('Opening')).toMatchObject({ status: 'failure', detail: expect.stringContaining('damaged') });
});

it('with --network it asks a model for one token, and a server for its time; a key is never told', async () => {
  await using folder = await temporaryFolder();
  const state = join(folder.path, 'state');
  const late = createServer((_, response) => response.writeHead(200, { date: new Date(Date.now() - 600_000).toUTCString() }).end());
  late.listen(0, '127.0.0.1');
  await once(late, 'listening');
  const api = `http://127.0.0.1:${(late.address() as AddressInfo).port}`;
  await using provider = await openScriptedProvider({ scripts: [{ match: () => true, turns: [{ say: 'Yes.' }] }] });
  const env = {
    MIYABI_FORGE_GITHUB_API: api,
    MIYABI_AGENT_MODEL: 'own/small',
    MIYABI_MODELS_PROVIDERS: JSON.stringify({
      own: { protocol: 'openai-chat', url: provider.url('openai-chat'), keyVariable: 'OWN_KEY', private: true },
    }),
    OWN_KEY: 'sk-secret-of-the-doctor',
  };
  const asked = await doctor(folder.path, state, ['--network'], env);
  late.close();
  expect(asked.of('Clock')).toMatchObject({ status: 'failure', detail: expect.stringMatching(/^-\d+\.\d s apart/) });
  expect(asked.of('Keys of models')?.detail).toContain('own has one in OWN_KEY');
  expect(asked.of('Model own/small')).toMatchObject({ status: 'ok', detail: expect.stringMatching(/^answered within \d+ ms/) });
  expect(provider.requests).toHaveLength(1);
  expect(JSON.stringify(asked.findings)).not.toContain('sk-secret');
});
