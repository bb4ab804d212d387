import { afterAll, beforeAll, describe, it } from 'vitest';
import { commentCases } from './forge/comments.ts';
import { eventCases } from './forge/events.ts';
import { issueCases } from './forge/issues.ts';
import { mergeCases } from './forge/merges.ts';
import { pullRequestCases } from './forge/pull-requests.ts';
import { ruleCases } from './forge/rules.ts';
import type { ForgeStand, Lacks } from './forge-stand.ts';

/** What a case needs: the stand, which all cases share, and names that no other case uses. */
export interface ForgeCases {
  readonly stand: () => ForgeStand;
  /** A branch that nobody has used yet. */
  readonly branch: () => string;
  /** `it`, or skipped with the reason. */
  readonly unlessLacking: (what: keyof Lacks) => (name: string, test: () => Promise<void>) => void;
}

/** One meaning for every forge: each must pass all of this. @param lacks what its stand cannot show, with the reason. */
export function describeForge(name: string, openStand: () => Promise<ForgeStand>, lacks: Lacks = {}): void {
  describe(`the forge ${name}`, () => {
    let opened: ForgeStand | undefined;
    let branches = 0;
    beforeAll(async () => {
      opened = await openStand();
    });
    afterAll(async () => await opened?.[Symbol.asyncDispose]());
    const cases: ForgeCases = {
      stand: () => {
        if (opened === undefined) throw new Error('The stand was not opened.');
        return opened;
      },
      branch: () => `work/${(branches += 1)}`,
      unlessLacking: (what) => (title, test) => it.skipIf(lacks[what] !== undefined)(`${title}${because(lacks[what])}`, test),
    };
    issueCases(cases);
    commentCases(cases);
    pullRequestCases(cases);
    mergeCases(cases);
    ruleCases(cases);
    eventCases(cases);
  });
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : ` (${reason})`;
}
