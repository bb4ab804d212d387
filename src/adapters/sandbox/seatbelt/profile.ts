import { dirname } from 'node:path';
import { Failure } from '../../../domain/failure.ts';
import type { RungPlace } from '../rung.ts';
import { isWithin } from '../within.ts';
import { systemFolders, systemRules } from './system-rules.ts';

export type SeatbeltPlace = Pick<RungPlace, 'readable' | 'writable' | 'protected' | 'hidden'> & {
  /** Port of 127.0.0.1 where the one way out is; undefined: no network at all. */
  readonly proxyPort: number | undefined;
};

/**
 * The profile for `sandbox-exec` that shows a world the system's programs and its own folders, and nothing else. Of the rules that fit, the
 * last one holds, so the exceptions come last.
 *
 * It was written against what is known of Apple's profile language and of how widely used programs apply it (browsers, coding agents), and has never
 * been run by us. What it cannot do: macOS has one loopback for all, so only the port of the proxy is open and a project's tests
 * cannot speak to servers of their own over it; rules are by path, which is why no hard link can be made; and memory, processes and
 * processors are not bounded by it.
 *
 * @throws Failure (configuration) for a path with control characters.
 */
export function seatbeltProfile(place: SeatbeltPlace): string {
  const readable = realPaths(place.readable);
  const writable = realPaths(place.writable);
  const hidden = realPaths(place.hidden);
  const isBelowHidden = (path: string): boolean => hidden.some((folder) => folder !== path && isWithin(folder, path));
  const open = readable.filter((path) => !isBelowHidden(path));
  const opened = readable.filter(isBelowHidden);
  return [
    '(version 1)',
    '(deny default)',
    ...systemRules,
    rule('allow file-read*', [...systemFolders, ...open].map(subpath)),
    rule('deny file-read* file-write*', hidden.map(subpath)),
    rule('allow file-read*', opened.map(subpath)),
    rule(
      'allow file-read-metadata',
      ancestorsOf([...systemFolders, ...place.readable, ...place.writable, ...readable, ...writable]).map(literal),
    ),
    rule('allow file-read* file-write*', writable.map(subpath)),
    ...protectionOf(realPaths(place.protected), writable),
    ...networkRules(place.proxyPort, writable),
    '',
  ]
    .filter((line, at, all) => line !== '' || at === all.length - 1)
    .join('\n');
}

/** Neither what is protected nor a folder that leads to it may be changed, moved or removed. */
function protectionOf(paths: readonly string[], writable: readonly string[]): readonly string[] {
  const leading = ancestorsOf(paths).filter((path) => writable.some((folder) => isWithin(folder, path)));
  return [rule('deny file-write*', paths.map(subpath)), rule('deny file-write-unlink', leading.map(literal))];
}

function networkRules(proxyPort: number | undefined, writable: readonly string[]): readonly string[] {
  const sockets = writable.flatMap((path) => [`(local unix-socket ${subpath(path)})`]);
  const peers = writable.map((path) => `(remote unix-socket ${subpath(path)})`);
  return [
    '(allow system-socket (socket-domain AF_UNIX))',
    rule('allow network-bind network-inbound', sockets),
    rule('allow network-outbound', peers),
    ...(proxyPort === undefined ? [] : [`(allow network-outbound (remote ip "localhost:${proxyPort}"))`]),
  ];
}

/** @returns an empty line for a rule about nothing: without a filter it would be about everything. */
function rule(beginning: string, filters: readonly string[]): string {
  return filters.length === 0 ? '' : `(${[beginning, ...new Set(filters)].join('\n  ')})`;
}

function subpath(path: string): string {
  return `(subpath ${quote(path)})`;
}

function literal(path: string): string {
  return `(literal ${quote(path)})`;
}

/** Folders that lead to the paths: programs look at each of them on the way. */
function ancestorsOf(paths: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) for (let each = dirname(path); each !== '/'; each = dirname(each)) found.add(each);
  return [...found].toSorted();
}

/** The rules are about real paths; these three are links on every Mac, and one of them holds the temporary folders. */
function realPaths(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => (/^\/(?:tmp|var|etc)(?:\/|$)/.test(path) ? `/private${path}` : path)))];
}

function quote(path: string): string {
  if (!/\p{Cc}/u.test(path)) return `"${path.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
  throw new Failure('configuration', {
    what: `${JSON.stringify(path)} cannot be named in a sandbox profile.`,
    why: 'It has control characters in it.',
    fix: 'Use another path: `--state` moves the folders of worlds, `sandbox.readable` names what they may read.',
  });
}
