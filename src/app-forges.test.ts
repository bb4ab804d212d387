import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openGithubStand } from '../test/support/github-stand/github-stand.ts';
import { temporaryFolder } from '../test/support/temporary.ts';
import { systemClock } from './adapters/clock.ts';
import { wireForges } from './app-forges.ts';
import { configSchema } from './domain/config.ts';
import { parseRemoteUrl } from './domain/remote-url.ts';

function wired(forge: object, environment: Readonly<Record<string, string>> = {}) {
  return wireForges({
    config: configSchema.parse({ forge }).forge,
    environment,
    clock: systemClock,
    version: '1.2.3',
    processes: async () => await Promise.reject(new Error('no program is needed')),
    notice: () => undefined,
  });
}

test('GitHub is there where a token or an App is, and folders under their names', () => {
  expect(wired({}).names).toEqual([]);
  expect(wired({}, { GITHUB_TOKEN: '' }).names).toEqual([]);
  expect(wired({}, { GITHUB_TOKEN: 'ghp_x' }).names).toEqual(['github']);
  expect(wired({ github: { tokenVariable: 'OURS' }, local: { here: '/srv/forge' } }, { OURS: 'ghp_x' }).names).toEqual(['github', 'here']);
  expect(wired({ github: { appId: 7, privateKeyFile: '/key.pem' } }).names).toEqual(['github']);
});

test('a forge that is not configured says what to set', async () => {
  await expect(wired({}).open('github')).rejects.toThrow(/GITHUB_TOKEN/);
  await expect(wired({}).open('elsewhere')).rejects.toThrow(/No forge is called "elsewhere"/);
  await expect(wired({}).open('constructor')).rejects.toThrow(/No forge is called/);
  await expect(wired({ github: { appId: 7 } }).open('github')).rejects.toThrow(/privateKeyFile/);
});

test('the key of an App is read only where nobody else may, and only when it is one', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'key.pem');
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const forges = wired({ github: { appId: 7, privateKeyFile: path } });
  await expect(forges.open('github')).rejects.toThrow(/cannot be read/);
  writeFileSync(path, 'no key', { mode: 0o600 });
  await expect(forges.open('github')).rejects.toThrow(/cannot be read/);
  writeFileSync(path, privateKey);
  chmodSync(path, 0o604);
  await expect(forges.open('github')).rejects.toThrow(/chmod 600/);
  chmodSync(path, 0o600);
  expect((await forges.open('github')).name).toBe('github');
});

test('a place of code that cannot be one is told by the name of its setting', async () => {
  const forges = wired({ github: { git: 'https://git.example.org/<repository>?at=main' } }, { GITHUB_TOKEN: 'a token' });
  await expect(forges.open('github')).rejects.toMatchObject({
    reason: 'configuration',
    text: { what: expect.stringContaining('`forge.github.git`') },
  });
});

test('webhooks are read where there is a secret for them', async () => {
  expect(await wired({}).readers()).toEqual([]);
  expect((await wired({}, { MIYABI_WEBHOOK_SECRET: 'of both' }).readers()).map(({ forge }) => forge)).toEqual(['github']);
});

test('a token goes with git to where the code of GitHub lies and nowhere else', async () => {
  const at = async (url: string, forge = {}) => await wired(forge, { GITHUB_TOKEN: 'ghp_x' }).gitCredential(parseRemoteUrl(url));
  const token = { kind: 'token', username: 'x-access-token', token: 'ghp_x' };
  expect(await at('https://github.com/acme/widgets.git')).toEqual(token);
  expect(await at('https://github.com/acme/widgets')).toEqual(token);
  expect(await at('https://git.example.org/acme/widgets.git', { github: { git: 'https://git.example.org/<repository>.git' } })).toEqual(
    token,
  );
  for (const other of [
    'https://github.com.example.org/acme/widgets.git',
    'https://github.com/acme/widgets/more.git',
    'https://github.com:8443/acme/widgets.git',
    'ssh://git@github.com/acme/widgets.git',
    'git@github.com:acme/widgets.git',
    '/srv/acme/widgets.git',
  ])
    expect(await at(other), other).toBeUndefined();
  const limited = { github: { repositories: ['Acme/Widgets'] } };
  expect(await at('https://github.com/acme/widgets.git', limited)).toEqual(token);
  expect(await at('https://github.com/acme/other.git', limited)).toBeUndefined();
  expect(await wired({}).gitCredential(parseRemoteUrl('https://github.com/acme/widgets.git'))).toBeUndefined();
});

test('what is opened speaks with the API that is configured', async () => {
  await using stand = await openGithubStand();
  const forges = wired({ github: { api: stand.url, git: 'https://github.example.org/<repository>.git' } }, { GITHUB_TOKEN: stand.token });
  expect(await (await forges.open('github')).repository(stand.repository)).toMatchObject({
    gitUrl: 'https://github.example.org/acme/widgets.git',
  });
  expect(stand.requests.at(-1)?.userAgent).toMatch(/^miyabi\/1\.2\.3 /);
  stand.assertAsDescribed();
}, 20_000);
