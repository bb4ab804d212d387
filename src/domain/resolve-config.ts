import type { Config, ConfigKey, ConfigSource } from './config.ts';
import { configKeys, configSchema, configSources } from './config.ts';
import { closestKey, valueWithin } from './config-place.ts';
import { Failure } from './failure.ts';

/** What one source says, as plain nested JSON, and where a person finds it. */
export interface ConfigLayer {
  readonly source: Exclude<ConfigSource, 'default'>;
  /** A file's path, or words such as `command line`. */
  readonly origin: string;
  readonly values: unknown;
}

/** One key with its value and where that came from. */
export interface ExplainedValue {
  readonly key: ConfigKey;
  readonly value: unknown;
  readonly source: ConfigSource;
  readonly origin: string;
}

export interface ResolvedConfig {
  readonly config: Config;
  readonly explained: readonly ExplainedValue[];
}

/**
 * Puts the sources together: flags over environment over the user's file over the repository's over defaults.
 *
 * @throws Failure (configuration) for an unknown key, a wrong type, a key that a repository may not set, or a
 * limit that a repository tries to raise; the sentence names the file and the key.
 */
export function resolveConfig(layers: readonly ConfigLayer[]): ResolvedConfig {
  for (const layer of layers) refuseUnknown(layer, layer.values, []);
  const merged: Record<string, unknown> = {};
  const explained: ExplainedValue[] = [];
  for (const key of configKeys) {
    const found = strongest(layers, key);
    if (found !== undefined) {
      checkValue(found.layer, key, found.value);
      assignAt(merged, key.path, found.value);
    }
    explained.push({
      key,
      value: found?.value ?? key.schema.parse(undefined),
      source: found?.layer.source ?? 'default',
      origin: found?.layer.origin ?? 'default',
    });
  }
  return { config: configSchema.parse(merged), explained };
}

interface Found {
  readonly layer: ConfigLayer;
  readonly value: unknown;
}

function strongest(layers: readonly ConfigLayer[], key: ConfigKey): Found | undefined {
  const found = configSources
    .flatMap((source) => layers.filter((layer) => layer.source === source))
    .map((layer) => ({ layer, value: read(layer.values, key.path) }))
    .filter(({ value }) => value !== undefined);
  const repository = found.find(({ layer }) => layer.source === 'repository');
  if (repository === undefined) return found[0];
  refuseForeign(repository, key);
  return key.lowerOnly ? lowest(found, repository, key) : found[0];
}

/** A limit that the repository lowers stays lowered; one that it raises above what would hold without it is refused. */
function lowest(found: readonly Found[], repository: Found, key: ConfigKey): Found {
  checkValue(repository.layer, key, repository.value);
  const own = found.find((candidate) => candidate !== repository);
  const held = own?.value ?? key.schema.parse(undefined);
  if (Number(repository.value) > Number(held)) {
    throw new Failure('configuration', {
      what: `${repository.layer.origin} sets ${key.path} to ${String(repository.value)}.`,
      why: `A repository may lower this limit but not raise it; it is ${String(held)} here.`,
      fix: `Remove the key there, or set ${key.variable} or your own configuration file.`,
    });
  }
  return repository;
}

function refuseForeign(found: Found, key: ConfigKey): void {
  if (!key.userOnly) return;
  throw new Failure('configuration', {
    what: `${found.layer.origin} sets ${key.path}.`,
    why: 'That key decides what runs on your machine, and a repository is foreign code.',
    fix: `Remove it there and set it in your own configuration file, or as ${key.variable}.`,
  });
}

/** @throws Failure (configuration) that names the innermost value that does not fit, and shows nothing around it: what stands there may be a key of somebody's account. */
export function checkValue(layer: ConfigLayer, key: ConfigKey, value: unknown): void {
  const issue = key.schema.safeParse(value).error?.issues[0];
  if (issue === undefined) return;
  const at = [key.path, ...issue.path].join('.');
  if (issue.code === 'unrecognized_keys') throw unknownKey(layer, `${at}.${issue.keys[0]}`);
  const found = valueAt(value, issue.path);
  const shown = key.holdsPassword ? 'what it is' : JSON.stringify(found);
  const fault = found === undefined ? 'is missing' : `cannot be ${shown}`;
  const isName = issue.code === 'invalid_key';
  throw new Failure('configuration', {
    what: `${layer.source === 'environment' ? key.variable : layer.origin}: ${at} ${isName ? 'has a name that cannot be used' : fault}.`,
    why: isName ? `It ${issue.issues[0]?.message ?? 'does not fit'}.` : `${issue.message}.`,
    fix: `\`miyabi config explain ${key.path}\` shows what it means.`,
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[name] : undefined),
    value,
  );
}

function refuseUnknown(layer: ConfigLayer, values: unknown, path: readonly string[]): void {
  if (values === undefined || values === null) return;
  const here = path.join('.');
  if (typeof values !== 'object' || Array.isArray(values)) {
    if (configKeys.some((key) => key.path === here)) return;
    throw unknownKey(layer, here === '' ? '(the whole file)' : here);
  }
  if (configKeys.some((key) => key.path === here)) return;
  if (path.length > 0 && !configKeys.some((key) => key.path.startsWith(`${here}.`))) throw unknownKey(layer, here);
  for (const [name, value] of Object.entries(values)) {
    if (name === '$schema' && path.length === 0) continue;
    refuseUnknown(layer, value, [...path, name]);
  }
}

function unknownKey(layer: ConfigLayer, path: string): Failure {
  const meant = closestKey(path);
  return new Failure('configuration', {
    what: `${layer.origin} has a key that Miyabi does not know: ${path}.`,
    why: 'A misspelt key would silently keep its default.',
    fix: `${meant === undefined ? '' : `Perhaps ${meant}? `}\`miyabi config explain\` lists all keys.`,
  });
}

function read(values: unknown, path: string): unknown {
  return valueWithin(values, path.split('.'));
}

/** Puts a value at a dotted path, with the objects on the way to it. */
export function assignAt(target: Record<string, unknown>, path: string, value: unknown): void {
  const parts = path.split('.');
  let current = target;
  for (const part of parts.slice(0, -1)) {
    current[part] ??= {};
    current = current[part] as Record<string, unknown>;
  }
  current[parts.at(-1)!] = value;
}

/**
 * The layer of the environment: each key's variable, read as JSON where that gives a number, a boolean, a
 * list or an object, as text otherwise; the values of a list may also stand there with commas between them. An empty variable counts as absent.
 */
export function environmentLayer(environment: Readonly<Record<string, string | undefined>>): ConfigLayer {
  const values: Record<string, unknown> = {};
  for (const key of configKeys) {
    const text = environment[key.variable];
    if (text === undefined || text.trim() === '') continue;
    assignAt(values, key.path, valueFromText(key, text));
  }
  return { source: 'environment', origin: 'the environment', values };
}

/** A value as people write it in a line: JSON where that gives something else than text, and the values of a list with commas between them. */
export function valueFromText({ list }: Pick<ConfigKey, 'list'>, text: string): unknown {
  const value = fromText(text);
  return list && typeof value === 'string' ? separated(value) : value;
}

function separated(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

function fromText(text: string): unknown {
  if (!/^(?:-?\d|true$|false$|[[{])/.test(text.trim())) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // Not JSON after all, such as `1st`: the schema says whether text will do.
  }
}
