import { Failure } from '../../domain/failure.ts';
import type { Repository } from '../../ports/ledger.ts';
import { identityOf } from '../knowledge/known-repository.ts';
import type { OperationTools } from '../tools.ts';

/**
 * The repository that is meant at a terminal: the one around a folder, or one by the name that runs know it by.
 * @throws Failure (notFoundOrLocked) where no run was in it.
 */
export async function repositoryAt(
  tools: Pick<OperationTools, 'git' | 'ledger' | 'sharing'>,
  { place, given }: { readonly place: string; readonly given: string },
): Promise<Repository> {
  const folder = await (await tools.git()).inspect(place);
  const name = folder.kind === 'repository' ? identityOf(folder, tools.sharing) : given;
  const found = await repositoryNamed(tools, name);
  if (found !== undefined) return found;
  throw new Failure('notFoundOrLocked', {
    what: `No run was in the repository ${name}.`,
    why: 'Runs know a repository by the real path of its top folder, or by the address of its remote.',
    fix: '`miyabi stats --by repository` names those that there are.',
  });
}

/** @returns undefined where no run was in a repository that runs know by this name. */
export async function repositoryNamed({ ledger }: Pick<OperationTools, 'ledger'>, name: string): Promise<Repository | undefined> {
  return (await ledger.repositoriesWith(name)).find(({ root }) => root === name);
}
