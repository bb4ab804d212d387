import type { ForgeUser, Permission } from '../../domain/forge.ts';
import { permissions } from '../../domain/forge.ts';
import type { Access, Accesses } from './access.ts';
import type { Client } from './client.ts';
import { ownerAndRepo } from './place.ts';
import { isStatus } from './refusal.ts';
import { userOf } from './shapes.ts';

/** The id of an App before it is installed anywhere. */
export const nobody = '0';

/** An App acts as the user `<its name>[bot]`. */
export async function readSelf({ own, installations }: Accesses): Promise<ForgeUser> {
  const { client, guard } = own;
  if (installations === undefined) {
    return userOf((await guard('tell who we are', async () => await client.rest.users.getAuthenticated())).data);
  }
  const { data: app } = await guard('tell who we are', async () => await client.rest.apps.getAuthenticated());
  const [first] = await installations();
  const login = `${app?.slug ?? ''}[bot]`;
  // Users are not shown to a JWT. Before the App is installed anywhere there is nothing that it could have written.
  if (first === undefined) return { id: nobody, login, isBot: true };
  const user = await first.guard('tell who we are', async () => await first.client.rest.users.getByUsername({ username: login }));
  return userOf(user.data);
}

/**
 * Asked by login, as the API wants it, and believed only when the answer is about the same id. Where a login has changed hands, the one that the
 * id has today is asked for.
 */
export async function readPermission(
  { client, guard }: Access,
  repository: string,
  user: Pick<ForgeUser, 'id' | 'login'>,
): Promise<Permission> {
  return await guard(`tell what ${user.login} may do in ${repository}`, async () => {
    const told = await permissionOfLogin(client, repository, user.login);
    if (told?.id === user.id) return told.permission;
    const login = await loginOf(client, user.id);
    if (login === undefined || login === user.login) return 'none';
    const again = await permissionOfLogin(client, repository, login);
    return again?.id === user.id ? again.permission : 'none';
  });
}

async function permissionOfLogin(client: Client, repository: string, login: string) {
  try {
    const { data } = await client.rest.repos.getCollaboratorPermissionLevel({ ...ownerAndRepo(repository), username: login });
    return { id: String(data.user?.id ?? ''), permission: permissionOf(data.role_name, data.permission) };
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** A role of the organisation's own making counts as the one that GitHub says it is built on. */
function permissionOf(...names: readonly string[]): Permission {
  return names.map((name) => permissions.find((permission) => permission === name)).find((found) => found !== undefined) ?? 'none';
}

async function loginOf(client: Client, id: string): Promise<string | undefined> {
  const number = Number(id);
  if (!Number.isSafeInteger(number) || number <= 0) return undefined;
  try {
    return (await client.rest.users.getById({ account_id: number })).data.login;
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}
