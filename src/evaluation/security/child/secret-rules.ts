import { keyShapes } from '../../../domain/redact.ts';
import type { RuleName } from '../rules.ts';
import { securityRules } from '../rules.ts';
import { isLockfile } from './dependencies/file-kinds.ts';
import type { Found } from './found.ts';

/** Names of keys that are shown to everybody: documentation of their makers, and words that stand in for a key. */
const forShow = /example|placeholder|dummy|changeme|change[-_]me|your[-_]|redacted|x{6,}|0{8,}|\*{3}/i;

const shapes = keyShapes.map(({ name, pattern }) => ({ rule: ruleNamed(name), pattern: new RegExp(pattern, 'g') }));

function ruleNamed(name: string): RuleName {
  if (!(name in securityRules)) throw new Error(`There is no rule for keys of the shape ${name}.`);
  return name as RuleName;
}

/** Where a name that speaks of a secret is given a value. Every repetition is bounded. */
const assignment =
  /(["']?)([\w.-]{0,40}(?:secret|token|passw(?:or)?d|passphrase|credential|api[_-]?key|private[_-]?key|access[_-]?key|auth)[\w-]{0,30})\1[ \t]{0,10}(?:=>|:=|[:=])[ \t]{0,10}(?:(["'`])([^\s"'`]{16,200})\3|([^\s"'`,;(){}[\]<>]{16,200})(?=[\s,;]|$))/gi;

/** Files in which values stand without quotes. */
const settingsFile = /(?:^|\/)(?:\.env[^/]*|[^/]*\.(?:env|ini|cfg|conf|properties|ya?ml|toml))$|(?:^|\/)\.(?:npmrc|netrc|pypirc)$/i;

/** Names that speak of a secret and hold what everybody may see. */
const publicName =
  /public|integrity|checksum|digest|hash|fingerprint|sha\d|token(?:izer|type|count|s?limit|endpoint|uri|url)|author|url$|uri$|path$|endpoint$|name$|regex|pattern/i;

/** Our own rules on one text. */
export function ownSecretsOf(text: string, path: string): readonly Found[] {
  const keys = keysIn(text);
  const assigned = isLockfile(path) ? [] : assignedIn(text, path);
  return [...keys, ...assigned.filter((one) => !keys.some((key) => isKnownAs(key, one.index, one.snippet.length)))];
}

/** Whether something that another tool found is what we found already. */
export function isKnownAs(found: Found, index: number, length: number): boolean {
  return found.index < index + length && index < found.index + found.snippet.length;
}

function keysIn(text: string): readonly Found[] {
  return shapes.flatMap(({ rule, pattern }) =>
    [...text.matchAll(pattern)].flatMap(({ index, 0: snippet }) => {
      if (rule === 'private-key') return [privateKey(snippet, index)];
      return forShow.test(snippet) ? [] : [{ rule, index, snippet }];
    }),
  );
}

/** A first line alone stands in programs that read keys; a key has a body of base64. */
function privateKey(snippet: string, index: number): Found {
  const body = snippet.replaceAll(/-----[^-\n]{0,80}-----/g, '').replaceAll(/\\r|\\n|[\s"'+,`]/g, '');
  const hasBody = /[A-Za-z\d+/=]{48}/.test(body) && !forShow.test(body.slice(0, 200));
  return hasBody ? { rule: 'private-key', index, snippet } : { rule: 'private-key-header', index, snippet: snippet.slice(0, 60) };
}

function assignedIn(text: string, path: string): readonly Found[] {
  const isSettings = settingsFile.test(path);
  return [...text.matchAll(assignment)].flatMap((match) => {
    const [whole, , name = '', , quoted, bare] = match;
    const value = quoted ?? (isSettings ? bare : undefined);
    if (value === undefined || publicName.test(name) || !isRandom(value)) return [];
    const detail = `Something random is assigned to \`${name.slice(-60)}\`.`;
    return [{ rule: 'assigned-secret' as const, index: match.index + whole.indexOf(value), snippet: value, detail }];
  });
}

/** Whether a value is one that nobody would write by hand, in place of an expression, an address, a name or a word for show. */
function isRandom(value: string): boolean {
  if (forShow.test(value) || /123456789/.test(value) || /\$\{|\{\{|:\/\/|^[./~]|[<>()\s]|^sha\d{3}-/.test(value)) return false;
  if (!/\d/.test(value) || !/[a-z]/i.test(value)) return false;
  // Words with separators: names of things, not keys.
  if (/^[a-z]+\d{0,4}(?:[-_.:/][a-z]*\d{0,4})+$/i.test(value)) return false;
  const bits = entropy(value);
  return /^[\da-f]+$/i.test(value) ? bits >= 3 && value.length >= 32 : bits >= 3.5;
}

/** Shannon's, of the characters of a text, in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
