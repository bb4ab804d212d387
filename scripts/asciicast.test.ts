import { expect, test } from 'vitest';
import { asciicast, shortenWaits } from './support/asciicast.mjs';

const size = { width: 80, height: 24 };

test('a recording keeps the times and the text, also where a character was cut in two', () => {
  const printed = Buffer.from('Script started on today\nworld ✔ done\nScript done\n');
  const cast = asciicast(size, printed, '0.5 7\n1.25 7\n');
  expect(cast).toBe(['{"version":2,"width":80,"height":24}', '[0.5,"o","world "]', String.raw`[1.75,"o","✔ done"]`, ''].join('\n'));
});

test('long waits are cut, short ones kept, and the end stays for a while', () => {
  const cast = ['{"version":2}', '[0.5,"o","a"]', '[20.5,"o","b"]', '[20.75,"o","c"]', ''].join('\n');
  expect(shortenWaits(cast, 1)).toBe(['{"version":2}', '[0.5,"o","a"]', '[1.5,"o","b"]', '[1.75,"o","c"]', '[3.75,"o",""]', ''].join('\n'));
});
