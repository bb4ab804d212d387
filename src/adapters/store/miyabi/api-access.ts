import { apiScopeSchema } from '../../../domain/api/scope.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { ApiAccess, ApiAccesses } from '../../../ports/api-access.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface AccessTable {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly scope: string;
  readonly digest: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly used_at: number | null;
}

export const apiAccessTables = [
  `CREATE TABLE miyabi_api_access (
    id TEXT PRIMARY KEY CHECK (id <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('token', 'browser')),
    name TEXT NOT NULL CHECK (name <> ''),
    scope TEXT NOT NULL CHECK (scope IN ('read', 'operate', 'admin')),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT
  )`,
  'CREATE INDEX miyabi_api_access_name ON miyabi_api_access (name)',
];

interface LinkTable {
  readonly digest: string;
  readonly name: string;
  readonly expires_at: number;
}

export const signInLinkTables = [
  `CREATE TABLE miyabi_sign_in_link (
    digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
    name TEXT NOT NULL CHECK (name <> ''),
    expires_at BIGINT NOT NULL
  )`,
];

const statement = statements(queryBuilder<{ readonly miyabi_api_access: AccessTable; readonly miyabi_sign_in_link: LinkTable }>());

interface At {
  readonly now: number;
}

const accessById = statement<{ readonly id: string }, AccessTable>((db, p) =>
  db.selectFrom('miyabi_api_access').selectAll().where('id', '=', p.id),
);
const accessesByName = statement<{ readonly name: string }, AccessTable>((db, p) =>
  db.selectFrom('miyabi_api_access').selectAll().where('name', '=', p.name),
);
const allAccesses = statement<object, AccessTable>((db) =>
  db.selectFrom('miyabi_api_access').selectAll().orderBy('created_at').orderBy('id'),
);
const insertAccess = statement<AccessTable>((db, p) =>
  db.insertInto('miyabi_api_access').values({
    id: p.id,
    kind: p.kind,
    name: p.name,
    scope: p.scope,
    digest: p.digest,
    created_at: p.created_at,
    expires_at: p.expires_at,
    used_at: p.used_at,
  }),
);
const deleteByName = statement<{ readonly name: string }>((db, p) => db.deleteFrom('miyabi_api_access').where('name', '=', p.name));
const deleteById = statement<{ readonly id: string }>((db, p) => db.deleteFrom('miyabi_api_access').where('id', '=', p.id));
const deleteExpired = statement<At>((db, p) => db.deleteFrom('miyabi_api_access').where('expires_at', '<=', p.now));
const setUsed = statement<At & { readonly id: string }>((db, p) =>
  db.updateTable('miyabi_api_access').set({ used_at: p.now }).where('id', '=', p.id),
);

const insertLink = statement<LinkTable>((db, p) =>
  db.insertInto('miyabi_sign_in_link').values({ digest: p.digest, name: p.name, expires_at: p.expires_at }),
);
const linkByDigest = statement<{ readonly digest: string }, LinkTable>((db, p) =>
  db.selectFrom('miyabi_sign_in_link').selectAll().where('digest', '=', p.digest),
);
const deleteLink = statement<{ readonly digest: string }>((db, p) => db.deleteFrom('miyabi_sign_in_link').where('digest', '=', p.digest));
const deleteOldLinks = statement<At>((db, p) => db.deleteFrom('miyabi_sign_in_link').where('expires_at', '<=', p.now));

/** The part of the ledger that knows who may use the API. */
export function sqlApiAccesses(transactions: LedgerTransactions, clock: Clock): ApiAccesses {
  const counts = ({ expires_at }: AccessTable): boolean => expires_at === null || expires_at > clock.now();
  return {
    create: ({ id, kind, name, scope, digest, expiresAt = null }) =>
      transactions.write(
        async (runner) => {
          const now = clock.now();
          await runner.run(deleteExpired, { now });
          const named = await runner.all(accessesByName, { name });
          if (kind === 'token' && named.some((row) => row.kind === 'token')) return false;
          await runner.run(insertAccess, { id, kind, name, scope, digest, created_at: now, expires_at: expiresAt, used_at: null });
          return true;
        },
        { serial: [`api-access:${name}`] },
      ),
    byId: (id) => transactions.read(async (runner) => (await runner.all(accessById, { id })).filter(counts).map(accessFromRow)[0]),
    list: () => transactions.read(async (runner) => (await runner.all(allAccesses, {})).filter(counts).map(accessFromRow)),
    revoke: (name) =>
      transactions.write(async (runner) => {
        await runner.run(deleteExpired, { now: clock.now() });
        return await runner.run(deleteByName, { name });
      }),
    end: (id) =>
      transactions.write(async (runner) => {
        await runner.run(deleteById, { id });
      }),
    used: (id) =>
      transactions.write(async (runner) => {
        await runner.run(setUsed, { id, now: clock.now() });
      }),
    addLink: ({ digest, name, expiresAt }) =>
      transactions.write(async (runner) => {
        await runner.run(deleteOldLinks, { now: clock.now() });
        await runner.run(insertLink, { digest, name, expires_at: expiresAt });
      }),
    takeLink: (digest) =>
      transactions.write(async (runner) => {
        await runner.run(deleteOldLinks, { now: clock.now() });
        const [link] = await runner.all(linkByDigest, { digest });
        // Of two who follow it at once, one deletes it.
        return link !== undefined && (await runner.run(deleteLink, { digest })) === 1 ? link.name : undefined;
      }),
  };
}

function accessFromRow(row: AccessTable): ApiAccess {
  return {
    id: row.id,
    kind: row.kind === 'token' ? 'token' : 'browser',
    name: row.name,
    scope: apiScopeSchema.parse(row.scope),
    digest: row.digest,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    usedAt: row.used_at ?? undefined,
  };
}
