import { createHash } from 'node:crypto';

/**
 * How events of GitHub are told apart, the same whether a webhook told of them or the sweep found them. A repository is named by its id, which
 * outlives a new name. Times are GitHub's, in whole seconds.
 *
 * One is not quite exact: a webhook tells of a label without the id of that event, so a label is known by when it was put on, which a webhook has as
 * the time of the issue's last change. Where the two differ by a second, two events come of one label; who starts runs has to look at what runs
 * already, as it must for a label that is put on twice.
 */
export function identities(repositoryId: string | number | bigint) {
  const of = (...parts: ReadonlyArray<string | number | bigint>) => bounded(['github', repositoryId, ...parts].join(':'));
  return {
    opened: (issue: number) => of('issue', issue, 'opened'),
    labeled: (issue: number, label: string, at: number) => of('issue', issue, 'labeled', digest(label), seconds(at)),
    unlabeled: (issue: number, label: string, at: number) => of('issue', issue, 'unlabeled', digest(label), seconds(at)),
    issueChanged: (issue: number, action: string, at: number) => of('issue', issue, action, seconds(at)),
    comment: (id: number | bigint | string) => of('comment', id),
    review: (id: number | bigint) => of('review', id),
    merged: (pull: number) => of('pull', pull, 'merged'),
    pullClosed: (pull: number, at: number) => of('pull', pull, 'closed', seconds(at)),
    pullHead: (pull: number, commit: string) => of('pull', pull, 'head', commit),
    pullChanged: (pull: number, action: string, at: number) => of('pull', pull, action, seconds(at)),
    checks: (what: string, id: number | bigint | string, state: string) => of('checks', what, id, state),
    push: (branch: string, before: string, after: string, at: number) =>
      of('push', digest(branch), before.slice(0, 16), after.slice(0, 16), at),
  };
}

/** For an event that belongs to no one repository. */
export function installationIdentity(installation: number | bigint, action: string, repositories: readonly string[], at: string): string {
  return bounded(['github', 'installation', installation, action, digest([...repositories].sort().join(' ')), at].join(':'));
}

/** Names may be long, and hold anything. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function seconds(at: number): number {
  return Math.floor(at / 1_000);
}

function bounded(identity: string): string {
  return identity.length <= 200 ? identity : `github:${createHash('sha256').update(identity).digest('hex')}`;
}
