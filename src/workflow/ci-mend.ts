import type { ForgeCheck } from '../domain/forge.ts';
import { baseOfBranch } from './base-of-branch.ts';
import type { CiLook, CiOutcome } from './ci-look.ts';
import { askAboutChecks } from './ci-look.ts';
import { failing } from './ci-questions.ts';
import { noteErrors } from './errors-of-check.ts';
import { failureInWords, failuresOf, keptFingerprint } from './failed-checks.ts';
import { reviewOf } from './forge-of-run.ts';
import type { CiPayload } from './forge-task-types.ts';
import { leavingText } from './leaving-text.ts';
import { mendTask, pushAgain } from './mend-round.ts';
import { openMirror } from './open-mirror.ts';
import { resultIfAny, whyNot } from './settled.ts';
import { implementType } from './task-types.ts';
import { checkInstructions } from './words/check-instructions.ts';

/** Has one more task mend what fails, unless that was tried before or often enough: then a person is asked. */
export async function mend(look: CiLook, failed: readonly ForgeCheck[]): Promise<CiOutcome> {
  const { tools, context, at, current } = look;
  const { run, origin, forge } = at;
  await tools.ledger.choices.became(context.jobId, 'ci-failed');
  const failures = await failuresOf(tools, forge, origin.repository, failed);
  const { repaired, work } = context.payload;
  const fingerprints = failures.map(keptFingerprint);
  await noteErrors(
    tools,
    context.jobId,
    failures.flatMap(({ tail, annotations }) => [...annotations, tail].filter((text) => text.trim() !== '')),
  );
  const again = failures.find((_, index) => repaired.fingerprints.includes(fingerprints[index]!));
  if (again !== undefined) return askAboutChecks(look, failing(failures, `${again.name} fails in the same way as before it was mended`));
  if (repaired.rounds >= run.config.ci.rounds) {
    const reason =
      repaired.rounds === 0
        ? 'checks fail, and none are mended by themselves'
        : `checks still fail after they were mended ${times(repaired.rounds)}`;
    return askAboutChecks(look, failing(failures, reason));
  }
  const rounds = repaired.rounds + 1;
  const mirror = await openMirror(tools, context);
  const diff = await mirror.patch(await baseOfBranch(mirror, context), current.commit);
  const task = mendTask({
    id: `repair-ci-${rounds}`,
    title: `Mend what fails in continuous integration: ${failures.map(({ name }) => name).join(', ')}`,
    instructions: checkInstructions(failures, run.issue, leavingText(tools, diff)),
    work,
  });
  const children = [task, ...pushAgain(run, { work, review: reviewOf(context) }, [task.key])];
  const next: CiPayload = {
    ...context.payload,
    current,
    step: { kind: 'mended' },
    repaired: { rounds, fingerprints: [...repaired.fingerprints, ...fingerprints] },
  };
  return {
    kind: 'success',
    decomposition: { join: 'resume', children, nextPayload: next },
    observations: failures.map((failure) => `${failureInWords(failure)}: it is mended, round ${rounds} of ${run.config.ci.rounds}.`),
  };
}

/** No world mended it, or what they made could not be pushed. */
export function notMended(look: CiLook): CiOutcome {
  const { context } = look;
  const stopped = context.children.find(({ end }) => end.state === 'dead') ?? context.children[0];
  const skipped = resultIfAny(implementType, stopped)?.summary;
  const why = skipped ?? (stopped === undefined ? 'nothing was tried' : whyNot(stopped));
  return askAboutChecks(look, {
    reason: `what fails in continuous integration could not be mended: ${why}`,
    failing: [`${stopped?.key ?? 'repair'}: ${why}`],
    recommendation: 'Look at the checks of the pull request, and mend the branch by hand.',
  });
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
