import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../domain/failure.ts';
import { systemClock } from '../../clock.ts';
import { systemIds } from '../../ids.ts';
import { openDatabase } from '../open-database.ts';
import { darwinMount, linuxMount, networkFileSystem, refuseNetworkFileSystem } from './network-file-system.ts';
import type { FileSystemFacts } from './network-file-system.ts';

const fuse = 0x65735546;

describe('telling a network file system', () => {
  it.each<[string, FileSystemFacts, string | undefined]>([
    ['ext4', { magic: 0xef53, type: 'ext4', source: '/dev/vda' }, undefined],
    ['btrfs', { magic: 0x9123683e, type: 'btrfs', source: '/dev/vda' }, undefined],
    ['tmpfs', { magic: 0x01021994, type: 'tmpfs', source: 'tmpfs' }, undefined],
    ['the overlay of a container', { magic: 0x794c7630, type: 'overlay', source: 'overlay' }, undefined],
    ['NFS', { magic: 0x6969, type: 'nfs4', source: 'server:/home' }, 'nfs4'],
    ['NFS without a table of mounts', { magic: 0x6969 }, 'nfs'],
    ['SMB, its number as a negative one', { magic: 0xff534d42 | 0 }, 'cifs'],
    ['SMB 2', { magic: 0xfe534d42, type: 'cifs', source: '//server/share' }, 'cifs'],
    ["Windows' drives in WSL2", { magic: 0x01021997, type: '9p', source: 'C:\\' }, '9p'],
    ["a folder of the virtual machine's host", { magic: fuse, type: 'virtiofs', source: 'home' }, 'virtiofs'],
    ['a folder of the host in Docker Desktop', { magic: fuse, type: 'fuse.grpcfuse', source: 'grpcfuse' }, 'fuse.grpcfuse'],
    ['a cluster', { magic: 0x0bd00bd0, type: 'lustre', source: 'server@tcp:/lustre' }, 'lustre'],
    ['sshfs', { magic: fuse, type: 'fuse.sshfs', source: 'me@server:/home' }, 'fuse.sshfs'],
    ['a bucket', { magic: fuse, type: 'fuse.s3fs', source: 's3fs' }, 'fuse.s3fs'],
    ['a bucket that names itself by its source only', { magic: fuse, type: 'fuse', source: 'mountpoint-s3' }, 'fuse'],
    ['WebDAV', { magic: fuse, type: 'fuse', source: 'https://server/folder' }, 'fuse'],
    ['an NTFS disk', { magic: fuse, type: 'fuseblk', source: '/dev/sdb1' }, undefined],
    ['an overlay of a container without root', { magic: fuse, type: 'fuse.fuse-overlayfs', source: 'fuse-overlayfs' }, undefined],
    ['an encrypted folder', { magic: fuse, type: 'fuse.gocryptfs', source: '/home/me/cipher' }, undefined],
    ['FUSE without a table of mounts', { magic: fuse }, undefined],
    ['the disk of a Mac', { type: 'apfs', source: '/dev/disk3s1', local: true }, undefined],
    ['a share on a Mac', { type: 'smbfs', source: '//me@server/share', local: false }, 'smbfs'],
    ['sshfs on a Mac', { type: 'macfuse', source: 'me@server:/home', local: false }, 'macfuse'],
    ['an NTFS disk on a Mac', { type: 'macfuse', source: '/dev/disk4s1', local: true }, undefined],
    ['nothing known', {}, undefined],
  ])('%s', (_, facts, expected) => {
    expect(networkFileSystem(facts)).toBe(expected);
  });

  it('finds the mount of a device number in the table of Linux', () => {
    const table = [
      '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard',
      '90 27 0:57 / /mnt/with\\040space rw,relatime shared:3 master:1 - fuse.sshfs me@server:/home rw,user_id=0',
      '91 27 0:4096 / /far rw - nfs4 server:/ rw',
      '',
    ].join('\n');
    expect(linuxMount(table, 57)).toEqual({ type: 'fuse.sshfs', source: 'me@server:/home' });
    expect(linuxMount(table, (254 << 8) | 0)).toEqual({ type: 'ext4', source: '/dev/vda' });
    expect(linuxMount(table, 4096 << 12)).toEqual({ type: 'nfs4', source: 'server:/' });
    expect(linuxMount(table, 58)).toEqual({});
  });

  it('finds the innermost mount of a path in what macOS prints', () => {
    const table = [
      '/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)',
      'devfs on /dev (devfs, local, nobrowse)',
      '//me@server/share on /Volumes/My (old) share (smbfs, nodev, nosuid, mounted by me)',
      'server:/export on /Volumes/export (nfs, nodev, nosuid)',
      '',
    ].join('\n');
    expect(darwinMount(table, '/Users/me')).toMatchObject({ type: 'apfs', local: true });
    expect(darwinMount(table, '/Volumes/My (old) share/deep')).toMatchObject({ type: 'smbfs', local: false });
    expect(darwinMount(table, '/Volumes/exported')).toMatchObject({ type: 'apfs' });
    expect(darwinMount(table, '/Volumes/export')).toMatchObject({ type: 'nfs', local: false });
  });
});

describe('a database on a network file system', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'network-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('is refused by the nearest folder that exists, through links', async () => {
    mkdirSync(join(folder, 'share'));
    symlinkSync(join(folder, 'share'), join(folder, 'link'));
    const path = join(folder, 'link', 'not', 'yet', 'miyabi.db');
    const asked: string[] = [];
    const refused = refuseNetworkFileSystem(path, async (existing) => {
      asked.push(existing);
      return { magic: 0x6969 };
    });
    await expect(refused).rejects.toMatchObject({
      reason: 'configuration',
      text: {
        what: `The database ${path} would lie on a network file system.`,
        why: expect.stringContaining(`${join(folder, 'link')} is on nfs`),
        fix: expect.stringContaining('on a disk of this machine'),
      },
    });
    expect(asked).toEqual([join(folder, 'link')]);
  });

  it('is no question on a local disk', async () => {
    await refuseNetworkFileSystem(join(folder, 'miyabi.db'));
  });

  const canMount = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/dev/fuse');

  it.skipIf(!canMount)(
    'is refused on a real FUSE mount that calls itself sshfs, and not on one of a local kind (needs root, /dev/fuse)',
    async () => {
      const far = join(folder, 'far');
      mkdirSync(far);
      const open = () => openDatabase(join(far, 'state', 'miyabi.db'), { clock: systemClock, ids: systemIds, busyLimitMs: 200 });
      await mounted(far, 'fuse.sshfs', async () => {
        expect(statSync(far).isDirectory()).toBe(true);
        const error: unknown = await open().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(Failure);
        expect((error as Failure).text.why).toContain(`${far} is on fuse.sshfs`);
      });
      await mounted(far, 'fuse.gocryptfs', () => refuseNetworkFileSystem(join(far, 'state', 'miyabi.db')));
      expect(readdirSync(far)).toEqual([]);
      await (await open()).close();
    },
  );

  async function mounted(at: string, type: string, body: () => Promise<void>): Promise<void> {
    const program = join(import.meta.dirname, 'testing', 'fuse-program.ts');
    const server = spawn(process.execPath, [program, at, type, 'me@server:/home'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(server, 'exit');
    const [said] = (await Promise.race([once(server.stdout, 'data'), ended])) as [unknown];
    expect(String(said)).toBe('ready\n');
    try {
      await body();
    } finally {
      execFileSync('umount', [at]);
      await ended;
    }
  }
});
