import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Ignore } from 'ignore';
import ignoreFactory from 'ignore';
import { fileLimits } from '../file-protocol.ts';
import { enter, readPlain } from './open.ts';
import type { Place } from './place.ts';
import { Failed, Refused } from './refused.ts';

/** A file, found from within its folder: `name` can be opened until the next one is asked for. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
}

interface Rules {
  readonly folder: string;
  readonly ignore: Ignore;
}

/** Every plain file below a place, in the order of names, without what git ignores, what belongs to git, and packages that were installed. */
export function* walk(root: string, place: Place): Generator<FoundFile | 'too-many'> {
  const counter = { left: fileLimits.files };
  if (statSync(place.path).isDirectory()) yield* below(place.path, rulesFor(root, place.path), counter);
  else {
    enter(place.folder);
    yield { path: place.path, name: place.name };
  }
}

function* below(folder: string, above: readonly Rules[], counter: { left: number }): Generator<FoundFile | 'too-many'> {
  if (!enters(folder)) return;
  const own = rulesIn(folder);
  const rules = own === undefined ? above : [...above, own];
  const entries = readdirSync('.', { withFileTypes: true }).toSorted((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!entry.isFile() || isIgnored(rules, path)) continue;
    if (counter.left === 0) return yield 'too-many';
    counter.left -= 1;
    yield { path, name: entry.name };
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory() || entry.name === '.git' || entry.name === 'node_modules' || isIgnored(rules, `${path}/`)) continue;
    yield* below(path, rules, counter);
    if (counter.left === 0) return;
  }
}

/** A folder that may not be looked into, or is gone, or replaced, holds nothing to find. */
function enters(folder: string): boolean {
  try {
    enter(folder);
    readdirSync('.');
    return true;
  } catch (error) {
    if (error instanceof Refused || (error as NodeJS.ErrnoException).code !== undefined) return false;
    throw error;
  }
}

/** The rules of the folders above. Who names a folder that they ignore means it, with all that it holds. */
function rulesFor(root: string, start: string): readonly Rules[] {
  const parts = relative(root, start).split(sep).filter(Boolean);
  const folders = parts.map((_, index) => join(root, ...parts.slice(0, index)));
  const rules = folders.flatMap((one) => (enters(one) ? (rulesIn(one) ?? []) : []));
  const isNamed = parts.some((_, index) => isIgnored(rules, `${join(root, ...parts.slice(0, index + 1))}/`));
  return isNamed ? [] : rules;
}

function rulesIn(folder: string): Rules | undefined {
  try {
    return { folder, ignore: ignoreFactory().add(readPlain('.gitignore', 100_000).toString('utf8')) };
  } catch (error) {
    if (error instanceof Failed || error instanceof Refused || (error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}

/** The rules that lie deepest decide, as in git. */
function isIgnored(rules: readonly Rules[], path: string): boolean {
  for (const { folder, ignore } of rules.toReversed()) {
    const inside = relative(folder, path) + (path.endsWith('/') ? '/' : '');
    // A folder has no say about itself, nor about what lies above it.
    if (inside === '/' || inside.startsWith('../')) continue;
    const { ignored, unignored } = ignore.test(inside);
    if (ignored || unignored) return ignored;
  }
  return false;
}
