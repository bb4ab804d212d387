import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { miyabi, untestedProject } from '../support/miyabi.ts';
import type { MiyabiOptions } from '../support/miyabi.ts';
import { place, reportOf, worldOf } from '../support/place.ts';

describe('what a run leaves in the state folder', () => {
  it('is what its agents printed, and a mirror that gc removes once its repository is gone', async () => {
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

async function gc(options: MiyabiOptions, ...flags: readonly string[]): Promise<string> {
  const end = await miyabi(['gc', ...flags], options);
  expect(end, end.stderr).toMatchObject({ code: 0 });
  return end.stdout;
}
