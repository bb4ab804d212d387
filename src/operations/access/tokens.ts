import type { ApiScope } from '../../domain/api/scope.ts';
import { callerNameSchema } from '../../domain/api/scope.ts';
import { Failure } from '../../domain/failure.ts';
import type { ApiAccess } from '../../ports/api-access.ts';
import type { OperationTools } from '../tools.ts';
import { newSecret } from './secret.ts';

type Tools = Pick<OperationTools, 'ledger'>;

/**
 * Makes a token of the API. @returns what its holder shows; it is kept nowhere and cannot be shown again.
 * @throws Failure (usage) for a name that is none, or is taken.
 */
export async function createToken(
  { ledger }: Tools,
  { name, scope }: { readonly name: string; readonly scope: ApiScope },
): Promise<string> {
  const read = callerNameSchema.safeParse(name);
  if (!read.success) {
    throw new Failure('usage', {
      what: 'This is no name for a token.',
      why: read.error.issues.map(({ message }) => message).join(' '),
      fix: 'Name it after whoever will use it, such as ci or ada-phone: the name is kept with whatever they do.',
    });
  }
  const { id, text, digest } = newSecret();
  if (await ledger.apiAccesses.create({ id, kind: 'token', name, scope, digest, expiresAt: undefined })) return text;
  throw new Failure('usage', {
    what: `There is a token ${name} already.`,
    why: 'What is done is kept with the name, so that two under one name could not be told apart.',
    fix: `Take another name, or \`miyabi token revoke ${name}\` first.`,
  });
}

/** Everything by which the API lets somebody in, the oldest first. */
export async function listAccesses({ ledger }: Tools): Promise<readonly ApiAccess[]> {
  return await ledger.apiAccesses.list();
}

/**
 * Lets nobody in any more under this name, from the next request on: neither by a token nor by a browser.
 * @returns how many there were. @throws Failure (notFoundOrLocked) for none.
 */
export async function revokeToken({ ledger }: Tools, name: string): Promise<number> {
  const revoked = await ledger.apiAccesses.revoke(name);
  if (revoked > 0) return revoked;
  throw new Failure('notFoundOrLocked', {
    what: 'There is no token of this name.',
    why: 'It was revoked already, or never made here.',
    fix: '`miyabi token list` shows them.',
  });
}
