import type { LookFinding } from '../../protocol.ts';
import type { LookFile } from '../../steps.ts';
import { sourceKind } from './locked.ts';
import type { Fields } from './records.ts';
import { fieldsOf, readJson, textOf } from './records.ts';
import { supplyFinding } from './supply-finding.ts';

const lists = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** The lists of dependencies of a package.json as one text; the same whatever else changes. */
export function dependencyLists(text: string): string {
  const manifest = manifestOf(text);
  return JSON.stringify([...lists, 'overrides', 'resolutions'].map((name) => manifest[name] ?? null));
}

/** What a package.json says of where packages come from, and of the package manager itself, that it did not say before. */
export function compareManifests({ path, before = '{}', after = '{}' }: LookFile): readonly LookFinding[] {
  const [then, now] = [manifestOf(before), manifestOf(after)];
  const known = new Set(redirects(then));
  const redirected = redirects(now).filter((one) => !known.has(one));
  const earlier = new Map(lists.flatMap((list) => Object.entries(fieldsOf(then[list]))));
  const foreign = lists
    .flatMap((list) => Object.entries(fieldsOf(now[list])))
    .filter(([name, range]) => earlier.get(name) !== range && isForeign(textOf(range) ?? ''))
    .map(([name, range]) => `${name} from ${String(range)}`);
  return [
    ...redirected.map((one) => supplyFinding('dependency-redirected', path, one)),
    ...[...new Set(foreign)].map((one) => supplyFinding('foreign-source', path, one)),
    ...packageManager(textOf(then['packageManager']) ?? '', textOf(now['packageManager']) ?? '', path),
  ];
}

/** Entries that put something from elsewhere, or another package, in the place of a package; a version that is held back is none. */
function redirects(manifest: Fields): readonly string[] {
  const tables = [manifest['overrides'], manifest['resolutions'], fieldsOf(manifest['pnpm'])['overrides']];
  return tables.flatMap((table) => leaves(fieldsOf(table), '', 20)).filter((entry) => isForeign(entry.slice(entry.indexOf(': ') + 2)));
}

function leaves(table: Fields, above: string, depth: number): readonly string[] {
  if (depth === 0) return [];
  return Object.entries(table).flatMap(([name, value]) =>
    typeof value === 'string' ? [`${above}${name}: ${value}`] : leaves(fieldsOf(value), `${above}${name} > `, depth - 1),
  );
}

/** Whether a range names a place or another package, in place of versions. */
function isForeign(range: string): boolean {
  if (/^[\w.-]{1,100}\/[\w.-]{1,100}(?:#|$)/.test(range)) return true;
  return range.startsWith('npm:') ? true : !/^(?:registry|folder)$/.test(sourceKind(range)) || /^https?:/.test(range);
}

/** The version may change; the same version with another checksum is another program, and one without takes a guard away. */
function packageManager(then: string, now: string, path: string): readonly LookFinding[] {
  const [[thenName = '', thenHash], [nowName = '', nowHash]] = [then.split('+'), now.split('+')];
  const isAnother = thenHash !== undefined && thenName === nowName && thenHash !== nowHash;
  return isAnother || /^[\w.-]+@(?:https?:|file:|git)/.test(now)
    ? [supplyFinding('package-manager-hash', path, `${then} became ${now}`)]
    : [];
}

function manifestOf(text: string): Fields {
  try {
    return fieldsOf(readJson(text));
  } catch {
    // No package manager reads it either.
    return {};
  }
}
