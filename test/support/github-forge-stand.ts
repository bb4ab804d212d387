import { createGithub } from '../../src/adapters/github/create-github.ts';
import type { ForgeStand } from '../conformance/forge-stand.ts';
import { openGithubStand } from './github-stand/github-stand.ts';

/** GitHub as the suite over all forges wants it. It ends in a failure where an exchange was not as GitHub describes it. */
export async function githubForgeStand(): Promise<ForgeStand> {
  const stand = await openGithubStand();
  return {
    forge: createGithub(stand.settings({ repositories: [stand.repository] })),
    repository: stand.repository,
    git: stand.code.path,
    person: async (permission) => await stand.person(permission),
    writeIssue: async (issue) => await stand.createIssue(issue),
    writeComment: async (number, author, body) => void (await stand.comment(number, author, body)),
    putLabel: async (...label) => await stand.label(...label),
    closeIssue: async (number) => await stand.closeIssue(number),
    setCheck: async (...check) => await stand.setCheck(...check),
    commitOnBranch: async (branch, files, message = 'A change') => {
      const commit = stand.code.commitOn(branch, files, message);
      await stand.lookAtCode();
      return commit;
    },
    moveBranch: async (branch, commit) => {
      stand.code.moveBranch(branch, commit);
      await stand.lookAtCode();
    },
    closePullRequest: async (number) => await stand.closePullRequest(number),
    allowMethods: async (methods) => await Promise.resolve(stand.allowMethods(methods)),
    protect: async (rules) => await Promise.resolve(stand.protect(rules)),
    review: async (...review) => await stand.review(...review),
    async [Symbol.asyncDispose]() {
      await stand[Symbol.asyncDispose]();
      stand.assertAsDescribed();
    },
  };
}
