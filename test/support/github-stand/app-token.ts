import { generateKeyPairSync, verify } from 'node:crypto';

/** The key of an App; one for a process, as making one takes a while. */
let pair: { readonly publicKey: string; readonly privateKey: string } | undefined;

export function appKey(): { readonly publicKey: string; readonly privateKey: string } {
  pair ??= generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return pair;
}

/** @returns what is wrong with the token of an App, by the rules of GitHub's documentation; undefined also for tokens of other kinds. */
export function verifyJwt(token: string, publicKey: string): string | undefined {
  if (!token.startsWith('eyJ')) return undefined;
  const [head = '', claims = '', signature = ''] = token.split('.');
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { readonly alg?: string };
  if (alg !== 'RS256') return `its algorithm is ${String(alg)}`;
  if (!verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url')))
    return 'its signature is wrong';
  const { iat, exp, iss } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
    readonly iat: number;
    readonly exp: number;
    readonly iss: unknown;
  };
  const now = Date.now() / 1_000;
  if (iat > now) return 'it was made in the future';
  if (exp <= now || exp > now + 600) return 'it does not end within ten minutes';
  return String(iss) === '' ? 'it names no App' : undefined;
}
