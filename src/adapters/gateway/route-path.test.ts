import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWithin, readRoutePath } from './route-path.ts';

const token = 'the-token';

describe('the path of a request to the gateway', () => {
  test.each([
    ['/the-token/anthropic/v1/messages', 'anthropic', '/v1/messages'],
    ['/the-token/anthropic/v1/messages?beta=true&x', 'anthropic', '/v1/messages?beta=true&x'],
    [
      '/the-token/google/v1beta/models/a-1.5:streamGenerateContent?alt=sse&key=mine',
      'google',
      '/v1beta/models/a-1.5:streamGenerateContent?alt=sse',
    ],
    ['/the-token/a', 'a', '/'],
    ['/the-token/a/', 'a', '/'],
    ['/the-token/a?api_key=mine', 'a', '/'],
    ['/the-token/a/b/?%6Bey=mine&monkey=1', 'a', '/b/?monkey=1'],
    ['/the-token/a/x%20y', 'a', '/x%20y'],
  ])('%s', (target, route, path) => {
    expect(readRoutePath(target, token)).toEqual({ kind: 'route', route, path });
  });

  test('a path that was taken is served by the provider as we read it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w/.%\\?&=:-]{0,40}$/), (rest) => {
        const read = readRoutePath(`/the-token/a/${rest}`, token);
        const path = read.kind === 'route' ? read.path : '/';
        // Resolving it as a URL, as providers do, changes nothing.
        expect(new URL(path, 'https://provider.test').pathname).toBe(path.replace(/\?.*$/, ''));
      }),
      { numRuns: 1_000 },
    );
  });

  test('prefixes are whole segments', () => {
    expect(
      ['/v1/messages', '/v1/messages/count', '/v1/messages?x', '/v1/messagesx', '/v1', '/'].map((path) =>
        isWithin(path, ['/v1/messages/']),
      ),
    ).toEqual([true, true, true, false, false, false]);
  });
});
