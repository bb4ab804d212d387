/** The one place where this benchmark touches how an engine is put together. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { folderArtifacts } from '../../src/adapters/artifacts/folder-artifacts.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { embeddedChanges } from '../../src/adapters/dispatch/embedded-changes.ts';
import { embeddedDispatcher } from '../../src/adapters/dispatch/embedded.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import type { CommitId, JobId, RepositoryId } from '../../src/domain/ids.ts';
import type { RunAttributes } from '../../src/domain/run.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { Store } from '../../src/ports/store.ts';
import { createEngine } from '../../src/weaver/create-engine.ts';
import type { Engine, Worker } from '../../src/weaver/engine.ts';
import { analyseType, planType } from '../../src/workflow/task-types.ts';
import { replaying } from './replay.ts';
import type { RunTemplate } from './template.ts';

export interface StoreOptions {
  readonly folder: string;
  readonly synchronous: 'FULL' | 'NORMAL';
  readonly template: RunTemplate;
}

export interface Stored extends AsyncDisposable {
  readonly engine: Engine;
  readonly ledger: Ledger;
  /** How long it took to write the results of worlds since this was opened, in ms. */
  readonly written: WorldTimes;
  /** The worker that takes nothing new while the result of a world is being written; none for one that works as always. */
  resting: Worker | undefined;
}

export interface WorldTimes {
  /** The row in the ledger. */
  readonly row: number[];
  /** The end of the attempt: task, attempt, event, job, what depends on it; and the claim of what is next where a worker has a place for it. */
  readonly settle: number[];
}

export function databaseFile(folder: string): string {
  return join(folder, 'miyabi.db');
}

/** An engine with everything a run is made of, on the database of the folder. */
export async function openStored({ folder, synchronous, template }: StoreOptions): Promise<Stored> {
  const database = await openDatabase(databaseFile(folder), { clock: systemClock, ids: systemIds, synchronous });
  const written: WorldTimes = { row: [], settle: [] };
  const state: Pick<Stored, 'resting'> = { resting: undefined };
  let since = 0;
  let settling = false;
  const store: Store = {
    ...database.store,
    write: async (change) => {
      const begun = performance.now();
      const settles = settling;
      settling = false;
      const result = await database.store.write(change);
      if (settles) written.settle.push(performance.now() - begun);
      if (settles) state.resting?.limit({ concurrency: 1 });
      return result;
    },
  };
  const probe = {
    writing: () => {
      state.resting?.limit({ concurrency: 0 });
      since = performance.now();
    },
    rowWritten: () => {
      written.row.push(performance.now() - since);
      settling = true;
    },
  };
  const changes = embeddedChanges({ version: database.version, clock: systemClock });
  const engine = createEngine({
    store,
    heartbeat: database.heartbeat,
    changes,
    dispatcher: embeddedDispatcher({ changes, clock: systemClock }),
    clock: systemClock,
    ids: systemIds,
    locks: sqliteLocks(join(folder, 'locks')),
    artifacts: folderArtifacts({ folder: join(folder, 'artifacts'), clock: systemClock }),
    registrations: replaying(template, database.ledger, probe),
    pid: process.pid,
    host: 'machine',
  });
  return {
    engine,
    ledger: database.ledger,
    written,
    get resting() {
      return state.resting;
    },
    set resting(worker) {
      state.resting = worker;
    },
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      await database.close();
    },
  };
}

/** Submits runs as `miyabi run` does, each on a base of its own, and carries them to their end. @throws when one does not succeed. */
export async function storeRuns(
  stored: Stored,
  template: RunTemplate,
  runs: {
    readonly count: number;
    readonly repositories: readonly RepositoryId[];
    readonly concurrency: number;
    readonly resting?: boolean;
  },
): Promise<readonly JobId[]> {
  const jobs: JobId[] = [];
  for (let index = 0; index < runs.count; index += 1) {
    const repositoryId = runs.repositories[index % runs.repositories.length]!;
    jobs.push(await submitRun(stored.engine, { ...template.attributes, repositoryId }));
  }
  await using worker = await stored.engine.work({ jobs, concurrency: runs.concurrency });
  if (runs.resting === true) stored.resting = worker;
  for (const job of jobs) {
    const state = await worker.settled(job);
    if (state !== 'completed') throw new Error(`a run ended as ${state}`);
  }
  return jobs;
}

/** Each run works on another issue in reality: what is kept once for equal values must not gain from their being the same here. */
function ofItsOwn(issue: RunAttributes['issue'], commit: CommitId): RunAttributes['issue'] {
  return { ...issue, title: `${issue.title} (${commit.slice(0, 6)})`, body: `${issue.body}\nSeen at ${commit}.\n` };
}

async function submitRun(engine: Engine, template: RunAttributes): Promise<JobId> {
  const base = { ...template.base, commit: randomBytes(20).toString('hex') as CommitId };
  const { jobId } = await engine.submit({
    title: template.issue.title,
    groupKey: template.repositoryId,
    exclusiveKey: `issue:${template.repositoryId}:/repository/issues/${base.commit.slice(0, 8)}.md`,
    attributes: { ...template, base, issue: ofItsOwn(template.issue, base.commit) },
    budget: { costMicroUsd: 5_000_000 },
    tasks: [
      { type: analyseType.name, key: 'analyse', payload: {} },
      { type: planType.name, key: 'plan', payload: {}, dependencies: [{ on: 'analyse', until: 'succeeded' }] },
    ],
  });
  return jobId;
}
