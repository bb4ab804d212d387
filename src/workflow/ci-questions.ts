import type { CheckFailure } from '../domain/check-failure.ts';
import type { ForgeCheck, ForgePullRequest } from '../domain/forge.ts';
import { failureInWords } from './failed-checks.ts';
import type { OpenedPullRequest } from './forge-task-types.ts';

/** What a person is asked about the checks of a pull request. */
export interface Question {
  /** In a sentence. */
  readonly reason: string;
  readonly failing: readonly string[];
  readonly recommendation: string;
  /** Silence is never a yes. */
  readonly neverByItself?: true;
  /** Whether a commit on top of the branch would help; it would unless said. */
  readonly isMendable?: boolean;
}

export function failing(failures: readonly CheckFailure[], reason: string): Question {
  return {
    reason,
    failing: failures.map(failureInWords),
    recommendation:
      'See whether the checks fail for what is on the branch; mend it by hand, or go on where they would fail without it too.',
  };
}

export function late(names: readonly string[], minutes: number): Question {
  return {
    reason: `checks have not come to an end within ${minutes} min: ${names.join(', ')}`,
    failing: names,
    recommendation: 'See whether anything runs them; start them again and say yes once they have passed.',
  };
}

/** Somebody else has pushed to the branch of the pull request. */
export function foreign({ head }: ForgePullRequest, { commit }: OpenedPullRequest): Question {
  return {
    reason: `${head.branch} is at ${head.commit.slice(0, 12)}, which the run did not push; its own commit is ${commit.slice(0, 12)}`,
    failing: [`${head.branch} is at ${head.commit}`, `the run is at ${commit}`],
    recommendation: 'Move what was pushed to another branch and put this one back, then say yes; nobody is overwritten.',
    neverByItself: true,
    isMendable: false,
  };
}

/** Names of checks, as many as a sentence holds. */
export function named(checks: readonly ForgeCheck[]): readonly string[] {
  const shown = checks.slice(0, 10).map(({ name }) => name.slice(0, 100));
  return checks.length > shown.length ? [...shown, `and ${checks.length - shown.length} more`] : shown;
}
