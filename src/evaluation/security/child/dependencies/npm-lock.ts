import type { Lock, LockedPackage } from './locked.ts';
import { fieldsOf, textOf } from './records.ts';

/** Nested deeper than any installation: the rest is left out. */
const deepest = 100;

/** package-lock.json and npm-shrinkwrap.json, versions 1 to 3. @throws where it is none. */
export function npmLock(lock: unknown): Lock {
  const { packages, dependencies, lockfileVersion } = fieldsOf(lock);
  if (lockfileVersion === undefined && packages === undefined && dependencies === undefined) throw new Error('it is no lockfile of npm');
  if (packages !== undefined)
    return { packages: Object.entries(fieldsOf(packages)).flatMap(([place, entry]) => placed(place, fieldsOf(entry))), hasIntegrity: true };
  return { packages: nested(fieldsOf(dependencies), deepest), hasIntegrity: true };
}

function placed(place: string, entry: Readonly<Record<string, unknown>>): readonly LockedPackage[] {
  const at = place.lastIndexOf('node_modules/');
  // The project itself and its own parts.
  if (at === -1) return [];
  // A link tells where it leads, and what lies there is an entry of its own.
  const source = textOf(entry['resolved']) ?? '';
  if (entry['link'] === true) return source.startsWith('../') ? [{ ...named(place.slice(at + 13), entry), source: `file:/${source}` }] : [];
  // What is bundled comes with the package that it lies in.
  if (entry['inBundle'] === true) return [];
  return [{ ...named(textOf(entry['name']) ?? place.slice(at + 13), entry), source }];
}

function nested(dependencies: Readonly<Record<string, unknown>>, depth: number): readonly LockedPackage[] {
  if (depth === 0) return [];
  return Object.entries(dependencies).flatMap(([name, value]) => {
    const entry = fieldsOf(value);
    const version = textOf(entry['version']) ?? '';
    const isElsewhere = /[:/]/.test(version) && !version.startsWith('npm:');
    const alias = /^npm:((?:@[^/@]+\/)?[^@]+)@(.+)$/.exec(version);
    const own = {
      ...named(alias?.[1] ?? name, { ...entry, version: alias?.[2] ?? version }),
      source: isElsewhere ? version : (textOf(entry['resolved']) ?? ''),
    };
    return [...(entry['bundled'] === true ? [] : [own]), ...nested(fieldsOf(entry['dependencies']), depth - 1)];
  });
}

function named(name: string, entry: Readonly<Record<string, unknown>>): Omit<LockedPackage, 'source'> {
  const [integrity, licence] = [textOf(entry['integrity']), licenceOf(entry['license'])];
  return {
    ecosystem: 'npm',
    name,
    version: textOf(entry['version']) ?? '',
    hasInstallScript: entry['hasInstallScript'] === true,
    ...(integrity === undefined ? {} : { integrity }),
    ...(licence === undefined ? {} : { licence }),
  };
}

function licenceOf(value: unknown): string | undefined {
  return textOf(value) ?? textOf(fieldsOf(value)['type']);
}
