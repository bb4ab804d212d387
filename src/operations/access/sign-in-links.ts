import { randomBytes } from 'node:crypto';
import { answeredByTime } from '../../domain/outcome.ts';
import type { OperationTools } from '../tools.ts';
import { sha256 } from './secret.ts';

/** How long a link may be followed, in ms. */
export const linkMs = 5 * 60_000;

/** Where a link leads; the secret stands behind `once=`. */
export const signInPath = '/sign-in';

type Tools = Pick<OperationTools, 'ledger' | 'clock'>;

/**
 * Makes a link by which one browser signs in, once, within a few minutes, with all that whoever carries the service may.
 * @param at the address of the service, such as `http://127.0.0.1:4747`. @param name who is let in. @param to a page of the service that it leads on to.
 */
export async function makeSignInLink({ ledger, clock }: Tools, at: string, name: string, to?: string): Promise<string> {
  const code = randomBytes(32).toString('base64url');
  await ledger.apiAccesses.addLink({ digest: sha256(code), name: nameOf(name), expiresAt: clock.now() + linkMs });
  const search = new URLSearchParams({ once: code, ...(to === undefined ? {} : { to }) });
  return `${at}${signInPath}?${search.toString()}`;
}

/** @returns who made it; undefined where it does not count (any more). */
export async function takeSignInLink({ ledger }: Tools, code: string): Promise<string | undefined> {
  return await ledger.apiAccesses.takeLink(sha256(code));
}

/** Who has no name of their own, or one that means something else here. */
function nameOf(name: string): string {
  return name === '' || name === answeredByTime ? 'user' : name;
}
