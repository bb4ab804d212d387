import type { WorldVerdict } from '../domain/choice.ts';

/** Why no world could be taken, in a sentence. */
export function noneReason(verdicts: readonly WorldVerdict[]): string {
  if (verdicts.length === 0) return 'There was no world to choose from.';
  if (verdicts.every(isSkipped))
    return verdicts.length === 1 ? 'The only world was not run.' : `None of ${verdicts.length} worlds was run.`;
  const checked = verdicts.filter((verdict) => verdict.score !== undefined).length;
  if (verdicts.length === 1)
    return checked === 0 ? 'The only world produced no change that could be checked.' : 'The only world did not pass the gates.';
  if (checked === 0) return `None of ${verdicts.length} worlds produced a change that could be checked.`;
  return `${checked} of ${verdicts.length} worlds produced a change, and none of these passed the gates.`;
}

/** Which worlds were left out and why, to be added to a sentence: whoever tries again wants to know when. */
export function notRun(verdicts: readonly WorldVerdict[]): string {
  const skipped = verdicts.filter(isSkipped).map(({ world, against }) => `${world} (${against.join('; ')})`);
  return skipped.length === 0 ? '' : ` Left out: ${skipped.join(', ')}.`;
}

function isSkipped({ status }: WorldVerdict): boolean {
  return status === 'skipped';
}
