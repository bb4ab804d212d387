/** A text without secrets, and how many were taken out of it. */
export interface Redacted {
  readonly text: string;
  readonly removed: number;
}

export type Redact = (text: string) => Redacted;

const mark = '[secret removed]';

/** What is shorter is found in half of all texts, and protects nothing. In characters. */
const shortest = 8;

/**
 * Keys as their makers shape them, wherever they come from. Each begins with something that plain words do not, and has what follows at a length
 * that names and paths do not reach.
 */
export const keyShapes: readonly { readonly name: string; readonly pattern: string }[] = [
  // A private key that was cut off is one to the end of the text.
  {
    name: 'private-key',
    pattern: String.raw`-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)`,
  },
  // Anthropic, OpenAI and whoever follows them; with a digit, so that words with dashes are none.
  { name: 'model-provider-key', pattern: String.raw`\bsk-(?=[\w-]{0,60}\d)[\w-]{20,}` },
  { name: 'github-token', pattern: String.raw`\bgh[opsur]_[A-Za-z0-9]{20,}` },
  { name: 'github-token', pattern: String.raw`\bgithub_pat_\w{20,}` },
  { name: 'gitlab-token', pattern: String.raw`\bglpat-[\w-]{20,}` },
  { name: 'aws-access-key-id', pattern: String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b` },
  { name: 'google-key', pattern: String.raw`\bAIza[\w-]{30,}` },
  { name: 'slack-token', pattern: String.raw`\bxox[a-z]-[\w-]{10,}` },
  { name: 'npm-token', pattern: String.raw`\bnpm_[A-Za-z0-9]{36}\b` },
  { name: 'miyabi-token', pattern: String.raw`\bmiyabi_[0-9a-f]{16}_[\w-]{43}` },
  { name: 'hugging-face-token', pattern: String.raw`\bhf_[A-Za-z0-9]{30,}` },
  { name: 'stripe-key', pattern: String.raw`\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}` },
  { name: 'json-web-token', pattern: String.raw`\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*` },
];

/**
 * Replaces every one of these values, as it is or encoded (base64, hexadecimal, for addresses, in JSON), and whatever has the shape of a
 * well-known key. Values of fewer than eight characters are let stand.
 */
export function redactor(secrets: Iterable<string>): Redact {
  const patterns = [...valuePatterns(secrets), new RegExp(keyShapes.map(({ pattern }) => pattern).join('|'), 'g')];
  return (text) => {
    let removed = 0;
    const replace = (): string => {
      removed += 1;
      return mark;
    };
    return { text: patterns.reduce((rest, pattern) => rest.replaceAll(pattern, replace), text), removed };
  };
}

/** Patterns of these values as they are and in every encoding that is looked for; global. None for values of fewer than eight characters. */
export function valuePatterns(secrets: Iterable<string>): readonly RegExp[] {
  const values = [...new Set(secrets)].filter((secret) => secret.length >= shortest);
  if (values.length === 0) return [];
  const exact = [...new Set(values.flatMap(formsOf))].toSorted((one, other) => other.length - one.length);
  return [new RegExp(exact.join('|'), 'g'), new RegExp(values.map(inHexadecimal).join('|'), 'gi')];
}

/** What of a secret of several lines says something of it alone: words and numbers of plain configuration are shorter, or have no digit. In characters. */
const shortestPart = 16;

/**
 * A secret of several lines, such as a key with its account, is printed a line at a time, with something before each. @returns its parts that are secrets
 * themselves; none of one that is a line.
 */
export function partsOfSecret(secret: string): readonly string[] {
  if (!secret.trim().includes('\n')) return [];
  return secret.split(/[\s"',]+/).filter((part) => part.length >= shortestPart && /\d/.test(part));
}

/** Names of variables that hold secrets say so. */
const secretName = /key|token|secret|passw|passphrase|credential/i;
/** Such a name may also say where a secret lies, or how many tokens there may be: none of these is one. */
const placeName = /(?:file|path|dir|sock)$/i;

function isCount(name: string, value: string): boolean {
  return /tokens/i.test(name) && /^\d+$/.test(value);
}

/** The values in an environment that are secrets by the names of their variables, and the passwords in addresses. */
export function secretsIn(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const text = value?.trim();
    if (text === undefined || text === '') return [];
    const [, password] = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@]*:([^\s/?#@]+)@/i.exec(text) ?? [];
    return [
      ...(secretName.test(name) && !placeName.test(name) && !isCount(name, text) ? [text] : []),
      ...(password === undefined ? [] : [password]),
    ];
  });
}

/** As patterns. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const encoded = bytes.toString('base64');
  return [
    escaped(secret),
    escaped(encodeURIComponent(secret.toWellFormed())),
    escaped(JSON.stringify(secret).slice(1, -1)),
    ...(encoded === secret ? [] : [0, 1, 2].flatMap((offset) => inBase64(bytes, offset))),
  ];
}

/**
 * What base64 makes of a secret that comes after so many bytes (of each three) of something else: the characters that hold nothing else, and the
 * one on either side that it shares.
 */
function inBase64(bytes: Buffer, offset: number): readonly string[] {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
  const own = whole.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((whole.length * 8) / 6));
  const url = own.replaceAll('+', '-').replaceAll('/', '_');
  return [own, url].map((text) => `[\\w+/-]?${escaped(text)}[\\w+/-]?={0,2}`);
}

function inHexadecimal(secret: string): string {
  return Buffer.from(secret).toString('hex');
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`);
}
