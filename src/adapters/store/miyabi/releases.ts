import type { BuiltRelease, Release } from '../../../domain/deployment.ts';
import type { CommitId, RepositoryId } from '../../../domain/ids.ts';
import type { Deployments } from '../../../ports/deployments.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface ReleaseTable {
  readonly repository_id: string;
  readonly number: number;
  readonly commit_id: string;
  readonly recipe: string;
  readonly folder: string | null;
  readonly digest: string | null;
  readonly built_at: number | null;
  readonly created_at: number;
}

interface BlockTable {
  readonly repository_id: string;
  readonly commit_id: string;
  readonly reason: string;
  readonly blocked_at: number;
  readonly lifted_by: string | null;
  readonly lifted_at: number | null;
}

/** A release with the block of its commit, where there is one. */
type ReleaseRow = ReleaseTable & { readonly reason: string | null; readonly blocked_at: number | null };

export const releaseTables = [
  `CREATE TABLE miyabi_release (
    repository_id TEXT NOT NULL REFERENCES miyabi_repository (id),
    number BIGINT NOT NULL CHECK (number >= 1),
    commit_id TEXT NOT NULL CHECK (commit_id <> ''),
    recipe TEXT NOT NULL CHECK (recipe <> ''),
    folder TEXT,
    digest TEXT,
    built_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (repository_id, number),
    UNIQUE (repository_id, commit_id, recipe),
    CHECK ((folder IS NULL) = (built_at IS NULL)),
    CHECK ((digest IS NULL) = (built_at IS NULL))
  )`,
  `CREATE TABLE miyabi_release_block (
    repository_id TEXT NOT NULL REFERENCES miyabi_repository (id),
    commit_id TEXT NOT NULL CHECK (commit_id <> ''),
    reason TEXT NOT NULL,
    blocked_at BIGINT NOT NULL,
    lifted_by TEXT,
    lifted_at BIGINT,
    PRIMARY KEY (repository_id, commit_id),
    CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
  )`,
];

const statement = statements(queryBuilder<{ readonly miyabi_release: ReleaseTable; readonly miyabi_release_block: BlockTable }>());

type OfRepository = Pick<ReleaseTable, 'repository_id'>;

const releaseOfCommit = statement<OfRepository & Pick<ReleaseTable, 'commit_id' | 'recipe'>, Pick<ReleaseTable, 'number'>>((db, p) =>
  db
    .selectFrom('miyabi_release')
    .select('number')
    .where('repository_id', '=', p.repository_id)
    .where('commit_id', '=', p.commit_id)
    .where('recipe', '=', p.recipe),
);

const newestRelease = statement<OfRepository, Pick<ReleaseTable, 'number'>>((db, p) =>
  db.selectFrom('miyabi_release').select('number').where('repository_id', '=', p.repository_id).orderBy('number', 'desc').limit(1),
);

const addRelease = statement<Omit<ReleaseTable, 'folder' | 'digest' | 'built_at'>>((db, p) =>
  db.insertInto('miyabi_release').values({
    repository_id: p.repository_id,
    number: p.number,
    commit_id: p.commit_id,
    recipe: p.recipe,
    folder: null,
    digest: null,
    built_at: null,
    created_at: p.created_at,
  }),
);

const saveBuilt = statement<Pick<ReleaseTable, 'repository_id' | 'number' | 'folder' | 'digest' | 'built_at'>>((db, p) =>
  db
    .updateTable('miyabi_release')
    .set({ folder: p.folder, digest: p.digest, built_at: p.built_at })
    .where('repository_id', '=', p.repository_id)
    .where('number', '=', p.number),
);

const releaseByNumber = statement<OfRepository & Pick<ReleaseTable, 'number'>, ReleaseRow>((db, p) =>
  db
    .selectFrom('miyabi_release as r')
    .leftJoin('miyabi_release_block as b', (join) =>
      join.onRef('b.repository_id', '=', 'r.repository_id').onRef('b.commit_id', '=', 'r.commit_id').on('b.lifted_at', 'is', null),
    )
    .selectAll('r')
    .select(['b.reason', 'b.blocked_at'])
    .where('r.repository_id', '=', p.repository_id)
    .where('r.number', '=', p.number),
);

const newestReleases = statement<OfRepository & { readonly most: number }, ReleaseRow>((db, p) =>
  db
    .selectFrom('miyabi_release as r')
    .leftJoin('miyabi_release_block as b', (join) =>
      join.onRef('b.repository_id', '=', 'r.repository_id').onRef('b.commit_id', '=', 'r.commit_id').on('b.lifted_at', 'is', null),
    )
    .selectAll('r')
    .select(['b.reason', 'b.blocked_at'])
    .where('r.repository_id', '=', p.repository_id)
    .orderBy('r.number', 'desc')
    .limit(p.most),
);

