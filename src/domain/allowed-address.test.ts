import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, isIpHost, isLoopbackHost, parseAllowedAddress } from './allowed-address.ts';
import { Failure } from './failure.ts';

describe('an address that a world may reach', () => {
  test.each([
    ['registry.npmjs.org:443', 'registry.npmjs.org', 443],
    ['registry.npmjs.org', 'registry.npmjs.org', 443],
    ['Registry.NPMJS.org.:80', 'registry.npmjs.org', 80],
    ['bücher.example:443', 'xn--bcher-kva.example', 443],
    ['ｅxample.com:443', 'example.com', 443],
    ['my_service:8080', 'my_service', 8080],
    ['localhost:4873', 'localhost', 4873],
    ['10.0.0.5:8000', '10.0.0.5', 8000],
    ['[::1]:8000', '[::1]', 8000],
    ['[FD00:0:0::5]', '[fd00::5]', 443],
  ])('%s', (text, host, port) => {
    expect(parseAllowedAddress(text)).toEqual({ host, port });
  });

  test.each([
    ['nothing', ''],
    ['a scheme', 'https://example.com'],
    ['a path', 'example.com/path'],
    ['a user', 'user@example.com:443'],
    ['a wildcard', '*.example.com:443'],
    ['a bare star', '*'],
    ['no host', ':443'],
    ['port 0', 'example.com:0'],
    ['a port too large', 'example.com:65536'],
    ['a port with a sign', 'example.com:+443'],
    ['two ports', 'example.com:443:443'],
    ['a space', 'example.com :443'],
    ['NUL', 'example.com\0.evil.test:443'],
    ['a line break at the end', 'example.com:443\n'],
    ['percent encoding', 'ex%61mple.com:443'],
    ['a backslash', 'example.com\\evil:443'],
    ['a query', 'example.com?x:443'],
    ['an empty label', 'example..com:443'],
    ['a label that begins with a dash', '-example.com:443'],
    ['a label too long', `${'a'.repeat(64)}.com:443`],
    ['a name too long', `${'a.'.repeat(130)}com:443`],
    ['a decimal IP address', '2130706433:443'],
    ['a hexadecimal IP address', '0x7f.1:443'],
    ['an octal IP address', '0177.0.0.1:443'],
    ['a short IP address', '127.1:443'],
    ['full-width digits', '①②⑦.0.0.1:443'],
    ['an IP address with a trailing dot', '127.0.0.1.:443'],
    ['an IPv6 address without brackets', '::1'],
    ['an IPv6 address with a zone', '[fe80::1%eth0]:443'],
  ])('is not %s', (_what, text) => {
    expect(() => parseAllowedAddress(text)).toThrow(Failure);
  });

  test('what is read and written again is the same', () => {
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        const address = parseAllowedAddress(`${host}:${port}`);
        expect(parseAllowedAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  test('whatever is typed is an address or a refusal that says how to write it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(hostOrRefusal(text)).toMatch(/^[\d.:_a-z[\]-]+$|Write each in `sandbox\.allow` as `registry\.npmjs\.org:443`\.$/);
      }),
    );
  });

  test('names of this machine and IP addresses are told from other names', () => {
    expect(['localhost', '127.0.0.1', '[::1]', 'localhost.example'].map(isLoopbackHost)).toEqual([true, true, true, false]);
    expect(['10.0.0.1', '[fd00::5]', '10.0.0.1.nip.io'].map(isIpHost)).toEqual([true, true, false]);
  });
});

function hostOrRefusal(text: string): string {
  try {
    return parseAllowedAddress(text).host;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.message;
    throw thrown;
  }
}
