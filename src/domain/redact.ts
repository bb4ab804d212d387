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
const shapes: readonly string[] = [
  // A private key that was cut off is one to the end of the text.
  String.raw`-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)`,
  // Anthropic, OpenAI and whoever follows them; with a digit, so that words with dashes are none.
  String.raw`\bsk-(?=[\w-]{0,60}\d)[\w-]{20,}`,
  // GitHub and GitLab.
  String.raw`\bgh[opsur]_[A-Za-z0-9]{20,}`,
  String.raw`\bgithub_pat_\w{20,}`,
  String.raw`\bglpat-[\w-]{20,}`,
  // Amazon, Google, Slack, npm, Hugging Face, Stripe.
  String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
  String.raw`\bAIza[\w-]{30,}`,
  String.raw`\bxox[a-z]-[\w-]{10,}`,
  String.raw`\bnpm_[A-Za-z0-9]{36}\b`,
  String.raw`\bhf_[A-Za-z0-9]{30,}`,
  String.raw`\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}`,
  // JSON Web Tokens.
  String.raw`\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*`,
];

/**
 * Replaces every one of these values, as it is or encoded (base64, hexadecimal, for addresses, in JSON), and whatever has the shape of a
 * well-known key. Values of fewer than eight characters are let stand.
 */
export function redactor(secrets: Iterable<string>): Redact {
  const values = [...new Set(secrets)].filter((secret) => secret.length >= shortest);
  const exact = [...new Set(values.flatMap(formsOf))].toSorted((one, other) => other.length - one.length);
  const patterns = [
    ...(exact.length === 0 ? [] : [new RegExp(exact.join('|'), 'g')]),
    ...(values.length === 0 ? [] : [new RegExp(values.map(inHexadecimal).join('|'), 'gi')]),
    new RegExp(shapes.join('|'), 'g'),
  ];
  return (text) => {
    let removed = 0;
    const replace = (): string => {
      removed += 1;
      return mark;
    };
    return { text: patterns.reduce((rest, pattern) => rest.replaceAll(pattern, replace), text), removed };
  };
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
