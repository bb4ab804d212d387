import { createHash } from 'node:crypto';
import type { Ledger } from '../../../ports/ledger.ts';
import { unpackText } from '../packed-text.ts';
import type { StoredText } from '../packed-text.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface KeptTable {
  readonly id: string;
  readonly value: StoredText;
}

const statement = statements(queryBuilder<{ readonly miyabi_kept: KeptTable }>());

const insertKept = statement<KeptTable>((db, p) =>
  db
    .insertInto('miyabi_kept')
    .values({ id: p.id, value: p.value })
    .onConflict((conflict) => conflict.column('id').doNothing()),
);
const keptById = statement<Pick<KeptTable, 'id'>, Pick<KeptTable, 'value'>>((db, p) =>
  db.selectFrom('miyabi_kept').select('value').where('id', '=', p.id),
);

/** The part of the ledger that keeps values by their digest. */
export function sqlKept(transactions: LedgerTransactions): Pick<Ledger, 'keep' | 'kept'> {
  return {
    keep: (value) => {
      const json = JSON.stringify(value);
      const id = createHash('sha256').update(json).digest('base64url');
      return transactions.write(async (runner) => {
        await runner.run(insertKept, { id, value: runner.pack(json) });
        return id;
      });
    },
    kept: (digest) =>
      transactions.read(async (runner) => {
        const [row] = await runner.all(keptById, { id: digest });
        return row === undefined ? undefined : (JSON.parse(unpackText(row.value)) as unknown);
      }),
  };
}
