import { makersKeyVariables } from './providers.ts';

/** Where a secret lies that a setting names: never the secret. */
export interface NamedSecret {
  readonly kind: 'variable' | 'file';
  /** Of the environment variable, or the path of the file. */
  readonly name: string;
}

const keyFiles: ReadonlySet<string> = new Set(['keyFile', 'privateKeyFile', 'identityFile']);
const variableLists: ReadonlySet<string> = new Set(['releaseSecrets', 'deploySecrets']);

/**
 * Every place of a secret that a setting names, each once, in their order. Settings call them alike: `...Variable`, files of keys, and
 * lists of variables that a release or its deployment is given.
 *
 * @param path such as `forge.github.tokenVariable`.
 * @param value as it is configured: JSON.
 */
export function namedSecrets(path: string, value: unknown): readonly NamedSecret[] {
  const own = path === 'models.providers' ? makersKeyVariables.map(variable) : [];
  const found = [...own, ...within(path.slice(path.lastIndexOf('.') + 1), value)];
  return [...new Map(found.map((secret) => [`${secret.kind} ${secret.name}`, secret])).values()];
}

function within(name: string, value: unknown): readonly NamedSecret[] {
  if (typeof value === 'string') return named(name, value);
  if (Array.isArray(value)) return value.flatMap((each) => (variableLists.has(name) ? [variable(String(each))] : within(name, each)));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => within(key, each));
}

function named(name: string, value: string): readonly NamedSecret[] {
  if (name.endsWith('Variable')) return [variable(value)];
  return keyFiles.has(name) ? [{ kind: 'file', name: value }] : [];
}

function variable(name: string): NamedSecret {
  return { kind: 'variable', name };
}
