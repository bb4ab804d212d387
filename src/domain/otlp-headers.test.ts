import { expect, test } from 'vitest';
import { parseOtlpHeaders, secretsInOtlpHeaders } from './otlp-headers.ts';

test.each([
  ['', {}],
  ['authorization=Bearer%20abc', { authorization: 'Bearer abc' }],
  [' x-team = one , x-key=a=b', { 'x-team': 'one', 'x-key': 'a=b' }],
  ['x-share=100%,nothing', { 'x-share': '100%' }],
])('%o holds the headers %o', (text, headers) => {
  expect(parseOtlpHeaders(text)).toEqual(headers);
});

test('values are secrets, and so is what follows the name of a scheme', () => {
  expect(secretsInOtlpHeaders('authorization=Bearer%200123456789,x-team=one')).toEqual(['Bearer 0123456789', '0123456789']);
});
