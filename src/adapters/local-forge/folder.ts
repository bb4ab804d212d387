import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { repositoryNameSchema } from '../../domain/forge.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Locks } from '../../ports/lock.ts';
import type { BareRepositories } from '../git/bare-repository.ts';
import { isBroken } from './broken-file.ts';
import { readText } from './files.ts';
import type { FoundText } from './files.ts';
import type { RepositoryFile } from './shapes.ts';
import { repositoryFile } from './shapes.ts';
import { readYaml } from './yaml-file.ts';

/** What every file of the forge works with. */
export interface ForgeFolder {
  /** As it is configured. */
  readonly name: string;
  /** Real path. */
  readonly folder: string;
  readonly clock: Clock;
  readonly git: BareRepositories;
  readonly locks: Locks;
  /** Told in a sentence of a file that is passed over because it cannot be read. */
  readonly notice: (text: string) => void;
}

/** A repository of the forge by its place; whether it is there is another question. */
export interface RepositoryFolder {
  readonly forge: ForgeFolder;
  /** `owner/name`. */
  readonly name: string;
  /** With its issues, pull requests, people and rules. */
  readonly path: string;
  /** Of the bare repository. */
  readonly gitPath: string;
}

/** Bytes of one file that people write. */
export const mostBytes = 524_288;

/** @throws Failure (notFoundOrLocked) for what cannot be the name of one: it is a path that leads elsewhere. */
export function repositoryFolder(forge: ForgeFolder, name: string): RepositoryFolder {
  if (!isRepositoryName(name)) throw noRepository(forge, name);
  const path = join(forge.folder, name);
  return { forge, name, path, gitPath: `${path}.git` };
}

export function isRepositoryName(name: string): boolean {
  return repositoryNameSchema.safeParse(name).success && name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.git'));
}

/** @throws Failure (notFoundOrLocked) where there is no such repository. */
export async function readRepository(repository: RepositoryFolder): Promise<RepositoryFile> {
  const path = join(repository.path, 'repository.yaml');
  const found = await readText(path, mostBytes);
  if (found === undefined) throw noRepository(repository.forge, repository.name);
  return readYaml(repositoryFile, found.text, { path, firstLine: 1 });
}

/** A file of the repository. @throws Failure (configuration) as {@link readText}. */
export async function readIn(repository: RepositoryFolder, name: string): Promise<(FoundText & { readonly path: string }) | undefined> {
  const path = join(repository.path, name);
  const found = await readText(path, mostBytes);
  return found === undefined ? undefined : { ...found, path };
}

/** Does something to the files of a repository while no other process of ours does. */
export async function locked<Result>({ forge, name }: RepositoryFolder, work: () => Promise<Result>): Promise<Result> {
  const held = await forge.locks.acquire(name);
  try {
    return await work();
  } finally {
    await held.release();
  }
}

/** What `read` gives, or undefined where a file is broken, of which somebody is told: one bad file hides no other. */
export async function unlessBroken<Result>(forge: ForgeFolder, read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isBroken(error)) throw error;
    forge.notice(`Passed over: ${error.text.what} ${error.text.why}`);
    return undefined;
  }
}

function noRepository({ name: forge, folder }: ForgeFolder, name: string): Failure {
  return new Failure(
    'notFoundOrLocked',
    {
      what: `There is no repository ${JSON.stringify(name.slice(0, 200))} in the forge "${forge}".`,
      why: `${folder} holds no folder of that name with a repository.yaml.`,
      fix: `Look at what the folder holds, or make it with \`miyabi forge init ${folder} --repo ${isRepositoryName(name) ? name : 'owner/name'}\`.`,
    },
    { facts: { forge, repository: name } },
  );
}
