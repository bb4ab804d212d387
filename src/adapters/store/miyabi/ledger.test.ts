import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BaseEvidence } from '../../../domain/evidence.ts';
import type { CommitId, JobId } from '../../../domain/ids.ts';
import { systemClock } from '../../clock.ts';
import { systemIds } from '../../ids.ts';
import { openDatabase } from '../open-database.ts';
import type { Database } from '../open-database.ts';

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  database = await openDatabase(join(folder, 'miyabi.db'), { clock: systemClock, ids: systemIds });
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const commit = 'a'.repeat(40) as CommitId;

function evidence(failing: readonly string[]): BaseEvidence {
  const none = { kind: 'none', reason: 'there is none' } as const;
  return {
    check: { commit, install: none, build: none, typeCheck: none, tests: none, lint: none },
    failing,
    flaky: [],
    passing: ['c'],
  };
}

it('knows a repository by its path', async () => {
  const { ledger } = database;
  const [one, again, other] = await Promise.all([ledger.repository('/one'), ledger.repository('/one'), ledger.repository('/other')]);
  expect(again).toEqual(one);
  expect(other.id).not.toBe(one.id);
  expect(await ledger.repositoryById(one.id)).toEqual(one);
  expect(await ledger.repositoryById('nobody' as typeof one.id)).toBeUndefined();
});

it('keeps the evidence of a base for the plan by which it was made', async () => {
  const { ledger } = database;
  const { id } = await ledger.repository('/one');
  expect(await ledger.baseEvidence(id, commit, 'plan')).toBeUndefined();
  await ledger.saveBaseEvidence(id, commit, 'plan', evidence(['a']));
  await ledger.saveBaseEvidence(id, commit, 'plan', evidence(['b']));
  const kept = await ledger.baseEvidence(id, commit, 'plan');
  expect(kept?.evidence).toEqual(evidence(['b']));
  expect(Math.abs(Date.now() - (kept?.at ?? 0))).toBeLessThan(60_000);
  expect(await ledger.baseEvidence(id, commit, 'another plan')).toBeUndefined();
});

it('keeps what a run judges by apart from what others find', async () => {
  const { ledger } = database;
  const { id } = await ledger.repository('/one');
  const job = 'job' as JobId;
  expect(await ledger.runEvidence(job, commit, 'plan')).toBeUndefined();
  await ledger.saveRunEvidence(job, commit, 'plan', evidence(['b']));
  await ledger.saveRunEvidence(job, commit, 'plan', evidence(['a']));
  await ledger.saveBaseEvidence(id, commit, 'plan', evidence(['c']));
  expect(await ledger.runEvidence(job, commit, 'plan')).toEqual(evidence(['a']));
  expect(await ledger.runEvidence('other' as JobId, commit, 'plan')).toBeUndefined();
  expect(await ledger.runEvidence(job, commit, 'another plan')).toBeUndefined();
});

it('takes evidence of another shape as none', async () => {
  const { ledger } = database;
  const { id } = await ledger.repository('/one');
  await ledger.saveBaseEvidence(id, commit, 'plan', evidence([]));
  const raw = new DatabaseSync(join(folder, 'miyabi.db'));
  raw.exec(`UPDATE miyabi_evidence SET evidence = '{"schemaVersion":0,"value":{}}'`);
  raw.close();
  expect(await ledger.baseEvidence(id, commit, 'plan')).toBeUndefined();
});

it('keeps the same evidence once, whoever refers to it', async () => {
  const { ledger } = database;
  const { id } = await ledger.repository('/one');
  await ledger.saveBaseEvidence(id, commit, 'plan', evidence(['a']));
  await ledger.saveRunEvidence('job' as JobId, commit, 'plan', evidence(['a']));
  await ledger.saveRunEvidence('other' as JobId, commit, 'plan', evidence(['a']));
  using raw = new DatabaseSync(join(folder, 'miyabi.db'), { readOnly: true });
  expect(raw.prepare('SELECT count(*) AS count FROM miyabi_evidence').get()).toMatchObject({ count: 1 });
});

it('remembers folders until they are forgotten, by job too', async () => {
  const { ledger } = database;
  const repository = await ledger.repository('/one');
  const folderOf = (directory: string, job: string) => ({ directory, repositoryId: repository.id, jobId: job as JobId, createdAt: 1 });
  await ledger.recordFolder(folderOf('/w/a', 'one'));
  await ledger.recordFolder(folderOf('/w/b', 'two'));
  await ledger.recordFolder(folderOf('/w/b', 'two'));
  expect((await ledger.folders()).map((each) => each.directory)).toEqual(['/w/a', '/w/b']);
  expect(await ledger.folders({ jobId: 'two' as JobId })).toEqual([folderOf('/w/b', 'two')]);
  await ledger.forgetFolder('/w/a');
  expect((await ledger.folders()).map((each) => each.directory)).toEqual(['/w/b']);
});

it('remembers whose a folder is, and which base it is made from', async () => {
  const { ledger } = database;
  const { id } = await ledger.repository('/one');
  const row = { directory: '/w/a', repositoryId: id, jobId: 'job' as JobId, createdAt: 1 };
  await ledger.recordFolder({ ...row, owner: 'process-1', base: commit });
  expect(await ledger.folders()).toEqual([{ ...row, owner: 'process-1', base: commit }]);
  await ledger.recordFolder({ ...row, owner: 'process-2' });
  expect(await ledger.folders()).toEqual([{ ...row, owner: 'process-2' }]);
});

it('keeps equal values once, and gives them back by their digest', async () => {
  const { ledger } = database;
  const value = { instructions: 'Mend it. '.repeat(100) };
  const [one, again, other] = await Promise.all([ledger.keep(value), ledger.keep({ ...value }), ledger.keep({ instructions: '' })]);
  expect(again).toBe(one);
  expect(other).not.toBe(one);
  expect(await ledger.kept(one)).toEqual(value);
  expect(await ledger.kept('nothing')).toBeUndefined();
});
