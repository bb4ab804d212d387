import { stripVTControlCharacters } from 'node:util';
import { visibleText } from '../../../../domain/visible-text.ts';

/** Of a message for people. */
const mostCharacters = 500;

/** Words that look like keys: by how they begin, or long and without any sense. Providers repeat a part of a wrong key in what they say of it. */
const keys =
  /(?<![\w-])(?:sk|pk|rk|xai|gsk|ghp|key|pplx|csk|nvapi)[-_][\w*.-]{4,}|AIza[\w*.-]{4,}|ya29\.[\w.-]+|(?<=Bearer\s)\S+|(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{40,}/g;

/** What a provider says, for people: on one line, without anything that nobody sees and without keys, and no longer than it may be. */
export function sentenceOf(said: string): string {
  const plain = stripVTControlCharacters(said.slice(0, 8 * mostCharacters));
  const text = visibleText(plain)
    .text.replaceAll(/\p{Cc}+|\s+/gu, ' ')
    .replaceAll(keys, '(a key)')
    .trim();
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters - 1).trimEnd()}…`;
}

const unseenTags = new Set(['script', 'style', 'head']);

/** The words of a page, for the answers of proxies that stand between. Tag by tag, so that no page takes long. */
export function wordsOfPage(page: string): string {
  const [before = '', ...tags] = page.slice(0, 100_000).split('<');
  let within: string | undefined;
  const words = tags.map((tag) => {
    const [, slash = '', name = ''] = /^(\/?)([a-z]{0,10})/i.exec(tag) ?? [];
    const lower = name.toLowerCase();
    if (slash !== '' && lower === within) within = undefined;
    else if (slash === '' && unseenTags.has(lower)) within ??= lower;
    return within === undefined ? tag.slice(tag.indexOf('>') + 1) : '';
  });
  return [before, ...words].join(' ');
}
