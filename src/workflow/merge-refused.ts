import type { Merged } from '../ports/forge.ts';
import { ciType } from './forge-task-types.ts';
import type { MergeLook, MergeOutcome } from './merge-look.ts';
import { askAtMerge } from './merge-look.ts';
import { waitForForge } from './with-forge.ts';

/** How soon it is looked at again where something moved in the last moment, in ms. */
const soonMs = 2_000;

/**
 * What comes of a merge that the forge refused: what may pass by itself is looked at again, for as long as checks are waited for
 * (`ci.timeoutMinutes`); then, and about a rule, a person is asked.
 */
export async function afterRefusal(look: MergeLook, { why, reason }: Extract<Merged, { readonly kind: 'refused' }>): Promise<MergeOutcome> {
  const { tools, at } = look;
  const { sweepSeconds, timeoutMinutes } = at.run.config.ci;
  const now = tools.clock.now();
  if (why === 'rule') {
    return ask(look, `a rule of the repository keeps the pull request from being merged: ${reason}`, {
      recommendation: 'Do what the rule asks for, such as a review; an approving review there is a yes here too.',
    });
  }
  if (now - (await beganToWait(look)) > timeoutMinutes * 60_000) {
    return ask(look, `the forge has refused to merge the pull request for ${timeoutMinutes} min: ${reason}`, {
      recommendation: `Look at ${look.found.url}: it says there what is in the way.`,
    });
  }
  // The look that comes next finds the base that has moved, or the draft.
  const waitMs = why === 'moved' ? soonMs : sweepSeconds * 1_000;
  return waitForForge(`it could not be merged yet: ${reason}`, now + waitMs);
}

function ask(look: MergeLook, reason: string, { recommendation }: { readonly recommendation: string }): MergeOutcome {
  return askAtMerge(look, {
    about: 'merge',
    severity: 'medium',
    reason,
    recommendation,
    actions: { approve_anyway: 'Try to merge it again', manual_fix: 'Change something by hand first', reject: 'Do not merge it' },
    neverByItself: true,
  });
}

/** When its checks had last been followed, or a person last said yes to its merge: epoch ms. */
async function beganToWait({ tools, context, ci }: MergeLook): Promise<number> {
  const before = (await tools.pastTasks(context.jobId)).flatMap(({ key, type, endedAt }) =>
    (key === 'approve-merge' || type === ciType.name) && endedAt !== undefined ? [endedAt] : [],
  );
  return Math.max(ci.current.at, ...before);
}
