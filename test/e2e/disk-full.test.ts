import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { git, makeProject, miyabi, smallProject, testsWithoutNpm, withoutWalls } from '../support/miyabi.ts';
import { mend, noStack } from '../support/place.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Why no small disk can be made here; undefined where one can. */
const reason = whyNoDisk();

function whyNoDisk(): string | undefined {
  if (process.platform !== 'linux') return 'a small disk is made with tmpfs, which is of Linux';
  const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'pipe' });
    execFileSync('umount', [folder]);
    return undefined;
  } catch {
    return 'mounting a small disk is not allowed here';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A state folder on a disk of its own. */
async function smallDisk(megabytes: number) {
  const folder = await temporaryFolder();
  const state = join(folder.path, 'state');
  mkdirSync(state);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', state]);
  return {
    folder: folder.path,
    state,
    /** Leaves this much free. */
    async fill(leave: number) {
      const { bavail, bsize } = await statfs(state);
      writeFileSync(join(state, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - leave)));
    },
    free: () => rmSync(join(state, 'ballast'), { force: true }),
    async [Symbol.asyncDispose]() {
      execFileSync('umount', ['--lazy', state]);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Whether the database is whole, as SQLite sees it. */
function isWhole(path: string): boolean {
  const database = new DatabaseSync(path);
  try {
    return database.prepare('PRAGMA integrity_check').get()?.['integrity_check'] === 'ok';
  } finally {
    database.close();
  }
}

const issue = 'add() gives the wrong sum';
const megabyte = 1024 * 1024;
const run = ['run', issue, '--worlds', '2', '--agent', `command:${mend}`, '--json'];

describe(`a disk that is full${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  it.skipIf(reason !== undefined)('begins no world below the free space that is configured, and the run goes well after that', async () => {
    await using disk = await smallDisk(24);
    const project = await makeProject(join(disk.folder, 'project'), smallProject);
    const options = { cwd: project, state: disk.state };
    const end = await miyabi(
      run.filter((word) => word !== '--json'),
      { ...options, env: { ...testsWithoutNpm, MIYABI_DISK_FREE_GIGABYTES: '1' } },
    );
    expect(end.code, end.stderr + end.stdout).toBe(1);
    expect(end.stdout + end.stderr).toMatch(/are free, and a world is not begun with less than 1,000 MB.*miyabi gc/s);
    expect(noStack(end.stderr)).toBe(true);
    expect(isWhole(join(disk.state, 'miyabi.db'))).toBe(true);
    expect(await miyabi(run, { ...options, env: { ...testsWithoutNpm, MIYABI_DISK_FREE_GIGABYTES: '0.001' } })).toMatchObject({ code: 0 });
  });

  it.skipIf(reason !== undefined)(
    'ends a checkout in the middle with a sentence, keeps the records, and goes on when there is room',
    { tags: ['campaign'] },
    async () => {
      await using disk = await smallDisk(96);
      const big = {
        ...smallProject,
        ...Object.fromEntries([1, 2, 3, 4].map((n) => [`data/${n}.bin`, String(n).repeat(3 * megabyte)])),
      };
      const project = await makeProject(join(disk.folder, 'project'), big);
      const options = { cwd: project, state: disk.state, env: { ...testsWithoutNpm, MIYABI_DISK_FREE_GIGABYTES: '0.001' } };
      expect((await miyabi(['status'], options)).code).toBe(0);
      await disk.fill(6 * megabyte);
      const end = await miyabi(run, options);
      expect(end.code, end.stderr + end.stdout).toBe(1);
      expect(JSON.parse(end.stdout.trim().split('\n').at(-1)!)).toMatchObject({ type: 'run.finished', status: 'failed' });
      const shown = await miyabi(['show', 'last'], options);
      expect(shown.stdout).toMatch(/There is no space left on the disk/);
      expect(noStack(end.stderr + shown.stderr)).toBe(true);
      expect(isWhole(join(disk.state, 'miyabi.db'))).toBe(true);
      expect(await readdir(join(disk.state, 'worlds')).catch(() => [])).toEqual([]);
      expect(await git(project, 'status', '--porcelain')).toBe('');
      disk.free();
      const next = await miyabi(run, options);
      expect(next.code, next.stderr + next.stdout.slice(-1_000)).toBe(0);
    },
  );

  it.skipIf(reason !== undefined)(
    'stops the run where nothing can be recorded any more, which goes on at once when there is room',
    { tags: ['campaign'] },
    async () => {
      await using disk = await smallDisk(8);
      const project = await makeProject(join(disk.folder, 'project'), smallProject);
      const options = {
        cwd: project,
        state: disk.state,
        env: { ...withoutWalls, ...testsWithoutNpm, MIYABI_DISK_FREE_GIGABYTES: '0.0001' },
      };
      const once = join(disk.folder, 'filled');
      const filling = `command:${mend}; [ -e ${once} ] || { : > ${once}; cat /dev/zero > ${disk.state}/ballast; }; true`;
      const end = await miyabi(['run', issue, '--worlds', '1', '--agent', filling, '--json'], options);
      expect(end.code, end.stderr + end.stdout.slice(-500)).toBe(3);
      expect(end.stderr).toMatch(/The disk is full[\s\S]*→ Free some space[\s\S]* resume run_/);
      expect(end.lines.at(-1)).toMatchObject({ type: 'run.finished', status: 'waiting', branch: null });
      expect(noStack(end.stderr), end.stderr).toBe(true);
      expect(await git(project, 'status', '--porcelain')).toBe('');
      disk.free();
      expect(isWhole(join(disk.state, 'miyabi.db'))).toBe(true);
      // Sooner than a lease of the run that was stopped would have run out.
      const begun = performance.now();
      const resumed = await miyabi(['resume', 'last', '--json'], options);
      expect(resumed.code, resumed.stderr + resumed.stdout.slice(-500)).toBe(0);
      expect(performance.now() - begun).toBeLessThan(28_000);
      expect(resumed.lines.at(-1)).toMatchObject({ type: 'run.finished', status: 'succeeded' });
    },
  );
});
