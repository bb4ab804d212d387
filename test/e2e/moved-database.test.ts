/** @module-tag campaign */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { fillEngine, filling, fillLedger } from '../../src/adapters/store/transfer/testing/fill-records.ts';
import type { ProcessId } from '../../src/domain/ids.ts';
import { processLock } from '../../src/weaver/process-lock.ts';
import { openTestEngine } from '../support/engine.ts';
import { miyabi } from '../support/miyabi.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary.ts';

const reason = noPostgres();

describe.skipIf(reason !== undefined)(`records that move${reason === undefined ? '' : ` (${reason})`}`, () => {
  it('go from the state folder to PostgreSQL and back, by the command line', async () => {
    await using folder = await temporaryFolder();
    await using server = await freshPostgres({ empty: true });
    const state = join(folder.path, 'state');
    const call = (...args: readonly string[]) => miyabi(['db', ...args], { cwd: folder.path, state });
    const made = await openTestEngine(filling, { folder: folder.path });
    await fillLedger(made.database.ledger, await fillEngine(made.engine));
    await made[Symbol.asyncDispose]();
    expect(await call('migrate', '--json')).toMatchObject({
      code: 0,
      lines: [{ type: 'db.migrated', schemas: [{ before: 0 }, { before: 0 }] }],
    });
    await rename(join(folder.path, 'weaver.db'), join(state, 'miyabi.db'));

    // Somebody works on it.
    const process = 'one' as ProcessId;
    {
      using database = new DatabaseSync(join(state, 'miyabi.db'));
      database.exec("INSERT INTO weaver_process (id, namespace, pid, started_at) VALUES ('one', 'default', 77, 1)");
    }
    const held = await sqliteLocks(join(state, 'locks')).tryAcquire(processLock(process));
    const refused = await call('export', 'records.jsonl');
    expect(refused).toMatchObject({ code: 7, stdout: '' });
    expect(refused.stderr).toMatch(/is in use.*\n.*Process 77 works on it.*\n.*--force/);
    const forced = await call('export', 'forced.jsonl', '--force');
    expect(forced).toMatchObject({ code: 0, stderr: expect.stringContaining('A process was working on it') });
    await held?.release({ remove: true });

    const exported = await call('export', 'records.jsonl.gz');
    expect(exported).toMatchObject({ code: 0, stderr: expect.stringContaining('miyabi_call: 2 rows exported') });
    expect(exported.stdout).toMatch(
      /^records\.jsonl\.gz: [\d,]+ rows of \d+ tables \(sha256 [0-9a-f]{16}\)\nleft: miyabi_folder \(folders lie on one machine\)/,
    );
    const imported = await call('import', 'records.jsonl.gz', '--database', server.url, '--json');
    expect(imported).toMatchObject({ code: 0, lines: [{ type: 'db.imported', replaced: 0 }] });
    expect(imported.stdout).not.toContain(new URL(server.url).password);
    const again = await call('import', 'records.jsonl.gz', '--database', server.url);
    expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining('is not empty') });
    expect(again.stderr.includes('can read the password in --database with ps')).toBe(new URL(server.url).password !== '');

    const environment = { cwd: folder.path, state: join(folder.path, 'elsewhere'), env: { MIYABI_DATABASE_URL: server.url } };
    const looked = await miyabi(['doctor', '--json'], environment);
    expect(looked.lines[0]).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ name: 'Database', detail: expect.stringContaining(', PostgreSQL ') }),
        expect.objectContaining({ name: 'Workers', status: 'warning', detail: expect.stringContaining('none is there') }),
      ]),
    });
    const back = await miyabi(['db', 'export', 'back.jsonl', '--json'], environment);
    const { rows } = imported.lines[0] as { readonly rows: number };
    expect(back).toMatchObject({ code: 0, lines: [{ type: 'db.exported', rows }] });
    const home = await miyabi(['db', 'import', 'back.jsonl', '--local', '--json'], environment);
    expect(home, home.stderr).toMatchObject({ code: 0, lines: [{ type: 'db.imported', rows }] });
    const told = await miyabi(['status', '--json'], { cwd: folder.path, state: environment.state });
    expect(told, told.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('waiting') });
  });
});
