import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { ForgeCheck, ForgeCheckLog } from '../../domain/forge.ts';
import { isBroken } from './broken-file.ts';
import { namesIn, readText, stampOf } from './files.ts';
import type { RepositoryFolder } from './folder.ts';
import type { CheckFile } from './shapes.ts';
import { checkFile } from './shapes.ts';
import { readYaml } from './yaml-file.ts';

const commitName = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const fileName = /^([\w. ()+@-]{1,200})\.yaml$/;
/** Bytes of one file, which holds the whole log of a check. */
const mostLog = 4 * 1024 * 1024;
/** Characters of a log that are handed on. */
const keptLog = 65_536;
const mostChecks = 500;

function folderOf(repository: RepositoryFolder, commit: string): string {
  return join(repository.path, 'checks', commit);
}

async function namesOf(repository: RepositoryFolder, commit: string): Promise<readonly string[]> {
  if (!commitName.test(commit)) return [];
  return (await namesIn(folderOf(repository, commit))).filter((name) => fileName.test(name)).slice(0, mostChecks);
}

/** Sorted by name. One whose file cannot be read is pending, for it may be about to be written: nothing is merged past it. */
export async function readChecks(repository: RepositoryFolder, commit: string): Promise<readonly ForgeCheck[]> {
  const checks = new Map<string, ForgeCheck & { readonly changedAt: number }>();
  for (const name of await namesOf(repository, commit)) {
    const check = await readCheck(repository, commit, name);
    if (check === undefined) continue;
    const known = checks.get(check.name);
    if (known === undefined || known.changedAt <= check.changedAt) checks.set(check.name, check);
  }
  return [...checks.values()].map(({ id, name, state, conclusion, url }) => ({ id, name, state, conclusion, url }));
}

async function readCheck(
  repository: RepositoryFolder,
  commit: string,
  file: string,
): Promise<(ForgeCheck & { readonly changedAt: number }) | undefined> {
  const id = `${commit}/${file}`;
  const ownName = file.slice(0, -'.yaml'.length);
  try {
    const found = await find(repository, commit, file);
    if (found === undefined) return undefined;
    const { name = ownName, state, conclusion, url } = found.check;
    return { id, name, state, conclusion: conclusion === '' ? state : conclusion, url, changedAt: found.changedAt };
  } catch (error) {
    if (!isBroken(error)) throw error;
    return { id, name: ownName, state: 'pending', conclusion: `${error.text.what} ${error.text.why}`, url: undefined, changedAt: 0 };
  }
}

async function find(
  repository: RepositoryFolder,
  commit: string,
  file: string,
): Promise<{ readonly check: CheckFile; readonly changedAt: number } | undefined> {
  const path = join(folderOf(repository, commit), file);
  const found = await readText(path, mostLog);
  return found === undefined ? undefined : { check: readYaml(checkFile, found.text, { path, firstLine: 1 }), changedAt: found.changedAt };
}

/** @throws Failure (notFoundOrLocked) for a check that is not there any more; (configuration) for one that cannot be read. */
export async function readCheckLog(repository: RepositoryFolder, { id, name }: ForgeCheck): Promise<ForgeCheckLog> {
  const [commit = '', file = '', ...more] = id.split('/');
  const isOne = commitName.test(commit) && fileName.test(file) && more.length === 0;
  const found = isOne ? await find(repository, commit, file) : undefined;
  if (found === undefined) {
    throw new Failure(
      'notFoundOrLocked',
      {
        what: `The check ${JSON.stringify(name)} is not there any more.`,
        why: `No file ${JSON.stringify(id)} lies in ${join(repository.path, 'checks')}.`,
        fix: 'Run the check again.',
      },
      { facts: { repository: repository.name, check: id } },
    );
  }
  const { step, log, annotations } = found.check;
  return { step: step === '' ? undefined : step, tail: log.slice(-keptLog), annotations };
}

/** Changes when a check of the commit changes; undefined where there is none. */
export async function stampOfChecks(repository: RepositoryFolder, commit: string): Promise<string | undefined> {
  const stamps: string[] = [];
  for (const name of await namesOf(repository, commit))
    stamps.push(`${name} ${(await stampOf(join(folderOf(repository, commit), name)))?.stamp ?? ''}`);
  return stamps.length === 0 ? undefined : stamps.join('\n');
}