const saveBlock = statement<Omit<BlockTable, 'lifted_by' | 'lifted_at'>>((db, p) => {
  const block = { reason: p.reason, blocked_at: p.blocked_at, lifted_by: null, lifted_at: null };
  return db
    .insertInto('miyabi_release_block')
    .values({ repository_id: p.repository_id, commit_id: p.commit_id, ...block })
    .onConflict((conflict) => conflict.columns(['repository_id', 'commit_id']).doUpdateSet(block));
});

const liftBlock = statement<Pick<BlockTable, 'repository_id' | 'commit_id' | 'lifted_by' | 'lifted_at'>>((db, p) =>
  db
    .updateTable('miyabi_release_block')
    .set({ lifted_by: p.lifted_by, lifted_at: p.lifted_at })
    .where('repository_id', '=', p.repository_id)
    .where('commit_id', '=', p.commit_id)
    .where('lifted_at', 'is', null),
);

const blockOfCommit = statement<Pick<BlockTable, 'repository_id' | 'commit_id'>, BlockTable>((db, p) =>
  db
    .selectFrom('miyabi_release_block')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .where('commit_id', '=', p.commit_id)
    .where('lifted_at', 'is', null),
);

type ReleaseLedger = Pick<Deployments, 'release' | 'built' | 'releaseOf' | 'releases' | 'block' | 'lift' | 'blockOf'>;

/** The part of the ledger that knows releases, and which commits may not go out. */
export function sqlReleases(transactions: LedgerTransactions): ReleaseLedger {
  return {
    release: (repositoryId, commit, recipe, at) =>
      transactions.write(
        async (runner) => {
          const [found] = await runner.all(releaseOfCommit, { repository_id: repositoryId, commit_id: commit, recipe });
          const number = found?.number ?? (await nextNumber(runner, repositoryId));
          if (found === undefined)
            await runner.run(addRelease, { repository_id: repositoryId, number, commit_id: commit, recipe, created_at: at });
          const release = await readRelease(runner, repositoryId, number);
          if (release === undefined) throw new Error('a release that was written is not there');
          return release;
        },
        { serial: [`release:${repositoryId}`] },
      ),
    built: (repositoryId, number, { folder, digest, at }) =>
      transactions.write(async (runner) => {
        await runner.run(saveBuilt, { repository_id: repositoryId, number, folder, digest, built_at: at });
      }),
    releaseOf: (repositoryId, number) => transactions.read(async (runner) => await readRelease(runner, repositoryId, number)),
    releases: (repositoryId, most) =>
      transactions.read(async (runner) => (await runner.all(newestReleases, { repository_id: repositoryId, most })).map(releaseFromRow)),
    block: (repositoryId, commit, reason, at) =>
      transactions.write(async (runner) => {
        await runner.run(saveBlock, { repository_id: repositoryId, commit_id: commit, reason, blocked_at: at });
      }),
    lift: (repositoryId, commit, by, at) =>
      transactions.write(
        async (runner) =>
          (await runner.run(liftBlock, { repository_id: repositoryId, commit_id: commit, lifted_by: by, lifted_at: at })) > 0,
      ),
    blockOf: (repositoryId, commit) =>
      transactions.read(async (runner) => {
        const [row] = await runner.all(blockOfCommit, { repository_id: repositoryId, commit_id: commit });
        return row === undefined ? undefined : { reason: row.reason, at: row.blocked_at };
      }),
  };
}

async function nextNumber(runner: StatementRunner, repositoryId: RepositoryId): Promise<number> {
  const [newest] = await runner.all(newestRelease, { repository_id: repositoryId });
  return (newest?.number ?? 0) + 1;
}

export async function readRelease(runner: StatementRunner, repositoryId: RepositoryId, number: number): Promise<Release | undefined> {
  const [row] = await runner.all(releaseByNumber, { repository_id: repositoryId, number });
  return row === undefined ? undefined : releaseFromRow(row);
}

function releaseFromRow(row: ReleaseRow): Release {
  const { number, recipe, reason, blocked_at: blockedAt } = row;
  return {
    repositoryId: row.repository_id as RepositoryId,
    number,
    commit: row.commit_id as CommitId,
    recipe,
    built: builtOf(row),
    blocked: reason === null || blockedAt === null ? undefined : { reason, at: blockedAt },
    createdAt: row.created_at,
  };
}

function builtOf({ folder, digest, built_at: at }: ReleaseTable): BuiltRelease | undefined {
  return folder === null || digest === null || at === null ? undefined : { folder, digest, at };
}
