import { sql } from 'kysely';
import type { RepositoryId } from '../../../domain/ids.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { IdSource } from '../../../ports/ids.ts';
import type { Ledger, Repository } from '../../../ports/ledger.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface RepositoryTable {
  readonly id: string;
  readonly root: string;
  readonly created_at: number;
}

const statement = statements(queryBuilder<{ readonly miyabi_repository: RepositoryTable }>());

const repositoryByRoot = statement<{ readonly root: string }, RepositoryTable>((db, p) =>
  db.selectFrom('miyabi_repository').selectAll().where('root', '=', p.root),
);
const repositoryById = statement<{ readonly id: string }, RepositoryTable>((db, p) =>
  db.selectFrom('miyabi_repository').selectAll().where('id', '=', p.id),
);
const repositoriesWith = statement<{ readonly text: string }, RepositoryTable>((db, p, words) =>
  db
    .selectFrom('miyabi_repository')
    .selectAll()
    .where(words.contains(sql<string>`root`, p.text))
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(sql.lit(100)),
);
const insertRepository = statement<RepositoryTable>((db, p) =>
  db
    .insertInto('miyabi_repository')
    .values({ id: p.id, root: p.root, created_at: p.created_at })
    .onConflict((conflict) => conflict.doNothing()),
);

/** The part of the ledger that knows repositories. */
export function sqlRepositories(
  transactions: LedgerTransactions,
  clock: Clock,
  ids: IdSource,
): Pick<Ledger, 'repository' | 'repositoryById' | 'repositoriesWith'> {
  return {
    repository: (root) =>
      transactions.write(async (runner) => {
        const [found] = await runner.all(repositoryByRoot, { root });
        if (found !== undefined) return repositoryFromRow(found);
        await runner.run(insertRepository, { id: ids.next(), root, created_at: clock.now() });
        // Somebody else may have been first.
        const [row] = await runner.all(repositoryByRoot, { root });
        if (row === undefined) throw new Error(`The repository ${root} was inserted and is not there.`);
        return repositoryFromRow(row);
      }),
    repositoryById: (id) =>
      transactions.read(async (runner) => {
        const [row] = await runner.all(repositoryById, { id });
        return row === undefined ? undefined : repositoryFromRow(row);
      }),
    repositoriesWith: (text) => transactions.read(async (runner) => (await runner.all(repositoriesWith, { text })).map(repositoryFromRow)),
  };
}

/**
 * Gives a repository of a shared database a row in the file of this machine, for what refers to it there. Where another repository has its
 * folder already, such as one of another database, the row bears the id beside the folder: nobody looks for it by that.
 */
export async function adoptRepository(transactions: LedgerTransactions, { id, root, createdAt }: Repository): Promise<void> {
  await transactions.write(async (runner) => {
    const [known] = await runner.all(repositoryById, { id });
    if (known !== undefined) return;
    const [other] = await runner.all(repositoryByRoot, { root });
    await runner.run(insertRepository, { id, root: other === undefined ? root : `${root} (${id})`, created_at: createdAt });
  });
}

function repositoryFromRow(row: RepositoryTable): Repository {
  return { id: row.id as RepositoryId, root: row.root, createdAt: row.created_at };
}
