import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { configSchema } from '../../../domain/config.ts';
import { parseRemoteUrl } from '../../../domain/remote-url.ts';
import { remoteSettings } from './credentials.ts';
import { wayOut } from './way-out.ts';

const config = configSchema.parse({
  remotes: {
    hosts: { 'github.com': { tokenVariable: 'TOKEN' }, 'git.example.org:8443': { tokenVariable: 'TOKEN', username: 'bot' } },
    mostGigabytes: 2,
  },
}).remotes;

it('a token goes to the host that it is configured for and to no other', () => {
  const settings = remoteSettings(config, { TOKEN: 'secret' });
  const at = (url: string) => settings.credential?.(parseRemoteUrl(url));
  expect(at('https://github.com/a/b')).toEqual({ kind: 'token', username: 'x-access-token', token: 'secret' });
  expect(at('https://git.example.org:8443/a')).toEqual({ kind: 'token', username: 'bot', token: 'secret' });
  for (const other of [
    'https://git.example.org/a',
    'https://github.com.example.org/a',
    'ssh://git@github.com/a/b',
    'git@github.com:a/b',
    '/srv/a.git',
    'https://constructor/a',
  ])
    expect(at(other), other).toBeUndefined();
  expect(settings.mostBytes).toBe(2_000_000_000);
});

it('a token that is configured and not there is a failure that names the variable', () => {
  expect(() => remoteSettings(config, {}).credential?.(parseRemoteUrl('https://github.com/a/b'))).toThrow(/TOKEN is not set/);
});

it('ssh is given the key and the servers that are configured, and nothing of the user but where their own file of servers lies', async () => {
  await using folder = await temporaryFolder();
  const [identityFile, knownHostsFile] = [join(folder.path, "it's a key"), join(folder.path, 'known_hosts')];
  const { remotes } = configSchema.parse({ remotes: { hosts: { 'git.example.org': { identityFile, knownHostsFile } } } });
  const settings = remoteSettings(remotes, { HOME: '/home/ada', SSH_AUTH_SOCK: '/run/agent' });
  const remote = parseRemoteUrl('git@git.example.org:a/b');
  expect(() => settings.credential?.(remote)).toThrow(/cannot be read/);
  for (const path of [identityFile, knownHostsFile]) writeFileSync(path, '');
  const { env, config: opened } = await wayOut(remote, settings, 'from');
  expect(env['GIT_SSH_COMMAND']).toContain(`'-i' '${folder.path}/it'\\''s a key'`);
  expect(env['GIT_SSH_COMMAND']).toContain(`UserKnownHostsFile=${knownHostsFile}`);
  expect(env['GIT_SSH_COMMAND']).toContain('StrictHostKeyChecking=yes');
  expect(env).toMatchObject({ GIT_ALLOW_PROTOCOL: 'ssh', HOME: '/home/ada' });
  expect(env).not.toHaveProperty('SSH_AUTH_SOCK');
  expect(opened).toEqual([['protocol.ssh.allow', 'always']]);
  const withAgent = await wayOut(parseRemoteUrl('git@other.example.org:a/b'), settings, 'from');
  expect(withAgent.env).toMatchObject({ SSH_AUTH_SOCK: '/run/agent' });
});
