import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { putFreshDatabase } from '../../../../test/support/fresh-database.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { leftTables, transferTables } from './tables.ts';

it('names every table that there is, once, as one that is moved or one that is left', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'miyabi.db');
  await putFreshDatabase(path);
  using database = new DatabaseSync(path, { readOnly: true });
  const known = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  const named = [...transferTables.map(({ name }) => name), ...leftTables.filter(({ only }) => only === undefined).map(({ name }) => name)];
  expect(named.toSorted()).toEqual(
    known.map(({ name }) => String(name)).filter((name) => !name.endsWith('_migration') && !name.startsWith('sqlite_')),
  );
});

it('puts each table after those that it refers to, and reads by columns that are one key', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'miyabi.db');
  await putFreshDatabase(path);
  using database = new DatabaseSync(path, { readOnly: true });
  const before = new Set<string>();
  for (const { name, order, packed = [] } of transferTables) {
    const references = database
      .prepare('SELECT DISTINCT "table" AS name FROM pragma_foreign_key_list(?) WHERE "table" <> ?')
      .all(name, name);
    for (const { name: other } of references) expect([...before], `${name} refers to it`).toContain(other);
    before.add(name);
    const columns = database.prepare('SELECT name, pk FROM pragma_table_info(?)').all(name);
    const unique = database
      .prepare('SELECT name FROM pragma_index_list(?) WHERE "unique" = 1 AND partial = 0')
      .all(name)
      .map((index) =>
        database
          .prepare('SELECT name FROM pragma_index_info(?) ORDER BY seqno')
          .all(String(index['name']))
          .map((each) => each['name']),
      );
    const keys = [columns.filter(({ pk }) => Number(pk) > 0).map((each) => each['name']), ...unique];
    expect(keys, name).toContainEqual([...order]);
    for (const column of packed) expect(columns.map((each) => each['name'])).toContain(column);
  }
});
