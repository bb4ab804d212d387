import type { ForgePullRequest } from '../domain/forge.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { Question } from './ci-questions.ts';
import type { ForgeOfRun } from './forge-of-run.ts';
import type { CiPayload, CiResult, OpenedPullRequest } from './forge-task-types.ts';
import { questionTask } from './question-task.ts';
import type { WorkflowTools } from './tools.ts';

/** What the parts of `run.ci` share. */
export type CiContext = TaskContext<CiPayload>;
export type CiOutcome = Outcome<CiResult>;

/** One look at the checks of a pull request. */
export interface CiLook {
  readonly tools: WorkflowTools;
  readonly context: CiContext;
  readonly at: ForgeOfRun;
  readonly current: OpenedPullRequest;
}

/** A person has ended it. */
export function gone({ url }: ForgePullRequest): CiOutcome {
  return { kind: 'failure', reason: `somebody closed the pull request ${url} without merging it`, retryHint: 'never' };
}

export function endOfChecks({ context, current }: CiLook, kind: CiResult['kind'], by: string | null): CiOutcome {
  return { kind: 'success', result: { kind, current, by, repaired: context.payload.repaired } };
}

/** Asks a person whether to go on with the commit as it is, once for each time that the checks come to this. */
export function askAboutChecks(look: CiLook, { reason, failing: checks, recommendation, isMendable = true, ...more }: Question): CiOutcome {
  const { context, at, current } = look;
  const child = questionTask(at.run, {
    key: 'approve-ci',
    kind: 'checks',
    severity: 'high',
    reason,
    question: `${reason}. Go on with it all the same? ${current.url}`,
    recommendation,
    failing: checks,
    about: { pullRequest: current.url, commit: current.commit },
    actions: {
      approve_anyway: isMendable ? 'Go on although checks fail' : 'The branch is as it was: go on',
      ...(isMendable ? { manual_fix: 'Mend the branch by hand' } : {}),
      reject: 'End the run',
    },
    ...more,
  });
  const nextPayload: CiPayload = { ...context.payload, current, step: { kind: 'asked', commit: current.commit } };
  return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload } };
}
