import { expect } from 'vitest';
import { createGithub } from '../../src/adapters/github/create-github.ts';
import type { ForgeStand } from '../conformance/forge-stand.ts';
import { openGithubStand } from './github-stand/github-stand.ts';

/** GitHub as the suite over all forges wants it. It ends in a failure where an exchange was not as GitHub describes it. */
export async function githubForgeStand(): Promise<ForgeStand> {
  const stand = await openGithubStand();
  return {
    forge: createGithub(stand.settings()),
    repository: stand.repository,
    git: stand.code.path,
    person: stand.person,
    writeIssue: stand.createIssue,
    writeComment: async (number, author, body) => void (await stand.comment(number, author, body)),
    putLabel: stand.label,
    closeIssue: stand.closeIssue,
    setCheck: stand.setCheck,
    commitOnBranch: async (branch, files, message = 'A change') => {
      const commit = stand.code.commitOn(branch, files, message);
      await stand.lookAtCode();
      return commit;
    },
    moveBranch: async (branch, commit) => {
      stand.code.moveBranch(branch, commit);
      await stand.lookAtCode();
    },
    closePullRequest: stand.closePullRequest,
    allowMethods: async (methods) => await Promise.resolve(stand.allowMethods(methods)),
    protect: async (rules) => await Promise.resolve(stand.protect(rules)),
    review: stand.review,
    async [Symbol.asyncDispose]() {
      await stand[Symbol.asyncDispose]();
      expect(stand.violations()).toEqual([]);
    },
  };
}
