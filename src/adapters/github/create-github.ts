import type { Forge, Sweep } from '../../ports/forge.ts';
import { parseRemoteUrl } from '../../domain/remote-url.ts';
import type { ForgeUser } from '../../domain/forge.ts';
import { createAccesses } from './access.ts';
import { readCheckLog } from './check-log.ts';
import { listChecks } from './checks.ts';
import { listComments, listCommentsSince } from './comments.ts';
import { closeIssue, listOpenIssues, readIssue, reopenIssue } from './issues.ts';
import { changeLabels, ensureLabels } from './labels.ts';
import { merge } from './merge.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { nobody, readPermission, readSelf } from './people.ts';
import {
  closePullRequest,
  deleteBranch,
  findPullRequest,
  listObjections,
  openPullRequest,
  readPullRequest,
  updatePullRequest,
} from './pull-requests.ts';
import { listRepositories, readRepository } from './repositories.ts';
import type { GithubSettings } from './settings.ts';
import { labelled, missed } from './sweep.ts';
import { tell } from './tell.ts';

/** GitHub, github.com or an Enterprise server, with a personal token or as an App. Nothing is asked of it yet. */
export function createGithub(settings: GithubSettings): Forge & Sweep {
  const accesses = createAccesses(settings);
  const inOrder = oneAtATime();
  let known: ForgeUser | undefined;
  const self = async (): Promise<ForgeUser> => {
    if (known !== undefined) return known;
    const found = await readSelf(accesses);
    // An App that is installed nowhere yet has no id that it could be known by.
    if (found.id !== nobody) known = found;
    return found;
  };
  const repository = async (name: string) => await readRepository(accesses, settings, name);
  return {
    name: 'github',
    self,
    repository,
    repositories: async () => await listRepositories(accesses, settings),
    async gitCredential(name) {
      const { scheme } = parseRemoteUrl(settings.git.replaceAll('<repository>', name));
      if (scheme !== 'https' && scheme !== 'http') return undefined;
      return { kind: 'token', username: 'x-access-token', token: await (await accesses.of(name)).token() };
    },

    issue: async (place) => await readIssue(await accesses.of(place.repository), place),
    openIssues: async (name, label) => await listOpenIssues(await accesses.of(name), name, label),
    closeIssue: async (place) => await closeIssue(await accesses.of(place.repository), place),
    reopenIssue: async (place) => await reopenIssue(await accesses.of(place.repository), place),
    comments: async (place, since) => await listComments(await accesses.of(place.repository), place, since),
    commentsSince: async (name, since) => await listCommentsSince(await accesses.of(name), name, since),
    tell: async (place, marker, body) =>
      await inOrder(`${place.repository}#${place.number} ${marker}`, async () => {
        const access = await accesses.of(place.repository);
        return await tell(access, { place, marker, body, selfId: (await self()).id });
      }),
    ensureLabels: async (name, labels) => await ensureLabels(await accesses.of(name), name, labels),
    changeLabels: async (place, change) => await changeLabels(await accesses.of(place.repository), place, change),
    permission: async (name, user) => await readPermission(await accesses.of(name), name, user),

    pullRequest: async (place) => await readPullRequest(await accesses.of(place.repository), place),
    pullRequestOf: async (name, head) => await findPullRequest(await accesses.of(name), name, head),
    openPullRequest: async (draft) => await openPullRequest(await accesses.of(draft.repository), draft),
    updatePullRequest: async (place, change) => await updatePullRequest(await accesses.of(place.repository), place, change),
    merge: async (place, request) => await merge(await accesses.of(place.repository), place, request),
    objections: async (place) => await listObjections(await accesses.of(place.repository), place),
    closePullRequest: async (place) => await closePullRequest(await accesses.of(place.repository), place),
    deleteBranch: async (name, branch) => await deleteBranch(await accesses.of(name), name, branch),

    checks: async (name, commit) => await listChecks(await accesses.of(name), name, commit),
    checkLog: async (name, check) => await readCheckLog(await accesses.of(name), name, check),

    missed: async (name, since, watched) => {
      const access = await accesses.of(name);
      const { id, name: today } = await repository(name);
      return await missed(access, { label: settings.label, repository: today, repositoryId: id, since, watched });
    },
    labelled: async (name, label) => {
      const access = await accesses.of(name);
      const { id, name: today } = await repository(name);
      return await labelled(access, { label, repository: today, repositoryId: id });
    },
  };
}
