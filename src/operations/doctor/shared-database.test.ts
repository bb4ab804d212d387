import { describe, expect, it } from 'vitest';
import type { ProcessId } from '../../domain/ids.ts';
import type { WorkerView } from '../../weaver/workers.ts';
import { databaseFindings } from './shared-database.ts';

const near = { address: 'postgres://me@db/miyabi', version: '18.4', answerMs: 0.42, isPooled: false };
const worker = (pid: number, rest: Partial<WorkerView> = {}): WorkerView => ({
  process: `p-${pid}` as ProcessId,
  host: 'one',
  pid,
  labels: ['agent:repair'],
  startedAt: 0,
  alive: true,
  lastSeenAt: 0,
  running: 1,
  ...rest,
});

describe('what doctor says of a database that machines share', () => {
  it('names the server and who works on it', () => {
    expect(databaseFindings(near, [worker(7), worker(8, { labels: undefined }), worker(9, { running: 2 })])).toEqual([
      { name: 'Database', status: 'ok', detail: 'postgres://me@db/miyabi answers within 0.4 ms, PostgreSQL 18.4', fix: '' },
      { name: 'Workers', status: 'ok', detail: '2: one (process 7, 1 task), one (process 9, 2 tasks)', fix: '' },
    ]);
  });

  it('warns of a pooler, and of a long way', () => {
    expect(databaseFindings({ ...near, isPooled: true }, [])[0]).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('behind a pooler'),
    });
    expect(databaseFindings({ ...near, answerMs: 80 }, [])[0]).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('a long way'),
    });
  });

  it('says that nobody would take a task', () => {
    expect(databaseFindings(near, [worker(7, { alive: false }), worker(8, { labels: undefined })])[1]).toEqual({
      name: 'Workers',
      status: 'warning',
      detail: 'none is there: runs wait; 1 gives no sign of life, and what it did is done by others',
      fix: 'Start `miyabi worker` with this database, here or on another machine.',
    });
  });
});
