import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a caller of the API shows: `miyabi_<id>_<secret>`, the id in hexadecimal, the secret 256 bits of chance. */
export interface AccessSecret {
  readonly id: string;
  readonly text: string;
  readonly digest: string;
}

export function newSecret(): AccessSecret {
  const id = randomBytes(8).toString('hex');
  const text = `miyabi_${id}_${randomBytes(32).toString('base64url')}`;
  return { id, text, digest: sha256(text) };
}

/** @returns undefined for what has another form. */
export function readSecret(text: string): AccessSecret | undefined {
  const [, id] = /^miyabi_([0-9a-f]{16})_[\w-]{43}$/.exec(text) ?? [];
  return id === undefined ? undefined : { id, text, digest: sha256(text) };
}

/** In hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Takes as long whichever characters differ. Both are digests in hexadecimal. */
export function isSameDigest(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, 'hex'), Buffer.from(other, 'hex'));
}
