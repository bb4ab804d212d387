import { endSession, readSession } from '../../domain/api/session.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';
import { cookieName } from './who-asks.ts';

/** Who is signed in. */
export function sessionRoutes({ ledger }: Pick<OperationTools, 'ledger'>): readonly ApiRoute[] {
  return [
    route(readSession, async ({ caller: { name, scope, kind, expiresAt } }) => ({ name, scope, kind, expiresAt: expiresAt ?? null })),
    route(
      endSession,
      async ({ caller }) => {
        if (caller.kind === 'browser') await ledger.apiAccesses.end(caller.id);
        return {};
      },
      { 'set-cookie': `${cookieName}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict` },
    ),
  ];
}
