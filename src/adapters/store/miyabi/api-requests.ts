import type { ApiClaim, ApiRequest, ApiRequests } from '../../../ports/api-requests.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { IdSource } from '../../../ports/ids.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface RequestIdentity {
  readonly caller: string;
  readonly key: string;
}

interface RequestTable extends RequestIdentity {
  readonly digest: string;
  readonly turn: string;
  readonly claimed_at: number;
  readonly status: number | null;
  readonly answer: string | null;
}

export const apiRequestTables = [
  `CREATE TABLE miyabi_api_request (
    caller TEXT NOT NULL CHECK (caller <> ''),
    key TEXT NOT NULL CHECK (key <> ''),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    turn TEXT NOT NULL,
    claimed_at BIGINT NOT NULL,
    status BIGINT CHECK (status BETWEEN 200 AND 499),
    answer TEXT,
    PRIMARY KEY (caller, key),
    CHECK ((status IS NULL) = (answer IS NULL))
  )`,
  'CREATE INDEX miyabi_api_request_claimed ON miyabi_api_request (claimed_at)',
];

const statement = statements(queryBuilder<{ readonly miyabi_api_request: RequestTable }>());

const requestByKey = statement<RequestIdentity, RequestTable>((db, p) =>
  db.selectFrom('miyabi_api_request').selectAll().where('caller', '=', p.caller).where('key', '=', p.key),
);
const saveClaim = statement<Omit<RequestTable, 'status' | 'answer'>>((db, p) =>
  db
    .insertInto('miyabi_api_request')
    .values({ caller: p.caller, key: p.key, digest: p.digest, turn: p.turn, claimed_at: p.claimed_at, status: null, answer: null })
    .onConflict((conflict) => conflict.columns(['caller', 'key']).doUpdateSet({ turn: p.turn, claimed_at: p.claimed_at })),
);
const saveAnswer = statement<Pick<RequestTable, 'caller' | 'key' | 'turn' | 'status' | 'answer'>>((db, p) =>
  db
    .updateTable('miyabi_api_request')
    .set({ status: p.status, answer: p.answer })
    .where('caller', '=', p.caller)
    .where('key', '=', p.key)
    .where('turn', '=', p.turn),
);
const deleteClaim = statement<Pick<RequestTable, 'caller' | 'key' | 'turn'>>((db, p) =>
  db
    .deleteFrom('miyabi_api_request')
    .where('caller', '=', p.caller)
    .where('key', '=', p.key)
    .where('turn', '=', p.turn)
    .where('status', 'is', null),
);
const deleteBefore = statement<{ readonly before: number }>((db, p) =>
  db.deleteFrom('miyabi_api_request').where('claimed_at', '<', p.before),
);

/** The part of the ledger that knows what was asked of the API under which key. */
export function sqlApiRequests(transactions: LedgerTransactions, clock: Clock, ids: IdSource): ApiRequests {
  const identity = ({ by, key }: ApiRequest): RequestIdentity => ({ caller: by, key });
  return {
    claim: (request, patienceMs) =>
      transactions.write(
        async (runner): Promise<ApiClaim> => {
          const [known] = await runner.all(requestByKey, identity(request));
          if (known !== undefined && known.digest !== request.digest) return { kind: 'another' };
          if (known !== undefined && known.status !== null && known.answer !== null)
            return { kind: 'answered', answer: { status: known.status, body: known.answer } };
          const now = clock.now();
          if (known !== undefined && known.claimed_at + patienceMs > now) return { kind: 'under-way' };
          const turn = ids.next();
          await runner.run(saveClaim, { ...identity(request), digest: request.digest, turn, claimed_at: now });
          return { kind: 'claimed', turn };
        },
        { serial: [`api-request:${request.by}:${request.key}`] },
      ),
    settle: (request, turn, { status, body }) =>
      transactions.write(async (runner) => {
        await runner.run(saveAnswer, { ...identity(request), turn, status, answer: body });
      }),
    release: (request, turn) =>
      transactions.write(async (runner) => {
        await runner.run(deleteClaim, { ...identity(request), turn });
      }),
    forget: (before) => transactions.write(async (runner) => await runner.run(deleteBefore, { before })),
  };
}
