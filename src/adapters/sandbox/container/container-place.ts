import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { RungPlace } from '../rung.ts';
import { whereabouts } from '../whereabouts.ts';
import { isWithin } from '../within.ts';
import type { Mount } from './mounts.ts';

/** What the rung has put into its scratch folder for every container of a world. */
export interface OwnFiles {
  /** Names of the machine and addresses of its network are nobody's business inside. */
  readonly hosts: string;
  readonly resolver: string;
  /** An empty folder. */
  readonly nothing: string;
  /** For folders that hold nothing but places to mount something at. */
  readonly hollow: string;
}

export interface PlaceMounts {
  readonly mounts: readonly Mount[];
  /**
   * Paths that the world could have put something else in the place of, and where they have to lead for it not to be mounted in
   * their place.
   */
  readonly movable: ReadonlyMap<string, string>;
  /** Mount points that the engine will make in the world's own folders, and that are not there yet; the inner ones first. */
  readonly made: readonly string[];
}

/** What the image brings along itself, and the machine's must not hide. What is readable below them is shown all the same. */
const ofTheImage = /^\/(?:(?:usr(?:\/local)?\/)?(?:bin|sbin|games|lib(?:32|64|x32)?)|usr|usr\/local|etc|opt|home|root|var|srv)$/;

type Place = Pick<RungPlace, 'readable' | 'writable' | 'protected' | 'hidden' | 'egress'>;

/** What of the machine is seen in the containers of a world. @param nodePath our own Node, which the bridge to the network and agents of ours run on. */
export function placeMounts(place: Place, own: OwnFiles, nodePath: string): PlaceMounts {
  const { readable, writable, egress } = place;
  const absent = place.protected.filter((path) => !existsSync(path));
  const shown = [
    ...readable.filter((path) => !ofTheImage.test(path) && existsSync(path)),
    nodePath,
    ...(egress === undefined || egress.folder === '' ? [] : [egress.folder]),
  ];
  const seen = [...shown.map((source) => ({ source, isWritable: false })), ...writable.map((source) => ({ source, isWritable: true }))];
  const hidden = place.hidden.filter(
    (path) => !writable.includes(path) && [...readable, ...writable].some((folder) => isWithin(folder, path)),
  );
  const mounts: readonly Mount[] = [
    { source: own.hosts, at: '/etc/hosts', isWritable: false },
    { source: own.resolver, at: '/etc/resolv.conf', isWritable: false },
    ...seen,
    ...hidden.map((at, number) => ({ source: hollowFolder(join(own.hollow, String(number)), at, seen), at, isWritable: false })),
    ...place.protected.map((at) => ({ source: absent.includes(at) ? own.nothing : at, at, isWritable: false })),
  ];
  return { mounts, movable: movablePaths(mounts, place), made: withMissingParents(absent) };
}

function movablePaths(mounts: readonly Mount[], place: Place): ReadonlyMap<string, string> {
  const inside = mounts
    .map(({ source, at = source }) => at)
    .filter((path) => place.writable.some((folder) => path !== folder && isWithin(folder, path)));
  // What is protected is no link: with it, what it leads to would be shown.
  return new Map(
    inside.map((path) => [path, place.protected.includes(path) ? join(whereabouts(dirname(path)), basename(path)) : whereabouts(path)]),
  );
}

/**
 * Makes a folder that stands for one that must not be seen. The engine cannot make places to mount at in it, so those are there already.
 */
function hollowFolder(folder: string, at: string, seen: readonly Mount[]): string {
  mkdirSync(folder, { recursive: true });
  for (const { source } of seen.filter((mount) => mount.source !== at && isWithin(at, mount.source))) {
    const point = join(folder, relative(at, source));
    mkdirSync(dirname(point), { recursive: true });
    if (statSync(source).isDirectory()) mkdirSync(point, { recursive: true });
    else writeFileSync(point, '');
  }
  return folder;
}

function withMissingParents(paths: readonly string[]): readonly string[] {
  const missing = new Set<string>();
  for (const path of paths) for (let each = path; !existsSync(each); each = dirname(each)) missing.add(each);
  return [...missing].toSorted((one, other) => other.length - one.length);
}
