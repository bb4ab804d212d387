import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { noPgBouncer, startPgBouncer } from '../../../test/support/pgbouncer.ts';
import { freshPostgres, noPostgres } from '../../../test/support/postgres.ts';
import { tcpProxy } from '../../../test/support/tcp-proxy.ts';
import type { JobId } from '../../domain/ids.ts';
import { anyNews } from '../../ports/changes.ts';
import type { News } from '../../ports/changes.ts';
import { postgresChanges } from './postgres-changes.ts';
import type { PostgresChanges, PostgresChangesOptions } from './postgres-changes.ts';

const none = noPostgres();
const never = { told: 1_000_000, deaf: 1_000_000 };

/** Two processes on one database, and what the second is told. */
interface Two extends AsyncDisposable {
  readonly one: PostgresChanges;
  readonly other: PostgresChanges;
  readonly told: News[];
  /** Resolves with the first news that the second is told from now on of which this is true. */
  next(wanted?: (news: News) => boolean): Promise<News>;
}

async function two(url: string, options: Partial<PostgresChangesOptions> & { readonly otherUrl?: string } = {}): Promise<Two> {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined);
  const open = (connectionString: string, more: Partial<PostgresChangesOptions>): PostgresChanges =>
    postgresChanges({
      connection: { connectionString },
      executeSql: (text, values) => pool.query(text, [...values]),
      pollMs: never,
      deafAfterMs: 300,
      ...options,
      ...more,
    });
  const one = open(url, { namespace: 'default' });
  const other = open(options.otherUrl ?? url, {});
  const told: News[] = [];
  const waiting = new Set<(news: News) => void>();
  const begun = Promise.withResolvers<void>();
  other.subscribe((news) => {
    told.push(news);
    begun.resolve();
    for (const each of waiting) each(news);
  });
  await begun.promise;
  return {
    one,
    other,
    told,
    next: (wanted = () => true) =>
      new Promise((resolve) => {
        const look = (news: News): void => {
          if (!wanted(news)) return;
          waiting.delete(look);
          resolve(news);
        };
        waiting.add(look);
      }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([one.close(), other.close()]);
      await pool.end();
    },
  };
}

function newsOf(...jobs: readonly string[]): News {
  return { ready: true, attend: false, scheduled: undefined, jobs: new Set(jobs as JobId[]) };
}

