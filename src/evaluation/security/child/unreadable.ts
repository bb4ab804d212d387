import { languageOf } from './code/languages.ts';
import type { Found } from './found.ts';

/** A file of which people know that it is made by a program: nobody reads it, and nobody is told that it cannot be read. */
const generated =
  /(?:^|\/)(?:[^/]*\.lock|package-lock\.json|pnpm-lock\.yaml|[^/]*\.(?:svg|map|snap|csv|tsv|json|jsonl|patch|diff|po|sum))$/;

/** Characters that change the order in which text is shown, none of which a programming language needs. */
const bidirectional = /[\u202A-\u202E\u2066-\u2069]/g;
/** Characters without a width. Joiners stand within emoji and within words of some languages. */
const invisible =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}])[\u200B-\u200D\u2060-\u2064\u00AD\u180E\u115F\u1160\u3164]|(?<!^)\uFEFF/gu;
/** Tags and variation selectors carry a byte each; flags take few of the former, and a character takes one of the latter. */
const carriers = /[\u{E0000}-\u{E007F}]{8,}|(?:[\uFE00-\uFE0F]|[\u{E0100}-\u{E01EF}]){4,}/gu;
const flag = /\u{1F3F4}$/u;

/** Letters of other alphabets that look like Latin ones. */
const lookalikes =
  /[\u0391\u0392\u0395\u0396\u0397\u0399\u039A\u039C\u039D\u039F\u03A1\u03A4\u03A5\u03A7\u03BF\u03BD\u0400-\u04FF\u0501\u051B\u051D]/u;

/** Long blocks of encoded text that are handed to what decodes or runs them. */
const decoded =
  /\b(?:eval|Function|atob|b64decode|fromhex|unhexlify|decodeString|FromBase64String|Buffer\.from|decompress|exec)\s*\(\s*(?:\w{1,30}\s*\(\s*){0,3}[bfru]?["'`](?:[A-Za-z\d+/_-]{300,}={0,2}|(?:\\x[\da-f]{2}){80,})["'`]/g;
const ofCodes =
  /(?:fromCharCode|fromCodePoint|bytes|bytearray)\s*\(\s*\[?\s*(?:0x[\da-f]{1,4}|\d{1,5})(?:\s*,\s*(?:0x[\da-f]{1,4}|\d{1,5})){60,}/gi;

const longLine = 500;
/** A longer one is not read to its end by anybody, whatever stands in it. */
const longestRead = 5000;

/** Places of one kind in one file that are looked at. */
const mostOfOne = 5000;

/** What hides a text from who reads it: characters nobody sees, names that look like others, code nobody can read. */
export function unreadableIn(text: string, path: string): readonly Found[] {
  const isCode = !/^(?:no-code|unknown)$/.test(languageOf(path, text).kind);
  return [
    ...all(text, bidirectional, 'bidirectional-text'),
    ...all(text, carriers, 'hidden-text').filter(({ index }) => !flag.test(text.slice(Math.max(0, index - 2), index))),
    ...(isCode
      ? [
          ...all(text, invisible, 'invisible-text'),
          ...mixedNames(text),
          ...all(text, decoded, 'hidden-code'),
          ...all(text, ofCodes, 'hidden-code'),
        ]
      : []),
    ...(isCode && !generated.test(path) ? minifiedLines(text) : []),
  ];
}

function all(text: string, pattern: RegExp, rule: Found['rule']): readonly Found[] {
  const found: Found[] = [];
  for (const { index, 0: match } of text.matchAll(pattern)) {
    if (found.length === mostOfOne) break;
    found.push({ rule, index, snippet: `${match} ${lineAround(text, index)}` });
  }
  return found;
}

/** Names with Latin letters and with letters that only look like them. */
function mixedNames(text: string): readonly Found[] {
  if (!lookalikes.test(text)) return [];
  return [...text.matchAll(/[\p{L}\p{N}_$]{2,100}/gu)].flatMap(({ index, 0: name }) =>
    lookalikes.test(name) && /\p{Script=Latin}/u.test(name) ? [{ rule: 'mixed-alphabets' as const, index, snippet: name }] : [],
  );
}

/** Long lines with hardly a space. What is quoted may be long: data, of which other rules say what they can. */
function minifiedLines(text: string): readonly Found[] {
  let index = 0;
  const found: Found[] = [];
  for (const line of text.split('\n')) {
    const isLonger = line.length > longestRead;
    if (isLonger || (line.length > longLine && isMinified(line)))
      found.push({ rule: 'minified-code', index, snippet: line.slice(0, 4000) });
    index += line.length + 1;
  }
  return found;
}

function isMinified(line: string): boolean {
  const code = line.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""');
  if (code.length <= longLine) return false;
  const spaces = code.match(/\s/g)?.length ?? 0;
  return spaces / code.length < 0.08 && /[;{}()=]/.test(code);
}

/** What stands near: lines may be as long as the file. */
function lineAround(text: string, index: number): string {
  const before = text.slice(Math.max(0, index - 100), index);
  const after = text.slice(index, index + 100);
  return `${before.slice(before.lastIndexOf('\n') + 1)}${after.split('\n', 1)[0] ?? ''}`;
}
