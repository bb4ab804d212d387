import { expect, it } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import { encodedKeys } from './encoded-keys.ts';

const token = `ghp_${'aB3dE6gH9jK2'.repeat(3)}`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

it.each([
  ['in base64', `const key = "${base64(token)}";`, 'base64'],
  ['in base64 for addresses, without padding', Buffer.from(`x=${token}`).toString('base64url'), 'base64'],
  ['in the middle of a longer encoded text', base64(`user=ada\npassword=${token}\nmore`), 'base64'],
  ['behind other letters', `AAA${base64(token)}`, 'base64'],
  ['wrapped over lines', base64(`${'words '.repeat(20)}${token}`).replaceAll(/.{60}/g, '$&\n  '), 'base64'],
  ['in hexadecimal', Buffer.from(token).toString('hex').toUpperCase(), 'hexadecimal'],
])('a key of a known shape is found %s', (_, text, encoding) => {
  expect(encodedKeys(`first\n${text}\nlast`)).toContainEqual({
    rule: 'github-token',
    index: expect.any(Number),
    length: expect.any(Number),
    encoding,
  });
});

it('finds none in digests, long names and words', () => {
  const text = [
    'sha512-' + base64('q'.repeat(64)),
    'a'.repeat(64),
    'aVeryLongNameOfSomethingThatPeopleWroteByHand',
    base64('plain words in plain base64'),
  ];
  expect(encodedKeys(text.join('\n'))).toEqual([]);
});

it('reads any text in a moment', () => {
  const took = processorMs(() => {
    for (const text of ['A'.repeat(300_000), 'a\n'.repeat(100_000), `${'abcd\n'.repeat(50_000)}!`, '0'.repeat(300_001)]) encodedKeys(text);
  });
  expect(took).toBeLessThan(3_000);
});
