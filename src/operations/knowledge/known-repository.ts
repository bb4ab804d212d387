import { Failure } from '../../domain/failure.ts';
import type { RepositoryId } from '../../domain/ids.ts';
import { parseRemoteUrl } from '../../domain/remote-url.ts';
import { repositoryIdentity } from '../../domain/run.ts';
import type { OperationTools } from '../tools.ts';
import type { UsableRepository } from '../usable-repository.ts';

/**
 * What the records call the repository at a place: the folder, or what its `origin` names where the records are shared.
 *
 * @param isWanted somebody has named it.
 * @returns undefined where there is none and nobody has named it. @throws Failure (usage) where somebody has.
 */
export async function knownRepository(
  { git, ledger, sharing }: Pick<OperationTools, 'git' | 'ledger' | 'sharing'>,
  place: string,
  isWanted: boolean,
): Promise<RepositoryId | undefined> {
  const folder = await (await git()).inspect(place);
  if (folder.kind !== 'repository') {
    if (!isWanted) return undefined;
    if (/^[a-z+]+:\/\/|^[\w.-]+@[\w.-]+:/.test(place)) return (await ledger.repository(parseRemoteUrl(place).url)).id;
    throw new Failure('usage', {
      what: `${place} is no git repository.`,
      why: 'What was learnt belongs to repositories.',
      fix: 'Name the folder of one, or its address; or leave --repo out to search everywhere.',
    });
  }
  return (await ledger.repository(identityOf(folder, sharing))).id;
}

/** What the records call the repository of a folder. @param sharing whether they are of many machines: these know it by its `origin`. */
export function identityOf({ root, origin }: Pick<UsableRepository, 'root' | 'origin'>, sharing: boolean): string {
  return sharing && origin !== undefined
    ? repositoryIdentity({ kind: 'remote', url: parseRemoteUrl(origin).url })
    : repositoryIdentity({ kind: 'local', root });
}
