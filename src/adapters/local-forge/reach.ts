import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { parseRemoteUrl } from '../../domain/remote-url.ts';
import { ForgeUnavailable } from '../../ports/forge.ts';
import { isLockTrouble } from '../git/retry-locked.ts';
import { codeOf, namesIn, stampOf } from './files.ts';
import type { ForgeFolder } from './folder.ts';
import { isRepositoryName } from './folder.ts';

/** What a disk says that may work again in a while without anybody doing anything here. */
const passing = new Set(['EIO', 'ESTALE', 'ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EBUSY', 'ETIMEDOUT', 'EAGAIN']);
const retryAfterMs = 10_000;

/** What a disk or another git cannot do just now becomes {@link ForgeUnavailable}. */
export async function reached<Result>({ name }: ForgeFolder, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!passing.has(codeOf(error) ?? '') && !isLockTrouble(error)) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new ForgeUnavailable(`The forge "${name}" cannot be used at the moment: ${said}`, retryAfterMs, { cause: error });
  }
}

/** @throws Failure (configuration) for what is no folder, or one that git cannot be told of. */
export async function realFolder(name: string, folder: string): Promise<string> {
  let real: string;
  try {
    real = await realpath(folder);
    if (!(await stat(real)).isDirectory()) throw unusable(name, folder, 'It is no folder.');
    parseRemoteUrl(real);
  } catch (error) {
    if (error instanceof Failure && error.reason === 'usage')
      throw unusable(name, folder, 'Its path holds a space or another character that no address of a repository has.', error);
    if (codeOf(error) === undefined) throw error;
    throw unusable(name, folder, codeOf(error) === 'ENOENT' ? 'It does not exist.' : String(codeOf(error)), error);
  }
  return real;
}

function unusable(name: string, folder: string, why: string, cause?: unknown): Failure {
  return new Failure(
    'configuration',
    {
      what: `${folder} cannot be the forge "${name}".`,
      why,
      fix: 'Name another folder by its path; `miyabi forge init` makes one.',
    },
    { facts: { forge: name, folder }, cause },
  );
}

/** All repositories of the folder, by `owner/name`. */
export async function repositoriesOf({ folder }: ForgeFolder): Promise<readonly string[]> {
  const found: string[] = [];
  for (const owner of await namesIn(folder)) {
    if (!isRepositoryName(`${owner}/x`)) continue;
    for (const name of await namesIn(join(folder, owner)))
      if (isRepositoryName(`${owner}/${name}`) && (await stampOf(join(folder, owner, name, 'repository.yaml'))) !== undefined)
        found.push(`${owner}/${name}`);
  }
  return found;
}
