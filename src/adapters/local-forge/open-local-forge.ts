import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { parseRemoteUrl } from '../../domain/remote-url.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Forge, ForgePlace, Sweep } from '../../ports/forge.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import { bareRepositories } from '../git/bare-repository.ts';
import { sqliteLocks } from '../lock/sqlite-locks.ts';
import { changing } from './changing.ts';
import { readCheckLog, readChecks } from './checks.ts';
import { commentsSince, objectionsTo, readComments, shown, tell } from './comments.ts';
import type { ForgeFolder, RepositoryFolder } from './folder.ts';
import { locked, readRepository, repositoryFolder, unlessBroken } from './folder.ts';
import { openIssues, readIssue } from './issues.ts';
import type { Item } from './items.ts';
import { changeItem, noItem, someItem } from './items.ts';
import { changeLabels, ensureLabels } from './labels.ts';
import { mergePull } from './merge.ts';
import { readPeople, self } from './people.ts';
import { codeOf, newestFrom, openPull, pullRequestOf, standing, standingPull } from './pulls.ts';
import { reached, realFolder, repositoriesOf } from './reach.ts';
import { labelled, missed } from './sweep.ts';

/** What a local forge needs of the machine. */
export interface LocalForgePrograms {
  readonly process: ProcessRunner;
  /** The PATH on which git is found. */
  readonly path: string;
  /** Told in a sentence of a file that is passed over because it cannot be read. */
  readonly notice: (text: string) => void;
}

/**
 * A forge that is a folder: `<folder>/<owner>/<name>.git` is a bare repository, and the folder beside it holds issues, pull requests, checks, people
 * and rules as Markdown and YAML, for people to edit with whatever they like. See docs/local-forge.md. For one machine: its locks are files.
 *
 * @param name as it is configured.
 * @throws Failure (configuration) for a folder that is not there or cannot be a forge.
 */
export async function openLocalForge(name: string, folder: string, clock: Clock, programs: LocalForgePrograms): Promise<Forge & Sweep> {
  const real = await realFolder(name, folder);
  const locks = sqliteLocks(join(real, '.miyabi', 'locks'));
  return localForge({ name, folder: real, clock, locks, git: bareRepositories({ ...programs, locks }), notice: programs.notice });
}

