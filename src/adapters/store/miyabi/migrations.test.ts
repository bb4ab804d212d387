import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BaseEvidence } from '../../../domain/evidence.ts';
import type { CommitId, JobId, RepositoryId } from '../../../domain/ids.ts';
import { systemClock } from '../../clock.ts';
import { systemIds } from '../../ids.ts';
import { migrate } from '../migrate.ts';
import { openDatabase } from '../open-database.ts';
import { weaverMigrations } from '../weaver/migrations.ts';
import { miyabiMigrations } from './migrations.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('brings the evidence of a run that was interrupted under version 0.1.0 along', async () => {
  const path = join(folder, 'miyabi.db');
  const raw = new DatabaseSync(path);
  migrate(raw, { ...weaverMigrations, migrations: weaverMigrations.migrations.slice(0, 3) }, path, 1);
  migrate(raw, { ...miyabiMigrations, migrations: miyabiMigrations.migrations.slice(0, 2) }, path, 1);
  const none = { kind: 'none', reason: 'there is none' } as const;
  const commit = 'a'.repeat(40) as CommitId;
  const check = { commit, install: none, build: none, typeCheck: none, tests: none, lint: none };
  const evidence: BaseEvidence = { check, failing: ['a > b'], flaky: [], passing: ['c'] };
  const stored = JSON.stringify({ schemaVersion: 1, value: evidence });
  raw.prepare("INSERT INTO miyabi_repository (id, root, created_at) VALUES ('r', '/one', 1)").run();
  raw
    .prepare("INSERT INTO miyabi_base_evidence (repository_id, commit_id, plan, evidence, created_at) VALUES ('r', ?, 'p', ?, 7)")
    .run(commit, stored);
  raw.prepare("INSERT INTO miyabi_run_evidence (job_id, commit_id, plan, evidence) VALUES ('j', ?, 'p', ?)").run(commit, stored);
  raw.close();

  const database = await openDatabase(path, { clock: systemClock, ids: systemIds });
  try {
    expect(await database.ledger.runEvidence('j' as JobId, commit, 'p')).toEqual(evidence);
    expect(await database.ledger.baseEvidence('r' as RepositoryId, commit, 'p')).toEqual({ evidence, at: 7 });
  } finally {
    await database.close();
  }
});

it('brings the worlds and folders along that were recorded before it was known where they ran', async () => {
  const path = join(folder, 'miyabi.db');
  const raw = new DatabaseSync(path);
  migrate(raw, weaverMigrations, path, 1);
  migrate(raw, { ...miyabiMigrations, migrations: miyabiMigrations.migrations.slice(0, 6) }, path, 1);
  raw.exec(`INSERT INTO miyabi_repository (id, root, created_at) VALUES ('r', '/one', 1);
    INSERT INTO miyabi_folder (directory, repository_id, job_id, created_at) VALUES ('/w/a', 'r', 'j', 5);
    INSERT INTO miyabi_world (task_id, epoch, job_id, repository_id, plan_task, round, world, agent, settings, status, chosen,
        cost_micro_usd, started_at)
      VALUES ('t', 1, 'j', 'r', 'task-1', 1, 'alpha', 'repair', 'bold', 'running', 0, 0, 7)`);
  raw.close();

  const database = await openDatabase(path, { clock: systemClock, ids: systemIds });
  try {
    expect(await database.ledger.folders()).toEqual([{ directory: '/w/a', repositoryId: 'r', jobId: 'j', createdAt: 5 }]);
    const [world, ...others] = await database.ledger.worlds.ofRun('j' as JobId);
    expect(others).toEqual([]);
    expect(world).toMatchObject({ taskId: 't', incidents: 0, memoryBytes: undefined, cpuMs: undefined });
    expect(world).not.toHaveProperty('isolation');
  } finally {
    await database.close();
  }
});

it('makes entries of what was learnt from runs before there were any', async () => {
  const path = join(folder, 'miyabi.db');
  const raw = new DatabaseSync(path);
  migrate(raw, weaverMigrations, path, 1);
  migrate(raw, { ...miyabiMigrations, migrations: miyabiMigrations.migrations.slice(0, 13) }, path, 1);
  raw.exec(`INSERT INTO miyabi_repository (id, root, created_at) VALUES ('r', '/one', 1);
    INSERT INTO miyabi_lesson (job_id, repository_id, title, body, outcome, files, summary, ended_at) VALUES
      ('b', 'r', 'It''s "one"', 'a' || char(10) || 'b', 'failed', '["src/it''s.js","b"]', 'said "so"', 9),
      ('a', 'r', 'Two', '', 'succeeded', '[]', '', 5)`);
  raw.close();

  const database = await openDatabase(path, { clock: systemClock, ids: systemIds });
  try {
    const { knowledge } = database.ledger;
    const none = { kind: 'run', repositoryId: 'r', issue: undefined, plan: [], labels: [], diff: '', errors: [] };
    const two = { ...none, id: 'run:a', title: 'Two', body: '', outcome: 'succeeded', paths: [], lessons: [], at: 5 };
    const one = { ...none, id: 'run:b', title: 'It\'s "one"', body: 'a\nb', outcome: 'failed', at: 9 };
    expect(await knowledge.changes(0, 10)).toEqual([
      { revision: 1, id: 'run:a', entry: two },
      { revision: 2, id: 'run:b', entry: { ...one, paths: ["src/it's.js", 'b'], lessons: ['said "so"'] } },
    ]);
  } finally {
    await database.close();
  }
});
