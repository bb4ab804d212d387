import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { freshPostgres, noPostgres } from '../../../../test/support/postgres.ts';
import { PostgresRunner } from './runner.ts';

const reason = noPostgres();

describe.skipIf(reason !== undefined)(`statements of others${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  it('are planned once on a connection, unless its server may change, and not without end', async () => {
    await using fresh = await freshPostgres();
    const pool = new pg.Pool({ connectionString: fresh.url, pipeline: true, max: 2 });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => pool.end());
    const texts = Array.from({ length: 300 }, (_, number) => `select $1::int + ${number} as more`);
    const keptAfter = async (prepares: boolean): Promise<number> => {
      const client = await pool.connect();
      stack.defer(() => client.release());
      const runner = new PostgresRunner(client, { writes: true, prepares });
      const answers = await Promise.all([...texts, ...texts].map((text) => runner.executeSql(text, [1])));
      expect(answers.map(({ rows }) => rows[0]?.['more'])).toEqual([...texts.keys(), ...texts.keys()].map((number) => number + 1));
      const { rows } = await runner.executeSql('select count(*)::int as kept from pg_prepared_statements');
      return Number(rows[0]?.['kept']);
    };
    expect(await keptAfter(true)).toBe(200);
    expect(await keptAfter(false)).toBe(0);
  });
});
