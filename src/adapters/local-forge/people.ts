import type { ForgeUser, Permission } from '../../domain/forge.ts';
import type { RepositoryFolder } from './folder.ts';
import { readIn } from './folder.ts';
import { peopleFile } from './shapes.ts';
import { readYaml } from './yaml-file.ts';

/** As whom we speak, in every local forge. */
export const self: ForgeUser = { id: 'miyabi', login: 'miyabi', isBot: true };

/** Who is known in a repository. */
export interface People {
  /** By the name with which a file is signed; somebody without any permission where nobody bears it. */
  named(login: string): ForgeUser;
  permissionOf(id: string): Permission;
  /** Whoever changes files here with an editor: the first who may do everything. */
  readonly keeper: ForgeUser | undefined;
}

/** @throws Failure (configuration) for a list that cannot be read. */
export async function readPeople(repository: RepositoryFolder): Promise<People> {
  const found = await readIn(repository, 'people.yaml');
  const all = found === undefined || found.text.trim() === '' ? [] : readYaml(peopleFile, found.text, { path: found.path, firstLine: 1 });
  const users = all.map(({ id, login, bot, permission }) => ({ user: { id, login, isBot: bot }, permission }));
  const keeper = users.find(({ user, permission }) => permission === 'admin' && !user.isBot);
  return {
    named: (login) =>
      login === self.login
        ? self
        : (users.find(({ user }) => user.login === login)?.user ?? { id: `unknown:${login}`.slice(0, 100), login, isBot: false }),
    permissionOf: (id) => (id === self.id ? 'write' : (users.find(({ user }) => user.id === id)?.permission ?? 'none')),
    keeper: keeper?.user,
  };
}
