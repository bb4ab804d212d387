import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A mounted hierarchy of control groups. */
export interface Hierarchy {
  readonly version: 1 | 2;
  /** Those of version 1, by their names; none for version 2, where each group has its own. */
  readonly controllers: readonly string[];
  /** Where it is mounted. */
  readonly top: string;
  /** The folder of the group that this process is in; {@link top} where that cannot be seen from here. */
  readonly own: string;
}

/**
 * The hierarchies of control groups that this process can see. Empty where there are none (macOS).
 *
 * @param root stands before every path; for a folder that imitates a machine.
 */
export function readHierarchies(root = ''): readonly Hierarchy[] {
  const memberships = readMemberships(read(`${root}/proc/self/cgroup`));
  return read(`${root}/proc/self/mountinfo`).flatMap((line) => {
    const mount = parseMount(line);
    if (mount === undefined) return [];
    const top = join(root, '/', mount.point);
    const path = memberships.find(({ controllers }) => isSame(controllers, mount.controllers))?.path ?? '/';
    return [{ version: mount.version, controllers: mount.controllers, top, own: ownFolder(top, mount.shown, path) }];
  });
}

function read(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

interface Mount {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  readonly point: string;
  /** The group that the mount point shows; `/` but for containers. */
  readonly shown: string;
}

/** `35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory` */
function parseMount(line: string): Mount | undefined {
  const [before, after] = line.split(' - ');
  const [, , , shown, point] = before?.split(' ') ?? [];
  const [type, , options] = after?.split(' ') ?? [];
  if (shown === undefined || point === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return undefined;
  const named = (options ?? '').split(',').filter((option) => !/^(?:r[ow]|xattr|clone_children|noprefix|release_agent=.*)$/.test(option));
  return {
    version: type === 'cgroup2' ? 2 : 1,
    controllers: type === 'cgroup2' ? [] : named,
    point: unescaped(point),
    shown: unescaped(shown),
  };
}

/** The kernel writes blanks in paths as octal numbers. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** `4:memory:/service/one`, and `0::/service/one` for version 2. */
function readMemberships(lines: readonly string[]): ReadonlyArray<{ readonly controllers: readonly string[]; readonly path: string }> {
  return lines.flatMap((line) => {
    const [, names, ...path] = line.split(':');
    if (names === undefined || path.length === 0) return [];
    return [{ controllers: names === '' ? [] : names.split(','), path: path.join(':') }];
  });
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}

function ownFolder(top: string, shown: string, path: string): string {
  // A path that leads upwards is that of a process outside of its control group namespace.
  if (path.startsWith('/..')) return top;
  const prefix = shown === '/' ? '' : shown;
  return path === prefix || path.startsWith(`${prefix}/`) ? join(top, path.slice(prefix.length)).replace(/\/$/, '') : top;
}
