import { listTokens, revokeToken } from '../../domain/api/tokens.ts';
import { listAccesses, revokeToken as revoke } from '../../operations/access/tokens.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { orMissing } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** Who is let in. */
export function tokenRoutes(tools: OperationTools): readonly ApiRoute[] {
  return [
    route(listTokens, async () => ({
      items: (await listAccesses(tools)).map(({ name, scope, kind, expiresAt, createdAt, usedAt }) => ({
        name,
        scope,
        kind,
        expiresAt: expiresAt ?? null,
        createdAt,
        usedAt: usedAt ?? null,
      })),
    })),
    route(revokeToken, async ({ params: { name } }) => ({ revoked: await orMissing(revoke(tools, name)) })),
  ];
}
