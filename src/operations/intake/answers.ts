import type { Failure } from '../../domain/failure.ts';
import { commandVerbs } from '../../domain/forge-command.ts';
import type { Redact } from '../../domain/redact.ts';
import { code, fenced, inline } from '../../workflow/words/markdown.ts';

/** What is said in comments to who has asked for something in one; Markdown, with everything foreign escaped. */

const meanings: Readonly<Record<(typeof commandVerbs)[number], string>> = {
  run: 'starts a run of this issue',
  stop: 'ends its run; why may follow',
  retry: 'tries again what has failed, or the whole issue once the run has ended',
  approve: 'says yes to what the run asks; the name of a world and a reason may follow',
  reject: 'says no to it; a reason may follow',
  explain: 'tells why the winner won',
};

export function helpComment(): string {
  const lines = commandVerbs.map((verb) => `- \`/miyabi ${verb}\` ${meanings[verb]}`);
  return `That is nothing I know. The first line of a comment may be:\n\n${lines.join('\n')}`;
}

/** One sentence of ours around words of others. */
export function sentence(text: string, redact: Redact): string {
  return inline(redact(text).text, 1_000);
}

/** Why a run was not started. What to do about it may name what lies on the machine: that is for who runs it. */
export function notStartedComment({ text }: Failure, redact: Redact): string {
  return `No run was started: ${sentence(text.what, redact)} Whoever runs Miyabi finds more in its records.`;
}

export function explainedComment(run: string, explanation: string, redact: Redact): string {
  return `Why the winner of ${code(run)} won:\n\n${fenced(redact(explanation).text, { language: 'text', most: 50_000 })}`;
}
