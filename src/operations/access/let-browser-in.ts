import { answeredByTime } from '../../domain/outcome.ts';
import type { OperationTools } from '../tools.ts';
import { newSecret } from './secret.ts';

/** How long a browser is let in that followed a sign-in link, in ms. */
export const browserMs = 7 * 24 * 3_600_000;

/**
 * Lets a browser in as whoever started the service, with all that they may. @param name theirs, as the system calls them.
 * @returns what it shows from then on.
 */
export async function letBrowserIn({ ledger, clock }: Pick<OperationTools, 'ledger' | 'clock'>, name: string): Promise<string> {
  const { id, text, digest } = newSecret();
  const known = name === '' || name === answeredByTime ? 'user' : name;
  await ledger.apiAccesses.create({ id, kind: 'browser', name: known, scope: 'admin', digest, expiresAt: clock.now() + browserMs });
  return text;
}
