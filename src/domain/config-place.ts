import { closestWord } from './closest-word.ts';
import type { ConfigKey } from './config.ts';
import { configKeys } from './config.ts';
import { Failure } from './failure.ts';

/** A key, or a place inside the value of one: `notify.channels.team` is `team` within `notify.channels`. */
export interface ConfigPlace {
  readonly key: ConfigKey;
  /** Names, and numbers of a list from 0; empty for the key itself. */
  readonly within: readonly string[];
}

/** @param name dotted. @throws Failure (usage) for what is no key, with the one that was most likely meant. */
export function placeInConfig(name: string): ConfigPlace {
  const key = configKeys.find(({ path }) => name === path || name.startsWith(`${path}.`));
  if (key === undefined) throw configKeys.some(({ path }) => path.startsWith(`${name}.`)) ? severalKeys(name) : noSuchKey(name);
  const within = name === key.path ? [] : name.slice(key.path.length + 1).split('.');
  if (within.includes('')) throw noSuchKey(name);
  return { key, within };
}

/** Every key that has this name or begins with it, in the order of the schema. @throws Failure (usage) where there is none. */
export function keysUnder(name: string): readonly ConfigKey[] {
  const found = configKeys.filter(({ path }) => path === name || path.startsWith(`${name}.`));
  if (found.length === 0) throw noSuchKey(name);
  return found;
}

function noSuchKey(name: string): Failure {
  const meant = closestKey(name);
  return new Failure('usage', {
    what: `There is no key ${JSON.stringify(name)}.`,
    why: 'No key has this name or begins with it.',
    fix: `${meant === undefined ? '' : `Perhaps ${meant}? `}\`miyabi config explain\` lists all keys.`,
  });
}

function severalKeys(name: string): Failure {
  return new Failure('usage', {
    what: `${name} is no key, but how several begin.`,
    why: 'One key at a time is told or changed.',
    fix: `\`miyabi config explain ${name}\` lists them.`,
  });
}

/** The key that was most likely meant, by its whole name or by its last word alone. */
export function closestKey(name: string): string | undefined {
  const paths = configKeys.map(({ path }) => path);
  const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
  const close = closestWord(name, paths);
  if (close !== undefined) return close;
  const last = closestWord(lastOf(name), paths.map(lastOf));
  return paths.find((path) => lastOf(path) === last);
}

/** What stands at a place of a value. @returns undefined where nothing does. */
export function valueWithin(value: unknown, within: readonly string[]): unknown {
  return within.reduce<unknown>((inner, name) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, name)) return undefined;
    return (inner as Record<string, unknown>)[name];
  }, value);
}
