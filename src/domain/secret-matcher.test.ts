import fc from 'fast-check';
import { expect, test } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import { secretMatcher } from './secret-matcher.ts';

const secret = 'correct-horse/battery+42';
const match = secretMatcher([secret, 'short']);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

test.each([
  ['as it is', secret],
  ['in base64', base64(secret)],
  ['in base64 behind one byte', base64(`:${secret}:`)],
  ['in base64 behind two bytes', base64(`u:${secret} and more`)],
  ['in base64 for addresses', Buffer.from(`é${secret}`).toString('base64url')],
  ['in hexadecimal', Buffer.from(secret).toString('hex').toUpperCase()],
  ['in an address', encodeURIComponent(secret)],
  [
    'with every character in percents',
    Array.from(secret)
      .map((one) => `%${one.codePointAt(0)!.toString(16)}`)
      .join(''),
  ],
  [
    'with escapes of Unicode',
    Array.from(secret)
      .map((one) => `\\u00${one.codePointAt(0)!.toString(16)}`)
      .join(''),
  ],
  ['with one escape', secret.replace('h', String.raw`\x68`)],
  ['for HTML', secret.replaceAll('t', '&#116;')],
  ['backwards', Array.from(secret).toReversed().join('')],
  ['in two literals', `'${secret.slice(0, 9)}' + '${secret.slice(9)}'`],
  ['in three literals over lines', `"${secret.slice(0, 5)}" +\n  "${secret.slice(5, 12)}" +\n  "${secret.slice(12)}"`],
  ['in UTF-16', Buffer.from(secret, 'utf16le').toString('latin1')],
  ['wrapped over lines', `${base64(secret).slice(0, 16)}\n${base64(secret).slice(16)}`],
])('a secret is found %s, and where it stands', (_, told) => {
  const before = 'first line\nsecond ';
  const places = match(`${before}<${told}>, and so on.`);
  expect(places).toHaveLength(1);
  const [{ index, length }] = places as [(typeof places)[number]];
  expect(index).toBeGreaterThanOrEqual(before.length);
  expect(index + length).toBeLessThanOrEqual(before.length + told.length + 2);
  expect(length).toBeGreaterThan(10);
});

test('nothing is found where nothing is, nor what is too short', () => {
  expect(match('in short: a correct horse with a battery of 42')).toEqual([]);
  expect(secretMatcher([])('anything')).toEqual([]);
});

test('a value is found whatever characters it has and whatever stands around it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8, maxLength: 40 }), fc.string(), fc.string(), (value, before, after) => {
      return secretMatcher([value])(before + value + after).length > 0;
    }),
  );
});

test.each([
  ['quotes', '"+"'],
  ['escapes', String.raw`\u0041`],
  ['line ends', '\n \n'],
  ['blanks', ' '],
  ['blanks behind quotes', `"${' '.repeat(300)}`],
  ['letters', 'a'],
])('a long text of %s is read in good time', (_, part) => {
  const took = processorMs(() => expect(match(part.repeat(Math.ceil(500_000 / part.length)))).toEqual([]));
  expect(took).toBeLessThan(1500);
});
