import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAllowedAddress } from '../../../domain/allowed-address.ts';
import { readAbsoluteTarget, readRequestedHost } from './requested-host.ts';

describe('the host that a program asks for', () => {
  test('is read in one way or not at all: only plain ASCII comes out', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webAuthority(), fc.ipV6(), fc.string()), (text) => {
        const read = readRequestedHost(text, 443);
        expect(read.kind === 'unreadable' ? 'x:1' : formatAddress(read.address)).toMatch(/^(?:\[[\d.:a-f]+\]|[\d._a-z-]*):[1-9]\d{0,4}$/);
      }),
    );
  });

  test('is the one on the list when it is written as it is there, in any case', () => {
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), fc.boolean(), (host, port, upper) => {
        const address = parseAllowedAddress(`${host}:${port}`);
        const text = formatAddress(address);
        expect(readRequestedHost(upper ? text.toUpperCase() : text)).toEqual({ kind: 'address', address });
      }),
    );
  });

  test('a target that is named whole gives its host, its port and its path', () => {
    const path = (target: string): string => {
      const read = readAbsoluteTarget(target);
      return read.host.kind === 'unreadable' ? read.host.why : `${formatAddress(read.host.address)} ${read.path}`;
    };
    expect(path('http://a.test')).toBe('a.test:80 /');
    expect(path('HTTP://A.test:81/b?c=http://d')).toBe('a.test:81 /b?c=http://d');
    expect(path('http://a.test?q')).toBe('a.test:80 /?q');
    expect(path('http:///b')).toMatch(/not one host/);
    expect(path('http://a.test#b')).toMatch(/http:\/\//);
    expect(path('https://a.test/')).toMatch(/CONNECT/);
  });
});
