import type { Deployments } from '../../../ports/deployments.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface NoteTable {
  readonly deployment_id: string;
  /** From 1. */
  readonly number: number;
  readonly at: number;
  readonly text: string;
}

export const deploymentNoteTables = [
  `CREATE TABLE miyabi_deployment_note (
    deployment_id TEXT NOT NULL REFERENCES miyabi_deployment (id),
    number BIGINT NOT NULL CHECK (number >= 1),
    at BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (deployment_id, number)
  )`,
];

const statement = statements(queryBuilder<{ readonly miyabi_deployment_note: NoteTable }>());

const lastNote = statement<Pick<NoteTable, 'deployment_id'>, Pick<NoteTable, 'number'>>((db, p) =>
  db.selectFrom('miyabi_deployment_note').select('number').where('deployment_id', '=', p.deployment_id).orderBy('number', 'desc').limit(1),
);

const addNote = statement<NoteTable>((db, p) =>
  db.insertInto('miyabi_deployment_note').values({ deployment_id: p.deployment_id, number: p.number, at: p.at, text: p.text }),
);

const forgetNotes = statement<Pick<NoteTable, 'deployment_id'> & { readonly upTo: number }>((db, p) =>
  db.deleteFrom('miyabi_deployment_note').where('deployment_id', '=', p.deployment_id).where('number', '<=', p.upTo),
);

const notesOf = statement<Pick<NoteTable, 'deployment_id'>, NoteTable>((db, p) =>
  db.selectFrom('miyabi_deployment_note').selectAll().where('deployment_id', '=', p.deployment_id).orderBy('number'),
);

/** Notes of a deployment that are kept, and characters of each. */
const mostNotes = 1_000;
const longestNote = 2_000;

/** The part of the ledger that knows what was seen of deployments. */
export function sqlDeploymentNotes(transactions: LedgerTransactions): Pick<Deployments, 'note' | 'notes'> {
  return {
    note: (id, lines) =>
      transactions.write(
        async (runner) => {
          const [last] = await runner.all(lastNote, { deployment_id: id });
          const from = last?.number ?? 0;
          for (const [index, { at, text }] of lines.entries())
            await runner.run(addNote, { deployment_id: id, number: from + index + 1, at, text: text.slice(0, longestNote) });
          await runner.run(forgetNotes, { deployment_id: id, upTo: from + lines.length - mostNotes });
        },
        { serial: [`deployment:${id}`] },
      ),
    notes: (id) =>
      transactions.read(async (runner) => (await runner.all(notesOf, { deployment_id: id })).map(({ at, text }) => ({ at, text }))),
  };
}
