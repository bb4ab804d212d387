import type { ApiAccess } from '../../ports/api-access.ts';
import type { OperationTools } from '../tools.ts';
import { isSameDigest, newSecret, readSecret } from './secret.ts';

/** After so long its use is remembered anew, in ms: a record for each request would cost more than the requests. */
const rememberedMs = 5 * 60_000;

/** Stands in for the digest of what is not known, so that both take as long. */
const noDigest = newSecret().digest;

/** Who shows this. @returns undefined where nobody does who is let in. */
export async function authenticate(
  { ledger, clock }: Pick<OperationTools, 'ledger' | 'clock'>,
  shown: string,
): Promise<ApiAccess | undefined> {
  const secret = readSecret(shown);
  if (secret === undefined) return undefined;
  const access = await ledger.apiAccesses.byId(secret.id);
  const isRight = isSameDigest(secret.digest, access?.digest ?? noDigest);
  if (access === undefined || !isRight) return undefined;
  if (clock.now() - (access.usedAt ?? 0) >= rememberedMs) await ledger.apiAccesses.used(access.id);
  return access;
}
