import type { ApiScope } from '../domain/api/scope.ts';
import { createToken as create, listAccesses, revokeToken as revoke } from '../operations/access/tokens.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

type JsonOption = GlobalOptions & { readonly json?: boolean };

/** `miyabi token create <name>`: shows what its holder shows, which is kept nowhere. */
export async function createToken(shell: Shell, name: string, options: JsonOption & { readonly scope: ApiScope }): Promise<number> {
  await using app = await shell.open(options);
  const { scope } = options;
  const token = await create(app.tools, { name, scope });
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'token', schemaVersion: 1, name, scope, token })}\n`);
  else {
    shell.out(`${token}\n`);
    shell.err('It is shown this once. Programs send it as `Authorization: Bearer <token>`.\n');
  }
  return 0;
}

/** `miyabi token list`: who is let in, the oldest first. */
export async function listTokens(shell: Shell, options: JsonOption): Promise<number> {
  await using app = await shell.open(options);
  const accesses = await listAccesses(app.tools);
  if (options.json === true) {
    const tokens = accesses.map(({ name, scope, kind, createdAt, usedAt, expiresAt }) => ({
      name,
      scope,
      kind,
      createdAt,
      usedAt: usedAt ?? null,
      expiresAt: expiresAt ?? null,
    }));
    shell.out(`${JSON.stringify({ type: 'tokens', schemaVersion: 1, tokens })}\n`);
    return 0;
  }
  if (accesses.length === 0) shell.out('Nobody is let in yet. `miyabi token create <name>` makes a token.\n');
  for (const { name, scope, kind, createdAt, usedAt } of accesses) {
    const used = usedAt === undefined ? 'never used' : `used ${day(usedAt)}`;
    shell.out(`${oneLine(name).padEnd(20)}  ${scope.padEnd(7)}  ${kind.padEnd(7)}  made ${day(createdAt)}, ${used}\n`);
  }
  return 0;
}

/** `miyabi token revoke <name>`. */
export async function revokeToken(shell: Shell, name: string, options: JsonOption): Promise<number> {
  await using app = await shell.open(options);
  const revoked = await revoke(app.tools, name);
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'token.revoked', schemaVersion: 1, name, revoked })}\n`);
  else shell.out(`${oneLine(name)} is let in no more${revoked > 1 ? `, nor are ${revoked - 1} others of this name` : ''}.\n`);
  return 0;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
