import type { LookFinding } from '../protocol.ts';
import type { StepInput } from '../steps.ts';
import type { Found, FoundIn } from './found.ts';
import { newFindings } from './found.ts';
import { isKnownAs, ownSecretsOf } from './secret-rules.ts';

/** A line in which secretlint can find something: a long word with a digit, a password in an address or a connection, or a key's first line. */
const promising = /(?=[\w+/=-]{0,200}\d)[\w+/=-]{15,}|:\/\/|-----BEGIN|password|pwd/i;

/** Keys, tokens and passwords that the base does not have, in files, their names, and texts that go with them. */
export async function lookForSecrets({ files, texts }: StepInput): Promise<readonly LookFinding[]> {
  const named = texts.map(({ name, text }) => ({ path: name, isTest: false, before: undefined, after: text }));
  const inNames = files.flatMap(({ path, from, isTest }) => (path === from ? [] : [{ path, isTest, before: from, after: path }]));
  const looked: FoundIn[] = [];
  for (const { path, isTest, before = '', after = '' } of [...files, ...named, ...inNames]) {
    if (after === before) continue;
    const [then, now] = [await secretsIn(before, path, after), await secretsIn(after, path, before)];
    looked.push({ path, isTest, before: then, after: now, text: after });
  }
  return newFindings(looked);
}

/** What our own rules find, then what only secretlint knows; in lines that the other text does not have. */
async function secretsIn(text: string, path: string, other: string): Promise<readonly Found[]> {
  if (text === '') return [];
  const own = ownSecretsOf(text, path);
  if (!hasPromisingLine(text, other)) return own;
  const { askSecretlint } = await import('./secretlint.ts');
  const others = (await askSecretlint(text)).filter(({ index, length }) => !own.some((one) => isKnownAs(one, index, length)));
  return [...own, ...others.filter(({ snippet }) => !isPlaceholderAddress(snippet))];
}

function hasPromisingLine(text: string, other: string): boolean {
  const known = new Set(other.split('\n'));
  return text.split('\n').some((line) => !known.has(line) && promising.test(line.slice(0, longestLine)));
}

/** Beyond it a line is taken for promising by what stands at its beginning; own rules read all of it. */
const longestLine = 20_000;

/** Passwords that documentation shows, and those of servers on the same machine. */
function isPlaceholderAddress(text: string): boolean {
  const [, user = '', password = '', host = ''] = /:\/\/([^\s:/@]{0,100}):([^\s/@]{1,100})@([^\s:/?]{1,200})/.exec(text) ?? [];
  if (host === '') return false;
  return (
    /^(?:localhost|127\.0\.0\.1|\[?::1\]?|0\.0\.0\.0|db|postgres|mysql|redis|mongo|host|hostname|.*example\.(?:com|org|net)|.*\.(?:test|invalid|local))$/i.test(
      host,
    ) ||
    /^(?:pass(?:word)?|pw|secret|changeme|x{3,}|\*+|\.{3}|<.*>|\$\{?.*|%s)$/i.test(password) ||
    user === password
  );
}
