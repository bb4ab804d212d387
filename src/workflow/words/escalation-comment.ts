import type { Escalation } from '../../domain/escalation.ts';
import { answeredByTime } from '../../domain/outcome.ts';
import { howToAnswer, moment } from './how-to-answer.ts';
import { code, folded, fenced, inline, sections } from './markdown.ts';

export interface EscalationComment {
  /** As people see it: `run_...`. */
  readonly run: string;
  readonly escalation: Escalation;
}

/** What stands at the issue while a run waits for a person. */
export function escalationComment({ run, escalation }: EscalationComment): string {
  const { severity, reason, context, deadline, actions } = escalation;
  return sections([
    `## ${code(run)} waits for an answer`,
    `**${severity}**: ${inline(reason, 2_000)}`,
    inline(context.recommendation, 2_000),
    context.failing_checks.length === 0
      ? ''
      : `What fails:\n${context.failing_checks
          .slice(0, 50)
          .map((check) => `- ${inline(check, 500)}`)
          .join('\n')}`,
    actions.map(({ id, label }) => `- ${code(id)}: ${inline(label)}`).join('\n'),
    howToAnswer(
      run,
      actions.some(({ id }) => id === 'manual_fix') ? [`${code(`miyabi fix ${run}`)} opens the branch in your editor.`] : [],
    ),
    deadline === undefined
      ? 'It waits for as long as it takes.'
      : `Without an answer by ${moment(deadline.at)} it is ${deadline.otherwise === 'approve' ? 'approved' : 'rejected'}.`,
    folded(
      'As data',
      fenced(JSON.stringify({ ...escalation, context: { ...context, about: undefined } }, undefined, 2), { language: 'json' }),
    ),
  ]);
}

/** What stands there once it is answered. @param by who has answered; undefined where that is not known any more. */
export function answeredComment({
  run,
  about,
  by,
}: {
  readonly run: string;
  readonly about: string;
  readonly by: string | undefined;
}): string {
  const who =
    by === undefined ? 'It was answered.' : by === answeredByTime ? 'Nobody answered in time.' : `Answered by ${inline(by, 200)}.`;
  return sections([`## ${code(run)} waits no longer`, who, `It was about: ${inline(about, 2_000)}`]);
}
