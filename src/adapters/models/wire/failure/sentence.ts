import { stripVTControlCharacters } from 'node:util';
import { visibleText } from '../../../../domain/issue.ts';

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

/** The words of a page, for the answers of proxies that stand between. */
export function wordsOfPage(page: string): string {
  const body = page.slice(0, 100_000).replaceAll(/<(script|style|head)\b[\s\S]*?<\/\1\s*>/gi, ' ');
  return body.replaceAll(/<[^>]{0,2000}>/g, ' ');
}
