import { randomBytes } from 'node:crypto';
import { isSameDigest, sha256 } from '../../operations/access/secret.ts';

/** How long a link may be followed, in ms. */
export const linkMs = 5 * 60_000;

/** Codes in links by which a browser signs in: each counts once, for a while, in the process that made it. */
export class SignInLinks {
  #open: ReadonlyArray<{ readonly digest: string; readonly until: number }> = [];
  readonly #now: () => number;

  /** @param now a clock that does not go back, in ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns the code. */
  make(): string {
    const code = randomBytes(32).toString('base64url');
    this.#open = [...this.#open.slice(-9), { digest: sha256(code), until: this.#now() + linkMs }];
    return code;
  }

  /** @returns whether it counted; it does not any more. */
  take(code: string): boolean {
    const digest = sha256(code);
    const found = this.#open.filter((link) => isSameDigest(link.digest, digest));
    this.#open = this.#open.filter((link) => !found.includes(link));
    return found.some(({ until }) => until > this.#now());
  }
}
