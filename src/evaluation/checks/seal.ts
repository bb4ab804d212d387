import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What a report says of itself. `whole`: its writer ended it, and it has not changed since. `open`: it never ended. `changed`: it ended,
 * and it is not what its writer wrote.
 */
export interface Unsealed {
  readonly state: 'whole' | 'open' | 'changed';
  readonly text: string;
}

/** Takes the seal off a report that a program in `hooks/` wrote: `HMAC-SHA256(key, name NUL text)` in its last line. */
export function unseal(written: string, name: string, key: Buffer): Unsealed {
  const at = written.lastIndexOf('\n#sealed ');
  if (at === -1) return { state: 'open', text: written };
  const text = written.slice(0, at);
  const expected = `\n#sealed ${createHmac('sha256', key).update(`${name}\0${text}`).digest('hex')}\n`;
  const [found, right] = [Buffer.from(written.slice(at)), Buffer.from(expected)];
  return { state: found.length === right.length && timingSafeEqual(found, right) ? 'whole' : 'changed', text };
}
