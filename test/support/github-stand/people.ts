import type { ForgeUser, Permission } from '../../../src/domain/forge.ts';
import { userOf } from '../../../src/adapters/github/shapes.ts';
import type { Row } from './emulation.ts';
import type { World } from './world.ts';
import { ownerToken, repositoryRow } from './world.ts';

export interface People {
  /** Somebody who may do exactly this; the same each time. */
  person(permission: Permission): ForgeUser;
  tokenOf(user: ForgeUser): string;
}

/** @param token of the user that we act as. @param slug of our App. */
export function people(world: World, token: string, slug: string): People {
  const { tables, tokens } = world.emulation;
  const scopes = ['repo', 'user'];
  const rowOf = (login: string): Row => {
    const [row] = tables.users.findBy('login', login);
    if (row === undefined) throw new Error(`nobody is called ${login}`);
    return row;
  };
  const admit = (login: string, permission: string): void => {
    if (permission !== 'none') tables.collaborators.insert({ repo_id: repositoryRow(world).id, user_id: rowOf(login).id, permission });
  };
  const known = new Map<Permission, ForgeUser>();
  tables.users.update(rowOf(`${slug}[bot]`).id, { type: 'Bot' });
  admit('miyabi-user', 'push');
  tokens.set(token, { login: 'miyabi-user', id: rowOf('miyabi-user').id, scopes });
  tokens.set(ownerToken, { login: world.owner, id: rowOf(world.owner).id, scopes });
  return {
    person(permission) {
      const found = known.get(permission);
      if (found !== undefined) return found;
      const login = `one-who-may-${permission}`;
      const row = tables.users.insert({ ...rowOf(world.owner), id: undefined, login, node_id: `U_${permission}` });
      admit(login, permission === 'write' ? 'push' : permission === 'read' ? 'pull' : permission);
      tokens.set(`of ${row.id}`, { login, id: row.id, scopes });
      const person = userOf({ id: row.id, login, type: 'User' });
      known.set(permission, person);
      return person;
    },
    tokenOf: ({ id }) => `of ${id}`,
  };
}
