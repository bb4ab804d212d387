import { code, fenced } from './markdown.ts';

/** Characters of a commit's diff that go along. */
const longestDiff = 60_000;

/** A commit that no longer fits. */
export interface RedoneCommit {
  readonly message: string;
  readonly diff: string;
  /** Paths in which it conflicts. */
  readonly paths: readonly string[];
}

interface RedoneIssue {
  readonly title: string;
  readonly body: string;
}

/** What an agent is told that makes a change again on a base that has moved under it. */
export function redoInstructions({ message, diff, paths }: RedoneCommit, issue: RedoneIssue): string {
  return [
    '# Make this change again on the code as it is now',
    `The branch that the change is for has moved, and the change no longer fits: both sides changed ${paths
      .slice(0, 50)
      .map((path) => code(path))
      .join(
        ', ',
      )}. Make the same change on the code as it stands in this folder, so that what both sides wanted holds. Keep everything that others have changed.`,
    `## The change as it was\n\n${fenced(message, { most: 4_000 })}\n\n${fenced(diff, { language: 'diff', most: longestDiff })}`,
    `## The issue that this is about: ${issue.title}\n\n${issue.body}`,
  ].join('\n\n');
}

/** What an agent is told of a branch that is red on a base that has moved. @param reason in a sentence. */
export function redInstructions(reason: string, issue: RedoneIssue): string {
  return [
    '# Mend the branch on the base that has moved',
    'The branch that the change is for has moved, and the change was put on top of it. Together they do not pass:',
    fenced(reason),
    'Mend the code so that what both sides wanted holds. Do not weaken, skip or delete tests.',
    `## The issue that this is about: ${issue.title}\n\n${issue.body}`,
  ].join('\n\n');
}
