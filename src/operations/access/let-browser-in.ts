import type { OperationTools } from '../tools.ts';
import { newSecret } from './secret.ts';

/** How long a browser is let in that followed a sign-in link, in ms. */
export const browserMs = 7 * 24 * 3_600_000;

/**
 * Lets a browser in that has followed a sign-in link, with all that whoever made that may. @param name theirs.
 * @returns what it shows from then on.
 */
export async function letBrowserIn({ ledger, clock }: Pick<OperationTools, 'ledger' | 'clock'>, name: string): Promise<string> {
  const { id, text, digest } = newSecret();
  await ledger.apiAccesses.create({ id, kind: 'browser', name, scope: 'admin', digest, expiresAt: clock.now() + browserMs });
  return text;
}
