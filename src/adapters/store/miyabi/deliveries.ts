import type { Deliveries, RecordedDelivery } from '../../../ports/deliveries.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface DeliveryTable {
  readonly forge: string;
  readonly id: string;
  readonly event: string;
  readonly received_at: number;
  readonly outcome: string;
}

interface SweepTable {
  readonly forge: string;
  readonly repository: string;
  readonly swept_until: number;
}

export const deliveryTables = [
  `CREATE TABLE miyabi_delivery (
    forge TEXT NOT NULL CHECK (forge <> ''),
    id TEXT NOT NULL CHECK (id <> ''),
    event TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome <> ''),
    PRIMARY KEY (forge, id)
  )`,
  'CREATE INDEX miyabi_delivery_received ON miyabi_delivery (received_at)',
  `CREATE TABLE miyabi_sweep (
    forge TEXT NOT NULL CHECK (forge <> ''),
    repository TEXT NOT NULL CHECK (repository <> ''),
    swept_until BIGINT NOT NULL,
    PRIMARY KEY (forge, repository)
  )`,
];

const statement = statements(queryBuilder<{ readonly miyabi_delivery: DeliveryTable; readonly miyabi_sweep: SweepTable }>());

const deliveryById = statement<Pick<DeliveryTable, 'forge' | 'id'>, Pick<DeliveryTable, 'id'>>((db, p) =>
  db.selectFrom('miyabi_delivery').select('id').where('forge', '=', p.forge).where('id', '=', p.id),
);

const saveDelivery = statement<DeliveryTable>((db, p) =>
  db
    .insertInto('miyabi_delivery')
    .values({ forge: p.forge, id: p.id, event: p.event, received_at: p.received_at, outcome: p.outcome })
    .onConflict((conflict) => conflict.columns(['forge', 'id']).doNothing()),
);

const newestDeliveries = statement<{ readonly most: number }, DeliveryTable>((db, p) =>
  db.selectFrom('miyabi_delivery').selectAll().orderBy('received_at', 'desc').orderBy('forge').orderBy('id', 'desc').limit(p.most),
);

const forgetDeliveries = statement<{ readonly before: number }>((db, p) =>
  db.deleteFrom('miyabi_delivery').where('received_at', '<', p.before),
);

const sweepOf = statement<Pick<SweepTable, 'forge' | 'repository'>, Pick<SweepTable, 'swept_until'>>((db, p) =>
  db.selectFrom('miyabi_sweep').select('swept_until').where('forge', '=', p.forge).where('repository', '=', p.repository),
);

const saveSweep = statement<SweepTable>((db, p) =>
  db
    .insertInto('miyabi_sweep')
    .values({ forge: p.forge, repository: p.repository, swept_until: p.swept_until })
    .onConflict((conflict) => conflict.columns(['forge', 'repository']).doUpdateSet({ swept_until: p.swept_until })),
);

/** The part of the ledger that knows what forges have told, and up to when they were looked at. */
export function sqlDeliveries(transactions: LedgerTransactions): Deliveries {
  return {
    has: (forge, id) => transactions.read(async (runner) => (await runner.all(deliveryById, { forge, id })).length > 0),
    save: ({ forge, id, event, receivedAt, outcome }) =>
      transactions.write(async (runner) => {
        await runner.run(saveDelivery, { forge, id, event, received_at: receivedAt, outcome });
      }),
    latest: (most) => transactions.read(async (runner) => (await runner.all(newestDeliveries, { most })).map(deliveryFromRow)),
    sweptUntil: (forge, repository) =>
      transactions.read(async (runner) => (await runner.all(sweepOf, { forge, repository }))[0]?.swept_until),
    saveSwept: (forge, repository, until) =>
      transactions.write(async (runner) => {
        await runner.run(saveSweep, { forge, repository, swept_until: until });
      }),
    forget: (before) => transactions.write(async (runner) => await runner.run(forgetDeliveries, { before })),
  };
}

function deliveryFromRow({ forge, id, event, received_at: receivedAt, outcome }: DeliveryTable): RecordedDelivery {
  return { forge, id, event, receivedAt, outcome };
}
