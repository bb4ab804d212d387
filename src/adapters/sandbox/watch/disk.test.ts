import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { heldByDeleted } from './deleted-files.ts';
import { measureDisk } from './disk-use.ts';
import { watchDisk } from './watch-disk.ts';
import { withoutOverlayMounts } from './written-folders.ts';

const plenty = { bytes: 1e12, files: 1e9 };
const never = new AbortController().signal;
const mebibyte = 1024 * 1024;

/** A moment after everything that was written before. */
function afterwards(folder: string): number {
  const file = join(folder, '.moment');
  const begin = Number(execFileSync('sh', ['-c', `touch '${file}' && stat -c %.3Z '${file}'`], { encoding: 'utf8' })) * 1000;
  return begin + 1;
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

it('counts blocks of what was made or changed since, once for each file, and follows nothing', async () => {
  await using folder = await temporaryFolder();
  await using other = await temporaryFolder();
  writeFileSync(join(other.path, 'large'), Buffer.alloc(8 * mebibyte, 1));
  writeFileSync(join(folder.path, 'before'), Buffer.alloc(4 * mebibyte, 1));
  const since = afterwards(folder.path) + 20;
  execFileSync('sleep', ['0.05']);
  mkdirSync(join(folder.path, 'a/b'), { recursive: true });
  writeFileSync(join(folder.path, 'a/b/new'), Buffer.alloc(2 * mebibyte, 1));
  linkSync(join(folder.path, 'a/b/new'), join(folder.path, 'a/again'));
  symlinkSync(other.path, join(folder.path, 'a/elsewhere'));
  symlinkSync('.', join(folder.path, 'a/loop'));
  writeFileSync(join(folder.path, 'sparse'), '');
  truncateSync(join(folder.path, 'sparse'), 1e12);
  execFileSync('mkfifo', [join(folder.path, 'fifo')]);
  const { bytes, files } = await measureDisk([folder.path], since, plenty, never);
  expect(bytes).toBeGreaterThanOrEqual(2 * mebibyte);
  expect(bytes).toBeLessThan(3 * mebibyte);
  expect(files).toBe(7);
});

it('stops counting when it has found enough, or nobody wants to know', async () => {
  await using folder = await temporaryFolder();
  for (let name = 0; name < 500; name += 1) writeFileSync(join(folder.path, String(name)), '');
  expect(await measureDisk([folder.path], 0, { bytes: 1e12, files: 100 }, never)).toMatchObject({ files: 101 });
  expect(await measureDisk([folder.path], 0, plenty, AbortSignal.abort())).toEqual({ bytes: 0, files: 0 });
  expect(await measureDisk([join(folder.path, 'gone')], 0, plenty, never)).toEqual({ bytes: 0, files: 0 });
});

it('says so when a folder lies too deep to be looked into', async () => {
  await using folder = await temporaryFolder();
  const name = 'd'.repeat(200);
  execFileSync(
    'sh',
    ['-c', `cd '${folder.path}' && i=0 && while [ $i -lt 25 ]; do mkdir ${name} && cd -P ${name} || exit 1; i=$((i+1)); done`],
    {
      stdio: 'ignore',
      shell: false,
    },
  );
  expect(await measureDisk([folder.path], 0, plenty, never)).toHaveProperty('unreadable');
});

it.skipIf(!canMount())('counts what is written to an overlay once (not run where none can be mounted)', async () => {
  await using folder = await temporaryFolder();
  const [lower, upper, work, tree] = ['lower', 'upper', 'work', 'tree'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const each of [lower, upper, work, tree]) mkdirSync(each);
  writeFileSync(join(lower, 'below'), Buffer.alloc(8 * mebibyte, 1));
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`, tree]);
  try {
    expect(withoutOverlayMounts([upper, tree, folder.path])).toEqual([upper, folder.path]);
    writeFileSync(join(tree, 'new'), Buffer.alloc(4 * mebibyte, 1));
    const { bytes } = await measureDisk(withoutOverlayMounts([upper, tree]), 0, plenty, never);
    expect(bytes).toBeGreaterThanOrEqual(4 * mebibyte);
    expect(bytes).toBeLessThan(5 * mebibyte);
  } finally {
    execFileSync('umount', [tree]);
  }
});

it('finds files that were removed and are held open', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'removed');
  const script = `exec 3>'${file}'; head -c 3000000 /dev/zero >&3; rm '${file}'; echo ready; exec sleep 100`;
  const holder = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  const pid = holder.pid ?? 0;
  expect(heldByDeleted([pid, pid])).toBeGreaterThanOrEqual(3_000_000);
  expect(heldByDeleted([pid])).toBeLessThan(4_000_000);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(heldByDeleted([pid])).toBe(0);
});

it('counts only when the disk has become fuller, and says what was too much', async () => {
  await using folder = await temporaryFolder();
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const disk = watchDisk([folder.path], { bytes: 20 * mebibyte, files: 200 }, clock, () => [], never);
  expect(await disk.check()).toBeUndefined();
  execFileSync('sh', ['-c', `head -c 60000000 /dev/zero > '${join(folder.path, 'large')}'`]);
  expect(await disk.check()).toBe('wrote more than 21 MB');
  execFileSync('rm', [join(folder.path, 'large')]);

  const many = watchDisk([folder.path], { bytes: 1e12, files: 200 }, clock, () => [], never);
  for (let name = 0; name < 300; name += 1) writeFileSync(join(folder.path, String(name)), '');
  // Somebody else may remove files of the same file system in between, which hides ours until there are more.
  let said = await many.check();
  for (let name = 300; said === undefined && name < 20_000; name += 1) {
    writeFileSync(join(folder.path, String(name)), '');
    if (name % 500 === 0) said = await many.check();
  }
  expect(said).toBe('made or changed more than 200 files');
});

it('counts after a while even when somebody else has made as much room as the world took', async () => {
  await using folder = await temporaryFolder();
  await using other = await temporaryFolder();
  execFileSync('sh', ['-c', `head -c 200000000 /dev/zero > '${join(other.path, 'room')}'`]);
  let now = 0;
  const disk = watchDisk(
    [folder.path],
    { bytes: 20 * mebibyte, files: 200 },
    { now: () => Date.now(), monotonic: () => now },
    () => [],
    never,
  );
  execFileSync('rm', [join(other.path, 'room')]);
  execFileSync('sh', ['-c', `head -c 60000000 /dev/zero > '${join(folder.path, 'large')}'`]);
  now = 6_000;
  expect(await disk.check()).toBe('wrote more than 21 MB');
});
