import { expect, it } from 'vitest';
import { isRemote, parseRemoteUrl } from './remote-url.ts';

it.each([
  ['https://Example.org/team/project/', 'https://example.org/team/project', 'https', 'example.org'],
  ['https://example.org:443/team/project', 'https://example.org/team/project', 'https', 'example.org'],
  ['https://example.org:8443/a.git', 'https://example.org:8443/a.git', 'https', 'example.org:8443'],
  ['ssh://git@example.org:2222/a/b', 'ssh://git@example.org:2222/a/b', 'ssh', 'example.org:2222'],
  ['git@Example.org:team/project.git', 'git@example.org:team/project.git', 'ssh', 'example.org'],
  ['/srv/git/project.git/', 'file:///srv/git/project.git', 'file', ''],
  ['file:///srv/git/project.git', 'file:///srv/git/project.git', 'file', ''],
  ['http://127.0.0.1:8080/p', 'http://127.0.0.1:8080/p', 'http', '127.0.0.1:8080'],
])('knows %s as %s', (text, url, scheme, host) => {
  expect(parseRemoteUrl(text)).toEqual({ url, scheme, host });
  expect(parseRemoteUrl(url).url).toBe(url);
  expect(isRemote(url)).toBe(true);
});

it.each([
  '',
  'project',
  './project',
  '-oProxyCommand=x:y',
  '--upload-pack=touch /tmp/x',
  'ssh://-oProxyCommand=touch/x',
  'git@example.org:-x',
  'git@-x:a',
  'ext::sh -c touch% /tmp/x',
  'ftp://example.org/a',
  'http://example.org/a',
  'http://127.0.0.1.example.org/a',
  'https://example.org',
  'https://example.org/a?token=x',
  'https://example.org/a#x',
  'https://example.org/a\n',
  'file://elsewhere/a',
  `https://example.org/${'a'.repeat(3_000)}`,
])('refuses %j', (text) => {
  expect(() => parseRemoteUrl(text)).toThrow(expect.objectContaining({ name: 'Failure', reason: 'usage' }));
});

it.each(['https://secret-token@example.org/a', 'https://user:secret-token@example.org/a', 'ssh://git:secret-token@example.org/a'])(
  'refuses an address that holds a secret, and does not repeat it',
  (text) => {
    expect(() => parseRemoteUrl(text)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret-token') }));
    expect(() => parseRemoteUrl(text)).toThrow(/account/);
  },
);
