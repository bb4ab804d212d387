import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { makeProject, miyabi, smallProject, testsWithoutNpm } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

const mend = `command:sed -i.bak 's/a - b/a + b/' src/add.js && rm -f src/add.js.bak`;

it('a run that waits for a person goes on to its end where a backup of it was restored', { tags: ['campaign'] }, async () => {
  await using folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const [state, elsewhere] = [join(folder.path, 'state'), join(folder.path, 'elsewhere')];
  const call = async (at: string, ...args: readonly string[]) => await miyabi(args, { cwd: project, state: at, env: testsWithoutNpm });
  const asked = await call(
    state,
    'run',
    'Rewrite the architecture for a distributed migration',
    '--worlds',
    '1',
    '--agent',
    mend,
    '--json',
  );
  expect(asked, asked.stderr).toMatchObject({ code: 4 });
  const run = String(asked.lines.at(-1)?.['run']);

  const made = await call(state, 'backup', '--json');
  expect(made, made.stderr).toMatchObject({ code: 0, lines: [{ type: 'backup', removed: [], mirrors: 1 }] });
  const path = String(made.lines[0]?.['path']);
  expect(path.startsWith(join(state, 'backups/20'))).toBe(true);
  const refused = await call(state, 'restore', path);
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('there are records already') });
  const restored = await call(elsewhere, 'restore', path, '--json');
  expect(restored, restored.stderr).toMatchObject({ code: 0, lines: [{ type: 'restored', aside: null }] });

  const done = await call(elsewhere, 'approve', run, '--json');
  expect(done, done.stderr).toMatchObject({ code: 0, lines: expect.arrayContaining([expect.objectContaining({ status: 'succeeded' })]) });
  const checked = await call(elsewhere, 'db', 'check', '--json');
  expect(checked, checked.stdout).toMatchObject({ code: 0, lines: [{ type: 'db.checked', ok: true, faults: [] }] });

  // Where it came from it waits as before, and is put in the place of what somebody spoiled.
  {
    using database = new DatabaseSync(join(state, 'miyabi.db'));
    database.exec('DELETE FROM weaver_event WHERE seq = 2');
  }
  const spoiled = await call(state, 'db', 'check');
  expect(spoiled).toMatchObject({ code: 1, stdout: expect.stringMatching(/✖ events: The events of job:\S+ have gaps/) });
  const forced = await call(state, 'restore', path, '--force');
  expect(forced, forced.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('is kept in') });
  expect(await call(state, 'db', 'check')).toMatchObject({ code: 0, stdout: expect.stringContaining('all of it is sound') });
  expect(await call(state, 'status', '--json')).toMatchObject({ code: 0, stdout: expect.stringContaining('waiting') });
});

it('nothing is restored over a process that works, and records on a server are the server’s to back up', async () => {
  await using folder = await temporaryFolder();
  const state = join(folder.path, 'state');
  const call = async (args: readonly string[], env = {}) => await miyabi(args, { cwd: folder.path, state, env });
  expect(await call(['status'])).toMatchObject({ code: 0 });
  const backup = join(folder.path, 'backup');
  expect(await call(['backup', backup])).toMatchObject({ code: 0 });
  {
    using database = new DatabaseSync(join(state, 'miyabi.db'));
    database.exec("INSERT INTO weaver_process (id, namespace, pid, started_at) VALUES ('one', 'default', 77, 1)");
  }
  const { sqliteLocks } = await import('../../src/adapters/lock/sqlite-locks.ts');
  const held = await sqliteLocks(join(state, 'locks')).acquire('process-one');
  const refused = await call(['restore', backup, '--force']);
  expect(refused).toMatchObject({ code: 7, stderr: expect.stringMatching(/somebody works there[^]*Process 77 executes/) });
  await held.release({ remove: true });

  const server = await call(['backup'], { MIYABI_DATABASE_URL: 'postgres://ada:secret@db.example/miyabi' });
  expect(server).toMatchObject({ code: 3, stderr: expect.stringContaining('pg_dump --format=custom') });
  expect(server.stderr).not.toContain('secret');
});
