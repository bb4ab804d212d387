import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import { partsOfSecret, redactor, secretsIn } from './redact.ts';

const secret = 'correct horse/battery+staple"7';
const redact = redactor([secret, 'short']);

describe('a secret that is known', () => {
  test.each([
    ['as it is', secret],
    ['in an address', encodeURIComponent(secret)],
    ['in JSON', JSON.stringify({ key: secret })],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
    ['in hexadecimal, in capitals', Buffer.from(secret).toString('hex').toUpperCase()],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 for addresses', Buffer.from(secret).toString('base64url')],
    ['in base64 behind one byte', Buffer.from(`:${secret}`).toString('base64')],
    ['in base64 behind two bytes, before others', Buffer.from(`u:${secret} and more`).toString('base64')],
  ])('is removed %s', (_, told) => {
    const { text, removed } = redact(`It is ${told}, I think.`);
    expect(removed).toBe(1);
    expect(text).toMatch(/^It is .*\[secret removed\].*, I think\.$/);
    expect(text).not.toContain('battery');
  });

  it('is removed each time, and they are counted', () => {
    expect(redact(`${secret} ${secret}\n${secret}`)).toEqual({
      text: '[secret removed] [secret removed]\n[secret removed]',
      removed: 3,
    });
  });

  it('is removed whole where another one is a part of it', () => {
    expect(redactor(['12345678', '1234567890'])('1234567890 12345678').text).toBe('[secret removed] [secret removed]');
  });

  it('is let stand when it is short: it would be found everywhere', () => {
    expect(redact('in short')).toEqual({ text: 'in short', removed: 0 });
  });

  it('is found whatever characters it has', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 60, unit: 'binary' }), fc.string(), fc.string(), (value, before, after) => {
        const { text, removed } = redactor([value])(before + value + after);
        return removed > 0 && !text.includes(value);
      }),
    );
  });
});

it('a secret of several lines is known by those of its parts that no plain text has', () => {
  const account =
    '{\n  "type": "service_account",\n  "project": "a b c",\n  "id": "0123456789abcdef0123",\n  "of": "somebody-without-digits"\n}\n';
  expect(partsOfSecret(account)).toEqual(['0123456789abcdef0123']);
  expect(partsOfSecret('0123456789abcdef0123\n')).toEqual([]);
});

describe('what looks like a key', () => {
  const many = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0';
  test.each([
    `sk-${many}`,
    `sk-ant-api03-${many}_-${many}`,
    `sk-proj-${many}`,
    `ghp_${many.slice(0, 36)}`,
    `gho_${many.slice(0, 36)}`,
    `github_pat_${many}_${many}`,
    `glpat-${many.slice(0, 20)}`,
    'AKIAIOSFODNN7EXAMPLE',
    `AIza${many.slice(0, 35)}`,
    `xoxb-123456789012-${many}`,
    `npm_${many.slice(0, 36)}`,
    `hf_${many.slice(0, 34)}`,
    `sk_live_${many.slice(0, 24)}`,
    `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${many}`,
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${many}\n${many}\n-----END OPENSSH PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\n${many}`,
  ])('is removed though nobody named it: %s', (key) => {
    expect(redact(`The key is ${key}`)).toEqual({ text: 'The key is [secret removed]', removed: 1 });
  });

  test.each([
    'task-list and risk-assessment-of-the-whole-building',
    'sk-learn-is-a-library-for-machine-learning',
    'src/keys/ghp_reader.ts',
    'commit 3f786850e387550fdaeb836cd87a1a1f1f6b5f3f',
    'AKIA is how they begin; AIza too; eyJ as well',
    '-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----',
  ])('is not what only begins like it: %s', (text) => {
    expect(redact(text)).toEqual({ text, removed: 0 });
  });
});

it('reads ten megabytes in a moment, whatever they are', () => {
  const took = processorMs(() => {
    for (const piece of ['x', '-', 'eyJ', 'sk-a', '-----BEGIN PRIVATE KEY', 'A+/'])
      redact(piece.repeat(Math.ceil(1_700_000 / piece.length)));
  });
  expect(took).toBeLessThan(3_000);
});

it('takes from an environment what its names call secrets, and passwords in addresses', () => {
  expect(
    secretsIn({
      OPENAI_API_KEY: ' sk-1 ',
      github_token: 'g',
      DB_PASSWORD: 'p',
      AWS_SECRET_ACCESS_KEY: '/a',
      DATABASE_URL: 'postgres://ada:lovelace@db/x',
      HTTPS_PROXY: 'http://proxy:3128',
      KEY_FILE: '/home/ada/key',
      SSH_AUTH_SOCK: '/tmp/s',
      EMPTY_TOKEN: '',
      MIYABI_MODELS_TOKENS_PER_MINUTE: '40000000',
      UNSET_TOKEN: undefined,
      PATH: '/bin',
    }),
  ).toEqual(['sk-1', 'g', 'p', '/a', 'lovelace']);
});
