import { deflateSync, inflateSync } from 'node:zlib';
import { packingWords } from './packing-words.ts';

/** Text as it lies in a column that may keep it packed: as it is, or as a zlib stream (RFC 1950, with `packingWords`) of its UTF-8. */
export type StoredText = string | Uint8Array;

/** How a database wants the text of such a column: one that packs by itself is handed the text. */
export type PackText = (text: string) => StoredText;

/** Characters from which on packing is worth its 40 µs; what is shorter stays as it is, and costs nothing. */
const longText = 200;
const dictionary = Buffer.from(packingWords);

/** For databases that do not pack by themselves. */
export function packText(text: string): StoredText {
  if (text.length < longText) return text;
  const packed = deflateSync(text, { dictionary });
  return packed.length < text.length ? packed : text;
}

export function unpackText(stored: StoredText): string {
  return typeof stored === 'string' ? stored : inflateSync(stored, { dictionary }).toString('utf8');
}
