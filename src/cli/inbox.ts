import { displayId } from '../domain/ids.ts';
import type { InboxItem } from '../operations/inbox.ts';
import { inbox as inboxOf, inboxAsData } from '../operations/inbox.ts';
import { answeredInbox, revokeStanding, standingInbox } from './inbox-history.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

export interface InboxOptions extends GlobalOptions {
  /** What was answered, in place of what waits. */
  readonly answered?: boolean;
  /** The answers that hold for later questions. */
  readonly standing?: boolean;
  /** Id of such an answer, which is to stand no more. */
  readonly revoke?: string;
  readonly json?: boolean;
}

/** `miyabi inbox`: everything that waits for a person, the oldest first; or what was answered, and which answers stand. */
export async function inbox(shell: Shell, options: InboxOptions): Promise<number> {
  await using app = await shell.open(options);
  const { answered, standing, revoke, json = false } = options;
  if (revoke !== undefined) return await revokeStanding(shell, app.tools, revoke, json);
  if (standing === true) return await standingInbox(shell, app.tools, json);
  if (answered === true) return await answeredInbox(shell, app.tools, json);
  const items = await inboxOf(app.tools);
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'inbox', schemaVersion: 1, questions: items.map(inboxAsData) })}\n`);
    return 0;
  }
  if (items.length === 0) shell.out('Nothing waits for an answer.\n');
  const now = app.tools.clock.now();
  for (const item of items) print(shell, item, now);
  if (items.length > 0) shell.out(`\`${commandPrefix(shell, options)} approve <number>\` says yes, \`reject\` says no.\n`);
  return 0;
}

function print(shell: Shell, { number, job, question }: InboxItem, now: number): void {
  const { severity, issue, context, deadline, actions, canStand } = question.escalation;
  shell.out(`${number}  ${displayId('run', job.id)}  ${severity}  ${oneLine(issue)}\n`);
  shell.out(`   ${oneLine(question.text)}\n`);
  for (const check of context.failing_checks.slice(0, 3)) shell.out(`   - ${oneLine(check)}\n`);
  const ends =
    deadline === undefined
      ? 'waits for ever'
      : `${deadline.otherwise === 'approve' ? 'approved' : 'rejected'} in ${span(deadline.at - now)}`;
  shell.out(`   asked ${span(now - question.askedAt)} ago, ${ends}; ${actions.map(({ id }) => id).join(', ')}\n`);
  if (canStand) shell.out('   a yes may hold for longer: --for run, --for always\n');
}

/** A span of time in words, rounded to what people need to know of it. */
function span(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 60 / 24)} days`;
}
