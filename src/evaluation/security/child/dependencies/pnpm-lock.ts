import { parse } from 'yaml';
import type { Lock, LockedPackage } from './locked.ts';
import { fieldsOf, textOf } from './records.ts';

/** Lockfiles nest a handful of levels; of a thousand the parser makes minutes. */
const deepest = 50;

/** pnpm-lock.yaml, versions 5 to 9. @throws where it is none. */
export function pnpmLock(text: string): Lock {
  if (isDeep(text)) throw new Error('it nests deeper than any lockfile of pnpm');
  // An alias repeats what stands elsewhere: a few of them make gigabytes.
  const lock = fieldsOf(parse(text, { maxAliasCount: 0, logLevel: 'silent', uniqueKeys: false }));
  if (lock['lockfileVersion'] === undefined) throw new Error('it is no lockfile of pnpm');
  return {
    packages: Object.entries(fieldsOf(lock['packages'])).flatMap(([key, entry]) => packageOf(key, fieldsOf(entry)) ?? []),
    hasIntegrity: true,
  };
}

/** `/name/1.0.0_peer`, `/name@1.0.0(peer)` and `name@1.0.0`; anything else names where it comes from. */
function packageOf(key: string, entry: Readonly<Record<string, unknown>>): LockedPackage | undefined {
  const [, name = '', version = ''] = /^\/?((?:@[^/@]+\/)?[^/@]+)[@/]([^(_]+)/.exec(key) ?? [];
  const resolution = fieldsOf(entry['resolution']);
  const from = textOf(resolution['repo']) ?? textOf(resolution['tarball']) ?? textOf(resolution['directory']);
  const isPlain = /^\d/.test(version) && !version.includes(':');
  if (name === '' && from === undefined) return undefined;
  const integrity = textOf(resolution['integrity']);
  const source = textOf(resolution['repo']) === undefined ? (isPlain && from === undefined ? '' : (from ?? version)) : `git+${from}`;
  return {
    ecosystem: 'npm',
    name: name === '' ? (textOf(entry['name']) ?? key) : name,
    version: isPlain ? version : (textOf(entry['version']) ?? version),
    source: textOf(resolution['directory']) === undefined ? source : `file:${source}`,
    // Only what needs no building can be told from this format's silence.
    ...(entry['requiresBuild'] === true ? { hasInstallScript: true } : {}),
    ...(integrity === undefined ? {} : { integrity }),
  };
}

/** By brackets that are open at once, whatever they stand in, and by what lines begin with; nor is a line as long as a page. */
function isDeep(text: string): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(0, open - 1);
    if (open > deepest) return true;
  }
  return /^[ \t?-]{200}|^.{20000}/m.test(text);
}
