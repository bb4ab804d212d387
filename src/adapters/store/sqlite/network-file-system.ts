import { execFile } from 'node:child_process';
import { readFile, realpath, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../../domain/failure.ts';

/** What the system says about the file system that a path lies on; whatever it does not say is left out. */
export interface FileSystemFacts {
  /** `f_type` of statfs(2). Linux only: elsewhere the number is handed out at run time. */
  readonly magic?: number;
  /** The type in the table of mounts, such as `ext4`, `nfs4`, `fuse.sshfs`. */
  readonly type?: string;
  /** What is mounted: a device, a server's folder, an address. May hold a password: not for messages. */
  readonly source?: string;
  /** macOS: whether the system itself counts it as local (MNT_LOCAL of statfs(2)). */
  readonly local?: boolean;
}

/**
 * `f_type` of file systems whose memory and locks are not shared by all who may have a file open. Sources: statfs(2) and
 * linux/magic.h; for those that are not part of Linux, the table of stat(1) of GNU coreutils.
 */
const networkMagic: ReadonlyMap<number, string> = new Map([
  [0x6969, 'nfs'],
  [0x517b, 'smb'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x01021997, '9p'],
  [0x00c36400, 'ceph'],
  [0x0bd00bd0, 'lustre'],
  [0x47504653, 'gpfs'],
  [0x5346414f, 'afs'],
  [0x6b414653, 'afs'],
  [0x73757245, 'coda'],
  [0x564c, 'ncp'],
  [0x01161970, 'gfs2'],
  [0x7461636f, 'ocfs2'],
  [0x19830326, 'beegfs'],
  [0xaad7aaea, 'panfs'],
  [0xbeefdead, 'snfs'],
  [0x013111a8, 'ibrix'],
  [0x61636673, 'acfs'],
  [0xbacbacbc, 'vmhgfs'],
  [0x786f4256, 'vboxsf'],
  [0x7c7c6673, 'prl_fs'],
]);

/**
 * Types by name, for FUSE (one number for all of them), macOS, and what has no number above. Folders that a virtual machine
 * gets from its host count as well: the two sides share no memory, and SQLite files on them are known to break.
 */
const networkNames: ReadonlySet<string> = new Set(
  [
    'nfs nfs4 cifs smb3 smbfs afpfs ncpfs webdav ftp ceph lustre gpfs afs coda gfs2 ocfs2 acfs beegfs fhgfs panfs orangefs pvfs2 wekafs',
    '9p virtiofs vboxsf vmhgfs vmhgfs-fuse prl_fs fakeowner grpcfuse osxfs',
    'sshfs rclone davfs davfs2 curlftpfs smbnetfs fuse-nfs gvfsd-fuse kio-fuse google-drive-ocamlfuse onedriver',
    's3fs goofys geesefs mountpoint-s3 gcsfuse blobfuse blobfuse2 s3ql objectivefs',
    'glusterfs ceph-fuse mfs mfsmount lizardfs saunafs seaweedfs weed juicefs alluxio-fuse cvmfs2 fuse_dfs',
  ].flatMap((names) => names.split(' ')),
);

/** Drivers on macOS that serve both local and distant files; there the system's own word decides. */
const eitherNames: ReadonlySet<string> = new Set(['macfuse', 'osxfuse', 'fusefs']);

/** The name of the network file system, or undefined for a local one and for one that is not known. */
export function networkFileSystem({ magic, type, source, local }: FileSystemFacts): string | undefined {
  if (local === true) return undefined;
  const name = type?.replace(/^fuse\./, '');
  if (name !== undefined && networkNames.has(name)) return type;
  if (local === false && name !== undefined && eitherNames.has(name)) return type;
  if (name === 'fuse' && source !== undefined && (source.includes('://') || networkNames.has(source.split('#')[0] ?? ''))) return type;
  return magic === undefined ? undefined : networkMagic.get(magic >>> 0);
}

/**
 * Refuses a path on a network file system, where SQLite's write-ahead log cannot work: it needs memory and locks that all who
 * have the file open share (https://sqlite.org/wal.html). The file need not exist yet. Whatever cannot be found out is no
 * reason to refuse. @throws Failure (configuration)
 */
export async function refuseNetworkFileSystem(path: string, factsOf = fileSystemFacts): Promise<void> {
  const existing = await nearestExisting(path);
  if (existing === undefined) return;
  const type = networkFileSystem(await factsOf(existing));
  if (type === undefined) return;
  throw new Failure(
    'configuration',
    {
      what: `The database ${path} would lie on a network file system.`,
      why: `${existing} is on ${type}, which does not give SQLite the shared memory and the locks it needs: the file would break sooner or later.`,
      fix: 'Choose a state folder on a disk of this machine; in a container or a virtual machine a volume of its own, not a folder of the host.',
    },
    { facts: { path, folder: existing, fileSystem: type } },
  );
}

async function nearestExisting(path: string): Promise<string | undefined> {
  for (let at = path; ; at = dirname(at)) {
    try {
      await stat(at);
      return at;
    } catch (error) {
      // Anything else (no permission, a stale handle) is told by the opening itself, in its own words.
      if (!isMissing(error) || dirname(at) === at) return undefined;
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

async function fileSystemFacts(existing: string): Promise<FileSystemFacts> {
  if (process.platform === 'linux') {
    const [{ type: magic }, { dev }] = await Promise.all([statfs(existing), stat(existing)]);
    // Without /proc the number still tells all but FUSE.
    const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
    return { magic, ...linuxMount(table, dev) };
  }
  if (process.platform === 'darwin') {
    const { stdout } = await promisify(execFile)('/sbin/mount');
    return darwinMount(stdout, await realpath(existing));
  }
  return {};
}

/** The mount with this device number (`st_dev`) in the text of /proc/self/mountinfo, see proc_pid_mountinfo(5). */
export function linuxMount(table: string, dev: number): FileSystemFacts {
  const major = (dev >>> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
  for (const line of table.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [type, source] = after.split(' ');
    if (before.split(' ')[2] === `${major}:${minor}` && type !== undefined && source !== undefined) return { type, source };
  }
  return {};
}

/** The innermost mount that holds the (real) path, in what mount(8) of macOS prints: `source on /folder (type, option, ...)`. */
export function darwinMount(table: string, path: string): FileSystemFacts {
  let found: FileSystemFacts = {};
  let longest = -1;
  for (const line of table.split('\n')) {
    const [, source, at, details] = /^(.*?) on (\/.*) \((.*)\)$/.exec(line) ?? [];
    if (source === undefined || at === undefined || details === undefined) continue;
    const holds = path === at || path.startsWith(at.endsWith('/') ? at : `${at}/`);
    if (!holds || at.length < longest) continue;
    const [type = '', ...options] = details.split(', ');
    longest = at.length;
    found = { type, source, local: options.includes('local') };
  }
  return found;
}
