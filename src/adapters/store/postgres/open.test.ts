import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { freshPostgres, inDatabase, noPostgres } from '../../../../test/support/postgres.ts';
import { Failure } from '../../../domain/failure.ts';
import { miyabiMigrations } from '../miyabi/migrations.ts';
import { openPostgres } from './open.ts';
import type { PostgresDatabase, PostgresOptions } from './open.ts';

const reason = noPostgres();

/** Runs SQL as the administrator of the tests. */
async function inSql(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function refusal(url: string, options: PostgresOptions = {}): Promise<Failure> {
  const opened = await openPostgres(url, { openLimitMs: 0, ...options }, [miyabiMigrations]).catch((error: unknown) => error);
  if (!(opened instanceof Failure)) {
    await (opened as Partial<PostgresDatabase>).close?.();
    throw new Error('It was opened.', { cause: opened });
  }
  return opened;
}

function withUser(url: string, user: string, password: string): string {
  const other = new URL(url);
  other.username = user;
  other.password = password;
  return other.href;
}

describe.skipIf(reason !== undefined)(`a database on a server${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  it('gets its tables once, from however many processes at the same time, and has them at the next start', async () => {
    await using fresh = await freshPostgres({ empty: true });
    const opened = await Promise.all(Array.from({ length: 4 }, () => openPostgres(fresh.url, {}, [miyabiMigrations])));
    for (const database of opened) expect(await database.store.read((records) => records.jobs({}))).toEqual([]);
    const { rows } = (await opened[0]?.executor.executeSql('SELECT number FROM weaver_migration ORDER BY number')) ?? { rows: [] };
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1));
    for (const database of opened) await database.close();
    await (await openPostgres(fresh.url, {}, [miyabiMigrations])).close();
  });

  it('says that nothing answers there, and that a host has no address', async () => {
    const nowhere = await refusal('postgres://me:geheim@127.0.0.1:1/miyabi');
    expect(nowhere.message).toMatch(/^The database postgres:\/\/me@127\.0\.0\.1:1\/miyabi cannot be reached/);
    expect(nowhere.message).not.toContain('geheim');
    const unknown = await refusal('postgres://me:geheim@nobody.invalid/miyabi', { openLimitMs: 60_000 });
    expect(unknown.text).toMatchObject({
      why: expect.stringContaining('name of its host'),
      fix: expect.stringContaining('Correct the host'),
    });
  });

  it('refuses an address that is none', async () => {
    expect((await refusal('mysql://localhost/miyabi')).text.fix).toContain('postgres://');
    expect((await refusal('postgres://me:p@ss/word@host')).message).not.toContain('p@ss');
  });

  it('says that the password is wrong, or the database missing', async () => {
    await using fresh = await freshPostgres({ empty: true });
    const user = new URL(fresh.url).username;
    const refused = await refusal(withUser(fresh.url, user, 'not the password'));
    expect(refused.text.what).toContain('refuses this user');
    expect(JSON.stringify([refused.text, refused.facts])).not.toContain('not the password');
    expect((await refusal(inDatabase(fresh.url, 'not_there'))).text).toMatchObject({
      what: expect.stringContaining('/not_there does not exist'),
      fix: expect.stringContaining('createdb'),
    });
  });

  it('says that it asks for a password, that it has no TLS, and that there is no schema to make tables in', async () => {
    await using fresh = await freshPostgres({ empty: true });
    const address = new URL(fresh.url);
    address.searchParams.set('sslmode', 'verify-full');
    expect((await refusal(address.href)).text).toMatchObject({
      what: expect.stringContaining('cannot be spoken with under TLS'),
      fix: expect.stringContaining('sslmode'),
    });
    await inSql(fresh.url, `ALTER DATABASE ${address.pathname.slice(1)} SET search_path = not_there`);
    expect((await refusal(fresh.url)).text).toMatchObject({
      what: expect.stringContaining('has no schema that this user may make tables in'),
      fix: expect.stringContaining('GRANT'),
    });
    if (new URL(fresh.url).password === '') return;
    expect((await refusal(withUser(fresh.url, address.username, ''))).text).toMatchObject({
      what: expect.stringContaining('asks for a password'),
      fix: expect.stringContaining('PGPASSWORD'),
    });
  });

  it('says which right is missing, and that a user may have no more connections', async () => {
    await using fresh = await freshPostgres({ empty: true });
    const name = `limited_${process.pid}`;
    await inSql(fresh.url, `CREATE ROLE ${name} LOGIN PASSWORD 'x'`);
    try {
      const limited = withUser(fresh.url, name, 'x');
      const refused = await refusal(limited);
      expect(refused.text).toMatchObject({
        what: expect.stringContaining('cannot be used by this user'),
        fix: expect.stringContaining('GRANT'),
      });
      await inSql(fresh.url, `ALTER ROLE ${name} CONNECTION LIMIT 0`);
      expect((await refusal(limited)).text).toMatchObject({ what: expect.stringContaining('takes no more connections') });
    } finally {
      await inSql(fresh.url, `DROP ROLE ${name}`);
    }
  });

  it('leaves alone what belongs to another program, or to a newer version', async () => {
    await using fresh = await freshPostgres({ empty: true });
    await inSql(fresh.url, 'CREATE TABLE weaver_loom (id int)');
    expect((await refusal(fresh.url)).text).toMatchObject({
      what: expect.stringContaining('another program'),
      why: expect.stringContaining('weaver_loom'),
    });
    await inSql(fresh.url, 'DROP TABLE weaver_loom');
    await (await openPostgres(fresh.url)).close();
    await inSql(fresh.url, "INSERT INTO weaver_migration VALUES (999, 'from the future', 0)");
    expect((await refusal(fresh.url)).text.what).toContain('was written by a newer version');
  });

  it('says that it cannot be written', async () => {
    await using fresh = await freshPostgres({ empty: true });
    await inSql(fresh.url, `ALTER DATABASE ${new URL(fresh.url).pathname.slice(1)} SET default_transaction_read_only = on`);
    expect((await refusal(fresh.url)).text).toMatchObject({
      what: expect.stringContaining('cannot be written'),
      fix: expect.stringContaining('primary'),
    });
  });

  it('undoes all of a migration that fails', async () => {
    await using fresh = await freshPostgres({ empty: true });
    const broken = {
      table: 'broken_migration',
      migrations: [{ number: 1, name: 'broken', statements: ['CREATE TABLE broken_one (id TEXT)', 'nonsense'] }],
    };
    await expect(openPostgres(fresh.url, {}, [broken])).rejects.toThrow('all of it was undone');
    await inSql(
      fresh.url,
      "SELECT 1 / (CASE WHEN to_regclass('weaver_job') IS NULL AND to_regclass('broken_one') IS NULL THEN 1 ELSE 0 END)",
    );
    await (await openPostgres(fresh.url)).close();
  });
});
