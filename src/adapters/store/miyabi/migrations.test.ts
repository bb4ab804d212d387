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