function localForge(forge: ForgeFolder): Forge & Sweep {
  const at = async <Result>(repository: string, work: (found: RepositoryFolder) => Promise<Result>): Promise<Result> =>
    await reached(forge, async () => {
      const found = repositoryFolder(forge, repository);
      await readRepository(found);
      return await work(found);
    });
  /** Changes whatever bears the number. */
  const change = async <Result>(
    { repository, number }: ForgePlace,
    work: (found: RepositoryFolder, item: Item) => Promise<Result>,
  ): Promise<Result> =>
    await at(repository, async (found) => {
      const { kind } = await someItem(found, number);
      return await changing(found, { kind, number }, async () => await work(found, await someItem(found, number)));
    });
  return {
    name: forge.name,
    self: async () => self,
    repository: (name) =>
      at(name, async (found) => {
        const { id, defaultBranch, mergeMethods } = await readRepository(found);
        return { id, name, defaultBranch, gitUrl: parseRemoteUrl(found.gitPath).url, mergeMethods };
      }),
    repositories: () => reached(forge, () => repositoriesOf(forge)),
    gitCredential: async () => undefined,

    issue: ({ repository, number }) => at(repository, async (found) => await readIssue(found, await readPeople(found), number)),
    openIssues: (repository, label) => at(repository, async (found) => await openIssues(found, await readPeople(found), label)),
    closeIssue: (place) =>
      change(place, async (found, item) => {
        if (item.kind !== 'issue') throw noItem(found, place.number, 'issue');
        if (item.front.state === 'open') await changeItem(found, item, { front: { state: 'closed' } });
      }),
    reopenIssue: (place) =>
      change(place, async (found, item) => {
        if (item.kind !== 'issue') throw noItem(found, place.number, 'issue');
        if (item.front.state !== 'open') await changeItem(found, item, { front: { state: 'open' } });
      }),
    comments: ({ repository, number }, since = 0) =>
      at(repository, async (found) => {
        const { kind } = await someItem(found, number);
        const all = await readComments(found, await readPeople(found), { kind, number });
        return all.filter(({ updatedAt }) => updatedAt >= since).map(shown);
      }),
    commentsSince: (repository, since) => at(repository, async (found) => await commentsSince(found, await readPeople(found), since)),
    tell: (place, marker, body) =>
      change(place, async (found, { kind, number }) => await tell(found, await readPeople(found), { kind, number }, { marker, body })),
    ensureLabels: (repository, labels) =>
      at(repository, async (found) => await locked(found, async () => await ensureLabels(found, labels))),
    changeLabels: (place, labels) => change(place, async (found, item) => await changeLabels(found, item, labels)),
    permission: (repository, { id }) => at(repository, async (found) => (await readPeople(found)).permissionOf(id)),

    pullRequest: ({ repository, number }) => at(repository, async (found) => await pullRequestOf(found, await standingPull(found, number))),
    pullRequestOf: (repository, head) =>
      at(repository, async (found) => {
        const item = await newestFrom(found, head);
        return item === undefined ? undefined : await pullRequestOf(found, await standing(found, item));
      }),
    openPullRequest: (draft) =>
      at(draft.repository, async (found) => {
        const number = await locked(found, async () => await openPull(found, draft));
        return await pullRequestOf(found, await standingPull(found, number));
      }),
    updatePullRequest: (place, { title, body, isDraft }) =>
      change(place, async (found, item) => {
        if (item.kind !== 'pull') throw noItem(found, place.number, 'pull request');
        const front = {
          ...(title === undefined || title === item.title ? {} : { title }),
          ...(isDraft === undefined || !item.front.draft ? {} : { draft: 'false' }),
        };
        const isNew = body !== undefined && body.trim() !== item.body;
        if (isNew || Object.keys(front).length > 0) await changeItem(found, item, isNew ? { front, body } : { front });
      }),
    merge: (place, request) =>
      change(place, async (found, item) => {
        if (item.kind !== 'pull') throw noItem(found, place.number, 'pull request');
        return await mergePull(found, place.number, request);
      }),
    objections: ({ repository, number }) => at(repository, async (found) => await objectionsTo(found, await readPeople(found), number)),
    closePullRequest: (place) =>
      change(place, async (found, item) => {
        if (item.kind !== 'pull') throw noItem(found, place.number, 'pull request');
        const { state, head } = await standing(found, item);
        if (state === 'open')
          await changeItem(found, item, { front: { state: 'closed', ...(head === undefined ? {} : { commit: head }) } });
      }),
    deleteBranch: (repository, branch) =>
      at(repository, async (found) => {
        const { defaultBranch } = await readRepository(found);
        if (branch === defaultBranch) throw isDefault(found, branch);
        await codeOf(found).deleteBranch(branch);
      }),

    checks: (repository, commit) => at(repository, async (found) => await readChecks(found, commit)),
    checkLog: (repository, check) => at(repository, async (found) => await readCheckLog(found, check)),
    labelled: async (repository, label) =>
      (await unlessBroken(forge, () => at(repository, async (found) => await labelled(found, label)))) ?? [],
    missed: async (repository, since, watched, isKnown) =>
      (await unlessBroken(forge, () => at(repository, async (found) => await missed(found, since, watched, isKnown)))) ?? [],
  };
}

function isDefault({ name }: RepositoryFolder, branch: string): Failure {
  return new Failure(
    'usage',
    { what: `The branch ${branch} of ${name} is not deleted.`, why: 'It is the default branch.', fix: 'Name another one.' },
    { facts: { repository: name, branch } },
  );
}
