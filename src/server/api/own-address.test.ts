import { describe, expect, it } from 'vitest';
import type { Asked, OwnAddress } from './own-address.ts';
import { isLoopback, refuseForeign } from './own-address.ts';
import { Refusal } from './refusal.ts';

const here: OwnAddress = { host: '127.0.0.1', names: [] };
const proxied: OwnAddress = { host: '127.0.0.1', names: ['miyabi.example.org', 'other.example.org:8443'] };
const everywhere: OwnAddress = { host: '0.0.0.0', names: [] };

function statusOf(own: OwnAddress, asked: Partial<Asked>): number {
  try {
    refuseForeign(own, { host: undefined, origin: undefined, fetchSite: undefined, ...asked });
    return 200;
  } catch (error) {
    return error instanceof Refusal ? error.problem.status : 500;
  }
}

describe('a host', () => {
  it.each([
    [here, '127.0.0.1:9464', 200],
    [here, 'localhost', 200],
    [here, 'LOCALHOST:1', 200],
    [here, '[::1]:9464', 200],
    [here, 'evil.example', 421],
    [here, 'localhost.evil.example:9464', 421],
    [here, '127.0.0.1.evil.example', 421],
    [here, '192.168.1.5', 421],
    [here, 'user@localhost', 421],
    [here, 'localhost/..', 421],
    [here, '', 421],
    [here, 'miyabi.example.org', 421],
    [proxied, 'miyabi.example.org', 200],
    [proxied, 'miyabi.example.org:443', 200],
    [proxied, 'other.example.org:8443', 200],
    [proxied, 'other.example.org', 421],
    [everywhere, '192.168.1.5:80', 200],
    [everywhere, '[2001:db8::1]', 200],
    [everywhere, 'evil.example', 421],
    [{ host: 'build.lan', names: [] }, 'build.lan:80', 200],
    [{ host: 'build.lan', names: [] }, 'localhost', 421],
  ] as const)('where we listen at %o: %s is answered with %i', (own, host, status) => {
    expect(statusOf(own, { host })).toBe(status);
  });
});

describe('an origin', () => {
  it.each([
    [here, 'localhost:80', 'http://localhost', 200],
    [here, 'localhost:9464', 'http://localhost:9464', 200],
    [here, 'localhost:9464', 'http://localhost:3000', 403],
    [here, 'localhost:9464', 'http://127.0.0.1:9464', 403],
    [here, 'localhost:9464', 'null', 403],
    [here, 'localhost:9464', '', 403],
    [here, 'localhost:9464', 'file://', 403],
    [here, 'localhost:9464', 'chrome-extension://localhost:9464', 403],
    [here, 'localhost:9464', 'https://evil.example', 403],
    [proxied, 'miyabi.example.org', 'https://miyabi.example.org', 200],
    [proxied, '127.0.0.1:9464', 'https://miyabi.example.org', 200],
    [proxied, '127.0.0.1:9464', 'https://miyabi.example.org:444', 403],
  ] as const)('where we listen at %o: with the host %s, %s is answered with %i', (own, host, origin, status) => {
    expect(statusOf(own, { host, origin })).toBe(status);
  });
});

it('is not asked from another site', () => {
  const from = (fetchSite: string): number => statusOf(here, { host: 'localhost', fetchSite });
  expect(['none', 'same-origin', 'same-site', 'cross-site', 'else'].map(from)).toEqual([200, 200, 403, 403, 403]);
});

it('knows which addresses nobody else can reach', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].filter((host) => !isLoopback(host))).toEqual([]);
  expect(['0.0.0.0', '::', '127.0.0.1.evil.example', '192.168.1.1'].filter(isLoopback)).toEqual([]);
});
