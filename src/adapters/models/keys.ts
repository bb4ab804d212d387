import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { FailureText } from '../../domain/failure.ts';
import type { ProviderProtocol } from '../../domain/model.ts';
import type { Provider } from '../../domain/providers.ts';

/** The variables of whoever started us. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A key is a line; what is larger is something else. */
const mostKeyBytes = 16 * 1024;

/** `none-needed`: a server of the user's own for which no key is configured. `faulty`: there is none, or one that cannot be used. */
export type FoundKey =
  | { readonly kind: 'present'; readonly key: string }
  | { readonly kind: 'none-needed' }
  | { readonly kind: 'faulty'; readonly isThere: boolean; readonly failure: Failure };

/** The key as it is now: it is looked for each time, so that one that was changed is used at once, and nothing keeps it. */
export function findKey(provider: Provider, environment: Environment): FoundKey {
  if (provider.isPrivate && provider.keyVariables.length === 0 && provider.keyFile === undefined) return { kind: 'none-needed' };
  const variable = provider.keyVariables.find((name) => environment[name]?.trim());
  if (variable !== undefined) return checked(provider, environment[variable]?.trim() ?? '', `the variable ${variable}`);
  if (provider.keyFile === undefined) return { kind: 'faulty', isThere: false, failure: noKey(provider) };
  const path = absolute(provider.keyFile, environment);
  if (path !== undefined) return fromFile(provider, path);
  return unreadable(provider, provider.keyFile, {
    why: 'It is not clear in which folder that is.',
    fix: 'Write the whole path, beginning with `/` or `~/`.',
  });
}

/**
 * @returns undefined where none is needed.
 * @throws Failure (configuration) when there is none, or one that cannot be used. Nothing of the key is in it.
 */
export function readKey(provider: Provider, environment: Environment): string | undefined {
  const found = findKey(provider, environment);
  if (found.kind === 'faulty') throw found.failure;
  return found.kind === 'present' ? found.key : undefined;
}

function checked(provider: Provider, key: string, source: string): FoundKey {
  if (/^[\u0021-\u007e]+$/.test(key)) return { kind: 'present', key };
  const failure = new Failure(
    'configuration',
    {
      what: `What ${source} holds is no key of the model provider ${provider.name}.`,
      why: 'There are spaces, line breaks or other characters in it that no key has and that cannot be sent.',
      fix: 'Put the key there and nothing else.',
    },
    { facts: { provider: provider.name } },
  );
  return { kind: 'faulty', isThere: true, failure };
}

/** Two keys are counted apart, and nobody can tell the key from this. */
export function keyDigest(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12);
}

/** The header in which a provider takes its key. Tokens of a person's account with Anthropic (`sk-ant-oat...`) are no keys, and go by another way. */
export function keyHeaders(protocol: ProviderProtocol, key: string): Readonly<Record<string, string>> {
  switch (protocol) {
    case 'anthropic':
      return isAccountToken(protocol, key) ? { authorization: `Bearer ${key}` } : { 'x-api-key': key };
    case 'openai':
    case 'openai-chat':
      return { authorization: `Bearer ${key}` };
    case 'google':
      return { 'x-goog-api-key': key };
  }
}

/** @returns what Anthropic wants to be told beside such a token, in the header `anthropic-beta`. */
export function betaOfKey(protocol: ProviderProtocol, key: string): string | undefined {
  return isAccountToken(protocol, key) ? 'oauth-2025-04-20' : undefined;
}

function isAccountToken(protocol: ProviderProtocol, key: string): boolean {
  return protocol === 'anthropic' && key.startsWith('sk-ant-oat');
}

function absolute(path: string, environment: Environment): string | undefined {
  const home = environment['HOME'];
  if (path.startsWith('~/') && home !== undefined && isAbsolute(home)) return join(home, path.slice(2));
  return isAbsolute(path) ? path : undefined;
}

/** Looks at the very file that is read, and waits for nobody: a pipe would keep us until somebody writes into it. */
function fromFile(provider: Provider, path: string): FoundKey {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const why = code === 'ENOENT' ? 'There is no such file.' : `It cannot be opened (${code}).`;
    return unreadable(provider, path, { why, fix: 'Put the key into it, readable for you alone.' }, error);
  }
  try {
    const fault = faultOf(fstatSync(file), path);
    if (fault !== undefined) return unreadable(provider, path, fault);
    const key = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
    return key === '' ? unreadable(provider, path, { why: 'It is empty.', fix: 'Put the key into it.' }) : checked(provider, key, path);
  } finally {
    closeSync(file);
  }
}

/** Worlds see all of these: there are the programs that they run. */
const shown = /^\/(?:usr|opt|bin|sbin|lib\w*|nix\/store|gnu\/store|run\/current-system)\//;

type Fault = Pick<FailureText, 'why' | 'fix'>;

/** What is wrong with a file that is to hold a key. */
function faultOf(stats: Stats, path: string): Fault | undefined {
  const fix = 'Name a file that holds the key and nothing else.';
  if (shown.test(realpathSync(path)))
    return { why: 'It lies among the programs of this machine, which worlds can read.', fix: 'Put it below your home.' };
  if (!stats.isFile()) return { why: 'It is no plain file.', fix };
  if (stats.size > mostKeyBytes) return { why: `It is larger than any key (${stats.size} bytes).`, fix };
  if ((stats.mode & 0o077) === 0) return undefined;
  return { why: `Others than its owner can use it (mode ${(stats.mode & 0o777).toString(8)}).`, fix: `Run \`chmod 600 ${path}\`.` };
}

function unreadable(provider: Provider, path: string, fault: Fault, cause?: unknown): FoundKey {
  const failure = new Failure(
    'configuration',
    { what: `The key of the model provider ${provider.name} cannot be read from ${path}.`, ...fault },
    { facts: { provider: provider.name, path }, cause },
  );
  return { kind: 'faulty', isThere: true, failure };
}

function noKey({ name, keyVariables }: Provider): Failure {
  const [first] = keyVariables;
  const why =
    first === undefined
      ? 'It is not configured where its key is.'
      : keyVariables.length === 1
        ? `${first} is not set.`
        : `None of ${keyVariables.join(', ')} is set.`;
  return new Failure(
    'configuration',
    {
      what: `There is no key for the model provider ${name}.`,
      why,
      fix:
        first === undefined
          ? `Name the variable or the file that holds it as \`keyVariable\` or \`keyFile\` of \`models.providers.${name}\`.`
          : `Set ${first} to your key.`,
    },
    { facts: { provider: name } },
  );
}
