import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configSchema } from '../../domain/config.ts';
import { Failure } from '../../domain/failure.ts';
import { knownProviders } from '../../domain/providers.ts';
import type { Provider } from '../../domain/providers.ts';
import { betaOfKey, findKey, keyDigest, keyHeaders, readKey } from './keys.ts';

function providerOf(settings: Readonly<Record<string, unknown>>, name = 'own'): Provider {
  const { models } = configSchema.parse({
    models: { providers: { [name]: { protocol: 'openai', url: 'https://models.example.com/v1', ...settings } } },
  });
  const provider = knownProviders(models).get(name);
  if (provider === undefined) throw new Error('not configured');
  return provider;
}

function builtIn(name: string): Provider {
  const provider = knownProviders(configSchema.parse({}).models).get(name);
  if (provider === undefined) throw new Error('not built in');
  return provider;
}

function failureOf(provider: Provider, environment: Readonly<Record<string, string>> = {}): string {
  try {
    readKey(provider, environment);
  } catch (error) {
    if (error instanceof Failure && error.reason === 'configuration') return error.message;
    throw error;
  }
  throw new Error('it was read');
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'keys '));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a key is read from its variable at each use', () => {
  const environment: Record<string, string> = { ANTHROPIC_API_KEY: 'one' };
  expect(readKey(builtIn('anthropic'), environment)).toBe('one');
  environment['ANTHROPIC_API_KEY'] = ' two\n';
  expect(readKey(builtIn('anthropic'), environment)).toBe('two');
});

test('of several variables the first that is set counts', () => {
  expect(readKey(builtIn('google'), { GOOGLE_API_KEY: 'last', GEMINI_API_KEY: ' ' })).toBe('last');
  expect(readKey(builtIn('google'), { GOOGLE_API_KEY: 'last', GEMINI_API_KEY: 'first' })).toBe('first');
});

test('where there is no key it is said where it was looked for', () => {
  expect(failureOf(builtIn('openai'))).toBe(
    'There is no key for the model provider openai. OPENAI_API_KEY is not set. Set OPENAI_API_KEY to your key.',
  );
  expect(failureOf(builtIn('google'))).toContain('None of GEMINI_API_KEY, GOOGLE_GENERATIVE_AI_API_KEY, GOOGLE_API_KEY is set.');
  expect(failureOf(providerOf({}))).toContain('Name the variable or the file that holds it');
  expect(failureOf(providerOf({ keyVariable: 'OWN_KEY', private: true }))).toContain('OWN_KEY is not set.');
});

test("a server of one's own without a configured key needs none", () => {
  expect(readKey(providerOf({ private: true }), { OPENAI_API_KEY: 'another' })).toBeUndefined();
});

test.each(['two words', 'a\nb', 'ключ', 'a\u0000b', '\u007f'])('%j cannot be sent, and is not repeated', (key) => {
  const message = failureOf(builtIn('openai'), { OPENAI_API_KEY: key });
  expect(message).toContain('What the variable OPENAI_API_KEY holds is no key');
  expect(message).not.toContain(key);
});

test('a key file is read at each use, without the line break at its end', async () => {
  await inFolder(async (folder) => {
    const keyFile = join(folder, 'key');
    await writeFile(keyFile, 'from-file\r\n', { mode: 0o600 });
    expect(readKey(providerOf({ keyFile }), {})).toBe('from-file');
    await writeFile(keyFile, 'changed');
    expect(readKey(providerOf({ keyFile }), {})).toBe('changed');
    expect(readKey(providerOf({ keyFile, keyVariable: 'OWN_KEY' }), { OWN_KEY: 'from-variable' })).toBe('from-variable');
    expect(readKey(providerOf({ keyFile: '~/key' }), { HOME: folder })).toBe('changed');
    await symlink(keyFile, join(folder, 'link'));
    expect(readKey(providerOf({ keyFile: join(folder, 'link') }), {})).toBe('changed');
  });
});

test.each([0o640, 0o604, 0o620, 0o601])('a key file of mode %o is refused: others than its owner can use it', async (mode) => {
  await inFolder(async (folder) => {
    const keyFile = join(folder, 'key');
    await writeFile(keyFile, 'secret-of-all', { mode: 0o600 });
    await chmod(keyFile, mode);
    const message = failureOf(providerOf({ keyFile }));
    expect(message).toContain(`(mode ${mode.toString(8)}). Run \`chmod 600 ${keyFile}\``);
    expect(message).not.toContain('secret-of-all');
  });
});

test('a key file that is none is refused, and nobody waits for it', async () => {
  await inFolder(async (folder) => {
    const refusal = (name: string): string => failureOf(providerOf({ keyFile: join(folder, name) }));
    await mkdir(join(folder, 'folder'), { mode: 0o700 });
    execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')]);
    await writeFile(join(folder, 'empty'), '\n', { mode: 0o600 });
    await writeFile(join(folder, 'large'), 'k'.repeat(16 * 1024 + 1), { mode: 0o600 });
    await writeFile(join(folder, 'lines'), 'one\ntwo\n', { mode: 0o600 });
    expect(refusal('folder')).toContain('It is no plain file.');
    expect(refusal('pipe')).toContain('It is no plain file.');
    expect(refusal('empty')).toContain('It is empty.');
    expect(refusal('large')).toContain('It is larger than any key (16385 bytes).');
    expect(refusal('lines')).toContain('is no key of the model provider own');
    expect(refusal('missing')).toContain('There is no such file.');
    expect(failureOf(providerOf({ keyFile: 'key' }))).toContain('Write the whole path');
  });
});

test('what is missing is told from what is there and cannot be used', () => {
  expect(findKey(builtIn('openai'), {})).toMatchObject({ kind: 'faulty', isThere: false });
  expect(findKey(builtIn('openai'), { OPENAI_API_KEY: 'a b' })).toMatchObject({ kind: 'faulty', isThere: true });
});

test('each protocol takes its key in a header of its own', () => {
  expect(keyHeaders('anthropic', 'sk-ant-api03-x')).toEqual({ 'x-api-key': 'sk-ant-api03-x' });
  expect(keyHeaders('openai', 'k')).toEqual({ authorization: 'Bearer k' });
  expect(keyHeaders('openai-chat', 'k')).toEqual({ authorization: 'Bearer k' });
  expect(keyHeaders('google', 'k')).toEqual({ 'x-goog-api-key': 'k' });
});

test("a token of a person's account with Anthropic goes as such", () => {
  expect(keyHeaders('anthropic', 'sk-ant-oat01-x')).toEqual({ authorization: 'Bearer sk-ant-oat01-x' });
  expect(betaOfKey('anthropic', 'sk-ant-oat01-x')).toBe('oauth-2025-04-20');
  expect(betaOfKey('anthropic', 'sk-ant-api03-x')).toBeUndefined();
  expect(betaOfKey('openai', 'sk-ant-oat01-x')).toBeUndefined();
});

test('the digest of a key is short, the same each time, and tells keys apart', () => {
  expect(keyDigest('one')).toBe('7692c3ad3540');
  expect(keyDigest('two')).not.toBe(keyDigest('one'));
});

test('a key among the programs of the machine is refused, also where only a link leads there: worlds can read it', async () => {
  await inFolder(async (folder) => {
    await symlink('/usr/bin/env', join(folder, 'key'));
    for (const keyFile of ['/usr/bin/env', join(folder, 'key')]) {
      expect(failureOf(providerOf({ keyFile }))).toContain('It lies among the programs of this machine, which worlds can read.');
    }
  });
});