describe.skipIf(none !== undefined)(`changes by LISTEN and NOTIFY${none === undefined ? '' : ` (${none})`}`, () => {
  it('tells the other processes what was committed, and its own at once', async () => {
    await using database = await freshPostgres({ empty: true });
    await using made = await two(database.url);
    const here = Promise.withResolvers<News>();
    made.one.subscribe(here.resolve);
    const there = made.next((heard) => heard.jobs?.has('a' as JobId) === true);
    made.one.announce({ ...newsOf('a'), scheduled: 7 });
    expect(await there).toEqual({ ...newsOf('a'), scheduled: 7 });
    expect((await here.promise).ready).toBe(true);
    await expect.poll(() => made.one.hearing).toBe('hears');
  });

  it('tells as one what is committed in quick succession', async () => {
    await using database = await freshPostgres({ empty: true });
    await using made = await two(database.url);
    const before = made.told.length;
    const last = made.next((heard) => heard.jobs === undefined || heard.jobs.has('job-99' as JobId));
    for (let index = 0; index < 100; index += 1) made.one.announce(newsOf(`job-${index}`));
    await last;
    expect(made.told.length - before).toBeLessThanOrEqual(3);
  });

  it('tells nobody of another namespace', async () => {
    await using database = await freshPostgres({ empty: true });
    await using made = await two(database.url, { namespace: 'other' });
    await using same = await two(database.url);
    const before = made.told.length;
    const heard = same.next();
    made.one.announce(newsOf('a'));
    await heard;
    expect(made.told.length).toBe(before);
  });

  it('tells before it closes what was announced', async () => {
    await using database = await freshPostgres({ empty: true });
    await using made = await two(database.url);
    const heard = made.next((each) => each.jobs?.has('late' as JobId) === true);
    made.one.announce(newsOf('early'));
    made.one.announce(newsOf('late'));
    await made.one.close();
    expect((await heard).ready).toBe(true);
    made.one.announce(newsOf('too late'));
    made.one.subscribe(() => undefined)();
  });

  it('connects again by itself, and says then that anything may have happened', async () => {
    await using database = await freshPostgres({ empty: true });
    const { hostname, port } = new URL(database.url);
    await using proxy = await tcpProxy({ host: hostname, port: Number(port) });
    await using made = await two(database.url, { otherUrl: proxy.through(database.url) });
    const again = made.next((heard) => heard.jobs === undefined);
    proxy.cut();
    await again;
    const heard = made.next((each) => each.jobs?.has('a' as JobId) === true);
    made.one.announce(newsOf('a'));
    await heard;
  });

  it('notices that its connection is dead although nobody has said so, and makes another one', async () => {
    await using database = await freshPostgres({ empty: true });
    const { hostname, port } = new URL(database.url);
    await using proxy = await tcpProxy({ host: hostname, port: Number(port) });
    await using made = await two(database.url, { otherUrl: proxy.through(database.url), checkMs: 300 });
    await expect.poll(() => made.other.hearing).toBe('hears');
    proxy.drop();
    await expect.poll(() => made.other.hearing, { timeout: 5_000 }).toBe('unknown');
    await proxy.heal();
    const heard = made.next((each) => each.jobs?.has('a' as JobId) === true);
    await expect.poll(() => made.other.hearing, { timeout: 10_000 }).toBe('hears');
    made.one.announce(newsOf('a'));
    await heard;
  });

  it('closes although nobody answers any more', async () => {
    await using database = await freshPostgres({ empty: true });
    const { hostname, port } = new URL(database.url);
    await using proxy = await tcpProxy({ host: hostname, port: Number(port) });
    await using made = await two(database.url, { otherUrl: proxy.through(database.url) });
    await expect.poll(() => made.other.hearing).toBe('hears');
    proxy.drop();
    const began = performance.now();
    await made.other.close();
    expect(performance.now() - began).toBeLessThan(30_000);
    await proxy.heal();
  });

  it('looks now and then, whether it is told or not', async () => {
    await using database = await freshPostgres({ empty: true });
    await using made = await two(database.url, { pollMs: { told: 5, deaf: 5 } });
    for (let times = 0; times < 3; times += 1) expect(await made.next()).toEqual(anyNews);
  });
});

const noPooler = none ?? noPgBouncer();
describe.skipIf(noPooler !== undefined)(`behind a pooler${noPooler === undefined ? '' : ` (${noPooler})`}`, () => {
  it('notices in transaction mode that it is told nothing, says so once, and looks more often', async () => {
    await using database = await freshPostgres({ empty: true });
    await using pooler = await startPgBouncer(database.url, 'transaction');
    const notices: string[] = [];
    const noticed = Promise.withResolvers<void>();
    const notice = (text: string): void => {
      notices.push(text);
      noticed.resolve();
    };
    await using made = await two(pooler.url, { notice, pollMs: { told: 1_000_000, deaf: 5 } });
    await noticed.promise;
    expect(await made.next()).toEqual(anyNews);
    expect(made.other.hearing).not.toBe('hears');
    expect(notices[0]).toContain('every 5 ms');
  });

  it('is told everything in session mode', async () => {
    await using database = await freshPostgres({ empty: true });
    await using pooler = await startPgBouncer(database.url, 'session');
    await using made = await two(pooler.url);
    const heard = made.next((each) => each.jobs?.has('a' as JobId) === true);
    made.one.announce(newsOf('a'));
    await heard;
  });
});
