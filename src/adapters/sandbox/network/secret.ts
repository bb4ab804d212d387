import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Cannot be guessed; letters, digits, `-` and `_`. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Takes the same time wherever the two differ, and however long they are. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());
}
