import semver from 'semver';
import type { AllowedAddress } from '../domain/allowed-address.ts';

/**
 * Whether everything that a manifest's lists and a lockfile name comes from one of the registries. Anything else, above all what git
 * fetches, npm installs with an npm of its own among that repository's files, whose configuration can name programs to start, also
 * where install scripts are off; and a lockfile that names any other address could make whoever installs call there, with what a
 * world knows written into the path. What cannot be told counts as no.
 */
export function allFromRegistry(lists: Readonly<Record<string, unknown>>, lock: unknown, registries: readonly AllowedAddress[]): boolean {
  const { bundleDependencies: _names, ...rest } = lists;
  const sources = isRecord(lock) ? [...stringsIn(rest), ...lockedSources(lock)] : undefined;
  return sources?.every((source) => isFromRegistry(source, registries)) === true;
}

/** Strings of a lockfile by which npm finds a package, on any level. */
function* lockedSources(value: unknown): Generator<string> {
  if (!isRecord(value)) return;
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry === 'string') {
      if (key === 'resolved' || key === 'version' || key === 'from') yield entry;
    } else if (/dependencies$|^requires$/i.test(key)) {
      yield* Object.values(isRecord(entry) ? entry : {}).filter((range) => typeof range === 'string');
      yield* lockedSources(entry);
    } else yield* lockedSources(entry);
  }
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (isRecord(value)) for (const entry of Object.values(value)) yield* stringsIn(entry);
}

function isFromRegistry(source: string, registries: readonly AllowedAddress[]): boolean {
  if (semver.validRange(source) !== null) return true;
  // A tag such as `latest`, or the version that another entry names; not a folder such as `..`.
  if (/^\$?[\w-][\w.-]*$/.test(source)) return true;
  if (source.startsWith('$')) return true;
  const alias = /^npm:(?:@[\w.-]+\/)?[\w.-]+(?:@(.*))?$/.exec(source);
  if (alias !== null) return isFromRegistry(alias[1] ?? '', registries);
  const url = URL.canParse(source) ? new URL(source) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) return false;
  const port = Number(url.port) || (url.protocol === 'http:' ? 80 : 443);
  if (!registries.some((registry) => registry.host === url.hostname && registry.port === port)) return false;
  return !gitHosts.has(url.hostname) && !url.pathname.endsWith('.git');
}

/** Addresses there are taken for repositories, whatever they begin with. */
const gitHosts = new Set(
  ['github.com', 'gitlab.com', 'bitbucket.org', 'gist.github.com', 'git.sr.ht'].flatMap((host) => [host, `www.${host}`]),
);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
