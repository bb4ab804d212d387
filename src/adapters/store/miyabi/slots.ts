import { slotCount } from '../../../domain/slot.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Slots } from '../../../ports/slots.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface SlotTable {
  readonly slot: number;
  readonly directory: string;
  readonly taken_at: number;
}

const statement = statements(queryBuilder<{ readonly miyabi_slot: SlotTable }>());

const allSlots = statement<Record<string, never>, SlotTable>((db) => db.selectFrom('miyabi_slot').selectAll().orderBy('slot'));
const insertSlot = statement<SlotTable>((db, p) =>
  db.insertInto('miyabi_slot').values({ slot: p.slot, directory: p.directory, taken_at: p.taken_at }),
);
const deleteSlot = statement<{ readonly directory: string }>((db, p) => db.deleteFrom('miyabi_slot').where('directory', '=', p.directory));

/** The part of the ledger that gives worlds their numbers; a row goes with its folder's, by the database itself. */
export function sqlSlots(transactions: LedgerTransactions, clock: Clock): Slots {
  return {
    take: (directory, unusable = []) =>
      transactions.write(async (runner) => await take(runner, { directory, unusable: new Set(unusable), at: clock.now() })),
    list: () =>
      transactions.read(async (runner) =>
        (await runner.all(allSlots, {})).map((row) => ({ slot: row.slot, directory: row.directory, takenAt: row.taken_at })),
      ),
  };
}

interface Taking {
  readonly directory: string;
  readonly unusable: ReadonlySet<number>;
  readonly at: number;
}

async function take(runner: StatementRunner, { directory, unusable, at }: Taking): Promise<number | undefined> {
  const rows = await runner.all(allSlots, {});
  const own = rows.find((row) => row.directory === directory);
  if (own !== undefined && !unusable.has(own.slot)) return own.slot;
  if (own !== undefined) await runner.run(deleteSlot, { directory });
  const taken = new Set(rows.map((row) => row.slot));
  for (let slot = 0; slot < slotCount; slot += 1) {
    if (taken.has(slot) || unusable.has(slot)) continue;
    await runner.run(insertSlot, { slot, directory, taken_at: at });
    return slot;
  }
  return undefined;
}
