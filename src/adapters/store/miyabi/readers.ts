import type { EventCursor } from '../../../domain/events.ts';
import type { Readers } from '../../../ports/readers.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface ReaderTable {
  readonly name: string;
  readonly position: string;
}

export const readerTables = [
  `CREATE TABLE miyabi_reader (
    name TEXT PRIMARY KEY CHECK (name <> ''),
    position TEXT NOT NULL CHECK (position <> '')
  )`,
];

const statement = statements(queryBuilder<{ readonly miyabi_reader: ReaderTable }>());

const readerByName = statement<Pick<ReaderTable, 'name'>, Pick<ReaderTable, 'position'>>((db, p) =>
  db.selectFrom('miyabi_reader').select('position').where('name', '=', p.name),
);

const saveReader = statement<ReaderTable>((db, p) =>
  db
    .insertInto('miyabi_reader')
    .values({ name: p.name, position: p.position })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ position: p.position })),
);

/** The part of the ledger that knows how far readers of the events have come. */
export function sqlReaders(transactions: LedgerTransactions): Readers {
  return {
    cursor: (name) =>
      transactions.read(async (runner) => (await runner.all(readerByName, { name }))[0]?.position as EventCursor | undefined),
    save: (name, position) =>
      transactions.write(async (runner) => {
        await runner.run(saveReader, { name, position });
      }),
  };
}
