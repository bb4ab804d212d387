import type { JobId } from '../../../domain/ids.ts';
import type { PullRequests, RecordedPullRequest } from '../../../ports/pull-requests.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface PullRequestTable {
  readonly job_id: string;
  readonly forge: string;
  readonly repository: string;
  readonly number: number;
  readonly url: string;
  readonly branch: string;
  readonly commit_id: string;
  readonly state: RecordedPullRequest['state'];
}

export const pullRequestTables = [
  `CREATE TABLE miyabi_pull_request (
    job_id TEXT PRIMARY KEY,
    forge TEXT NOT NULL CHECK (forge <> ''),
    repository TEXT NOT NULL CHECK (repository <> ''),
    number BIGINT NOT NULL CHECK (number >= 1),
    url TEXT NOT NULL,
    branch TEXT NOT NULL CHECK (branch <> ''),
    commit_id TEXT NOT NULL CHECK (commit_id <> ''),
    state TEXT NOT NULL CHECK (state IN ('open', 'merged', 'closed'))
  )`,
  'CREATE INDEX miyabi_pull_request_number ON miyabi_pull_request (forge, repository, number)',
  'CREATE INDEX miyabi_pull_request_commit ON miyabi_pull_request (forge, repository, commit_id)',
  "CREATE INDEX miyabi_pull_request_open ON miyabi_pull_request (forge, repository) WHERE state = 'open'",
];

const statement = statements(queryBuilder<{ readonly miyabi_pull_request: PullRequestTable }>());

type Place = Pick<PullRequestTable, 'forge' | 'repository'>;

const savePullRequest = statement<PullRequestTable>((db, p) => {
  const seen = {
    forge: p.forge,
    repository: p.repository,
    number: p.number,
    url: p.url,
    branch: p.branch,
    commit_id: p.commit_id,
    state: p.state,
  };
  return db
    .insertInto('miyabi_pull_request')
    .values({ job_id: p.job_id, ...seen })
    .onConflict((conflict) => conflict.column('job_id').doUpdateSet(seen));
});

const ofRun = statement<Pick<PullRequestTable, 'job_id'>, PullRequestTable>((db, p) =>
  db.selectFrom('miyabi_pull_request').selectAll().where('job_id', '=', p.job_id),
);

const ofNumber = statement<Place & Pick<PullRequestTable, 'number'>, PullRequestTable>((db, p) =>
  db
    .selectFrom('miyabi_pull_request')
    .selectAll()
    .where('forge', '=', p.forge)
    .where('repository', '=', p.repository)
    .where('number', '=', p.number)
    .orderBy('job_id', 'desc')
    .limit(1),
);

const ofCommit = statement<Place & Pick<PullRequestTable, 'commit_id'>, PullRequestTable>((db, p) =>
  db
    .selectFrom('miyabi_pull_request')
    .selectAll()
    .where('forge', '=', p.forge)
    .where('repository', '=', p.repository)
    .where('commit_id', '=', p.commit_id)
    .orderBy('job_id', 'desc')
    .limit(1),
);

const openOnes = statement<Place, PullRequestTable>((db, p) =>
  db
    .selectFrom('miyabi_pull_request')
    .selectAll()
    .where('forge', '=', p.forge)
    .where('repository', '=', p.repository)
    .where('state', '=', 'open')
    .orderBy('number')
    .orderBy('job_id'),
);

/** The part of the ledger that knows the pull requests of runs; of several runs that share one it tells the newest. */
export function sqlPullRequests(transactions: LedgerTransactions): PullRequests {
  return {
    save: ({ jobId, forge, repository, number, url, branch, commit, state }) =>
      transactions.write(async (runner) => {
        await runner.run(savePullRequest, { job_id: jobId, forge, repository, number, url, branch, commit_id: commit, state });
      }),
    ofRun: (jobId) => transactions.read(async (runner) => first(await runner.all(ofRun, { job_id: jobId }))),
    ofNumber: (forge, repository, number) =>
      transactions.read(async (runner) => first(await runner.all(ofNumber, { forge, repository, number }))),
    ofCommit: (forge, repository, commit) =>
      transactions.read(async (runner) => first(await runner.all(ofCommit, { forge, repository, commit_id: commit }))),
    open: (forge, repository) =>
      transactions.read(async (runner) => (await runner.all(openOnes, { forge, repository })).map(pullRequestFromRow)),
  };
}

function first([row]: readonly PullRequestTable[]): RecordedPullRequest | undefined {
  return row === undefined ? undefined : pullRequestFromRow(row);
}

function pullRequestFromRow({ job_id: jobId, commit_id: commit, ...row }: PullRequestTable): RecordedPullRequest {
  return { jobId: jobId as JobId, ...row, commit };
}
