import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { miyabi, untestedProject } from '../support/miyabi.ts';
import type { MiyabiOptions } from '../support/miyabi.ts';
import { place, reportOf, worldOf } from '../support/place.ts';

describe('what a run leaves in the state folder', () => {
  it('is what its agents printed, and a mirror that gc removes once its repository is gone', { tags: ['campaign'] }, async () => {
    await using here = await place(untestedProject);
    const end = await here.run('add() is wrong', { alpha: 'seq 1 20; exit 3' }, { args: ['--yes'] });
    const { reason } = worldOf(reportOf(end), 'alpha');
    const log = join(here.state, 'logs', /run_\w{10}/.exec(end.stdout)![0], 'task-1-alpha.log');
    expect(reason).toContain(log);
    expect((await readFile(log, 'utf8')).split('\n')).toHaveLength(21);

    const mirrors = join(here.state, 'mirrors');
    expect((await here.miyabi(['gc'])).stdout).toBe('Nothing to remove.');
    await rm(here.project, { recursive: true });
    const elsewhere = { cwd: here.folder, state: here.state };
    const told = await gc(elsewhere, '--dry-run');
    expect(told).toMatch(/would remove .*\.git  \(its repository .*project is gone\)/);
    expect(await readdir(mirrors)).toHaveLength(1);
    expect(await gc(elsewhere)).toMatch(/^removed /);
    expect(await readdir(mirrors)).toEqual([]);
    expect(existsSync(log)).toBe(true);
    expect(await gc(elsewhere)).toBe('Nothing to remove.');
  });
});

describe('the records of a place', () => {
  it('forget runs that ended long ago where that is configured, and statistics still count them', { tags: ['campaign'] }, async () => {
    await using here = await place(untestedProject);
    for (const text of ['long ago', 'today']) await here.run(text, { alpha: `echo ${text} > note.txt` }, { args: ['--yes'] });
    const runs = async () =>
      ((await here.miyabi(['status', '--json'])).lines[0] as { runs: { title: string }[] }).runs.map(({ title }) => title);
    expect(await runs()).toEqual(['today', 'long ago']);
    inRecords(here.state, "UPDATE weaver_job SET ended_at = ended_at - 3 * 86400000 WHERE title = 'long ago'");
    expect((await here.miyabi(['gc'])).stdout).toBe('Nothing to remove.');

    const settings = { MIYABI_CLEANUP_KEEP_RUNS_DAYS: '2' };
    expect((await here.miyabi(['gc', '--dry-run'], settings)).stdout).toMatch(
      /would remove .*records of a run that ended more than 2 days ago/,
    );
    expect(await runs()).toHaveLength(2);
    expect((await here.miyabi(['gc'], settings)).stdout).toMatch(/removed .*records of a run that ended more than 2 days ago/);
    expect(await runs()).toEqual(['today']);
    const { lines } = await here.miyabi(['stats', '--json']);
    expect(lines[0]).toMatchObject({ runs: { ended: 2, completed: 2 } });
    expect((await here.miyabi(['db', 'check'])).code).toBe(0);
  });

  it('give back the space that nothing uses within their file, once it is a quarter of it', async () => {
    await using here = await place(untestedProject);
    expect((await here.miyabi(['status'])).code).toBe(0);
    const size = async () => (await stat(join(here.state, 'miyabi.db'))).size;
    const mebibytes = 20;
    inRecords(
      here.state,
      `CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${mebibytes})
      SELECT randomblob(1048576) AS bytes FROM n; DROP TABLE filler; PRAGMA wal_checkpoint(TRUNCATE)`,
    );
    expect(await size()).toBeGreaterThan(mebibytes * 2 ** 20);
    expect((await here.miyabi(['gc', '--dry-run'])).stdout).toMatch(
      /would remove .*miyabi\.db .*\(nothing used it within the file of the records\)/,
    );
    expect(await size()).toBeGreaterThan(mebibytes * 2 ** 20);
    expect((await here.miyabi(['gc'])).stdout).toMatch(/removed .*nothing used it within the file/);
    expect(await size()).toBeLessThan(2 * 2 ** 20);
    expect((await here.miyabi(['gc'])).stdout).toBe('Nothing to remove.');
  });
});

function inRecords(state: string, sql: string): void {
  using database = new DatabaseSync(join(state, 'miyabi.db'));
  database.exec(sql);
}

async function gc(options: MiyabiOptions, ...flags: readonly string[]): Promise<string> {
  const end = await miyabi(['gc', ...flags], options);
  expect(end, end.stderr).toMatchObject({ code: 0 });
  return end.stdout;
}
