import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { systemClock } from '../../clock.ts';
import { systemIds } from '../../ids.ts';
import { migrate } from '../migrate.ts';
import { openDatabase } from '../open-database.ts';
import { weaverMigrations } from './migrations.ts';

it('events of the first version are read as they were written, with the results that they carry', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'old-events-'));
  const path = join(folder, 'miyabi.db');
  const raw = new DatabaseSync(path);
  migrate(raw, { ...weaverMigrations, migrations: weaverMigrations.migrations.slice(0, 3) }, path, 1);
  const created = { taskId: 't', taskType: 'a.type', key: 'k', parentTaskId: null };
  const ended = { taskId: 't', taskType: 'a.type', key: 'k', state: 'succeeded', reason: '', result: { said: 'x'.repeat(500) } };
  const insert = raw.prepare("INSERT INTO weaver_event (stream, seq, type, version, at, data) VALUES ('job:j', ?, ?, 1, 7, ?)");
  insert.run(1, 'task.created', JSON.stringify(created));
  insert.run(2, 'task.state', JSON.stringify(ended));
  raw.close();

  const database = await openDatabase(path, { clock: systemClock, ids: systemIds });
  try {
    const events = await database.store.read(async (records) => await records.events('job:j', 0, 10));
    const common = { stream: 'job:j', version: 1, at: 7 };
    expect(events).toEqual([
      { ...common, seq: 1, position: '1', type: 'task.created', data: created },
      { ...common, seq: 2, position: '2', type: 'task.state', data: ended },
    ]);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
});
