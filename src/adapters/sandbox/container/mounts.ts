import { Failure } from '../../../domain/failure.ts';

/** A file or folder that is seen inside, at the same path as outside unless `at` says otherwise. */
export interface Mount {
  readonly source: string;
  readonly at?: string;
  readonly isWritable: boolean;
}

/**
 * The mounts that show a world what it may see, the outer folders first, so that what is protected lies on top of what is
 * writable around it. Of two on the same path the later one holds.
 */
export function orderMounts(mounts: readonly Mount[]): readonly Mount[] {
  const byPath = new Map(mounts.map((mount) => [mount.at ?? mount.source, mount]));
  return [...byPath].toSorted(([one], [other]) => depth(one) - depth(other)).map(([, mount]) => mount);
}

function depth(path: string): number {
  return path.split('/').filter((part) => part !== '').length;
}

/**
 * A mount as the `--mount` of Docker and Podman wants it: one line of comma separated values. The shorter `--volume` cannot
 * express a colon, and makes folders that do not exist.
 *
 * @throws Failure (configuration) for the path of the whole machine, and for one with control characters.
 */
export function mountOption({ source, at = source, isWritable }: Mount): string {
  for (const path of [source, at]) {
    if (/\p{Cc}/u.test(path)) throw unmountable(path, 'It has characters in it that the container engine cannot be told.');
    if (!path.startsWith('/') || path === '/') throw unmountable(path, 'Only a file or folder below the root can be shown to a world.');
  }
  const fields = ['type=bind', `src=${source}`, `dst=${at}`, ...(isWritable ? [] : ['readonly'])];
  return fields.map(quoted).join(',');
}

/**
 * A folder in memory as `--tmpfs` wants it; `--mount type=tmpfs` has no option for whether programs may be run from it.
 * @throws Failure (configuration) for a path with a colon or control characters.
 */
export function tmpfsOption(path: string, options: string): string {
  if (/[:\p{Cc}]/u.test(path)) throw unmountable(path, 'It has characters in it that the container engine cannot be told.');
  return `${path}:${options}`;
}

/** Only where it is needed: a quote in a field that is not quoted is an error for both engines. */
function quoted(field: string): string {
  return /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function unmountable(path: string, why: string): Failure {
  return new Failure('configuration', {
    what: `${JSON.stringify(path)} cannot be shown to a container.`,
    why,
    fix: 'Use another path (`--state` moves the folders of worlds, `sandbox.readable` names what they may read), or another `isolation`.',
  });
}
