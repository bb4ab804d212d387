import type { CommitId } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { SecurityFinding } from '../domain/security.ts';
import type { Leaks } from '../evaluation/security/find-leaks.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { questionTask } from './question-task.ts';
import type { QuestionTask } from './question-task.ts';
import { byKey, resultIfAny, whyNot } from './settled.ts';
import type { PublishPayload } from './task-types.ts';
import { approveType } from './task-types.ts';
import { runOf } from './tools.ts';
import { isTriedAgain } from './tried-again.ts';

type Context = TaskContext<PublishPayload>;
type Kept = Extract<Outcome<never>, { readonly kind: 'failure' }> | { readonly kind: 'success'; readonly decomposition: Decomposed };
type Decomposed = NonNullable<Extract<Outcome<never>, { readonly kind: 'success' }>['decomposition']>;

const key = 'approve-publish';
/** Findings that are named one by one. */
const mostNamed = 20;

/**
 * What has to happen before a branch with these findings may leave this machine: a person is asked, once for each commit. A secret that we hold
 * ourselves never leaves, whoever says so.
 *
 * @returns undefined where it may leave.
 */
export async function letOut(context: Context, head: CommitId, { findings, unknown }: Leaks): Promise<Kept | undefined> {
  if (findings.length === 0 && unknown === undefined) return undefined;
  const isOurs = findings.some(({ rule }) => rule === 'own-secret');
  const { asked } = context.payload;
  if (asked?.about === 'leak') {
    const answer = byKey(context.children, key);
    const approval = resultIfAny(approveType, answer);
    const reason = 'the branch was not handed over, since there are secrets in it';
    if (approval === undefined && (answer === undefined || !(await isTriedAgain(context, answer))))
      return { kind: 'failure', reason: `${reason}: ${answer === undefined ? 'nobody answered' : whyNot(answer)}`, retryHint: 'never' };
    if (asked.commit === head && approval !== undefined && approval.fixed === undefined)
      return isOurs ? { kind: 'failure', reason: `${reason} that Miyabi itself holds`, retryHint: 'never' } : undefined;
  }
  const named = findings.slice(0, mostNamed).map(nameOf);
  const more = findings.length - named.length;
  const failing = [
    ...named,
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(unknown === undefined ? [] : [`not everything could be looked at: ${unknown}`]),
  ];
  return ask(
    context,
    { about: 'leak', commit: head },
    {
      key,
      kind: 'secrets',
      severity: 'critical',
      reason: findings.length === 0 ? 'it could not be looked through for secrets' : 'secrets stand in what is about to leave this machine',
      question: `Before the branch is pushed: ${failing.join('; ')}. Push it all the same?`,
      recommendation:
        'Take them out of every commit of the branch, and replace whatever was a secret: it stands in commits that others may have seen.',
      failing,
      actions: {
        ...(isOurs ? {} : { approve_anyway: 'They are no secrets: push the branch' }),
        manual_fix: 'Take them out by hand',
        reject: 'Push nothing and end the run',
      },
      neverByItself: true,
    },
  );
}

/** Somebody else has pushed to the branch of the run: theirs is never overwritten. */
export async function foreignHead(
  context: Context,
  { branch, ours, theirs }: { readonly branch: string; readonly ours: CommitId; readonly theirs: CommitId },
): Promise<Kept> {
  const { asked } = context.payload;
  const answer = asked?.about === 'head' && asked.commit === ours ? byKey(context.children, key) : undefined;
  const reason = `somebody else has pushed ${theirs.slice(0, 12)} to ${branch}, where the run wants to put ${ours.slice(0, 12)}`;
  if (answer !== undefined && resultIfAny(approveType, answer) === undefined && !(await isTriedAgain(context, answer)))
    return { kind: 'failure', reason: `${reason}: ${whyNot(answer)}`, retryHint: 'never' };
  return ask(
    context,
    { about: 'head', commit: ours },
    {
      key,
      kind: 'branch',
      severity: 'high',
      reason,
      question: `${reason}. Is the branch free again?`,
      recommendation: 'Move what was pushed to another branch, then say yes; nobody is overwritten.',
      failing: [`${branch} is at ${theirs}`, `the run is at ${ours}`],
      actions: { approve_anyway: 'The branch is free again: push to it', reject: 'End the run' },
      neverByItself: true,
    },
  );
}

/** @param why what the other side said. */
export function notLetIn(branch: string, why: string): string {
  return (
    `${why}. Pushing needs the permission to write to the contents of the repository; where a rule protects branches with such names, ` +
    `set \`branch.template\` so that ${branch} is called otherwise.`
  );
}

function ask(context: Context, about: NonNullable<PublishPayload['asked']>, question: QuestionTask): Kept {
  const child = questionTask(runOf(context), question);
  return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload: { ...context.payload, asked: about } } };
}

function nameOf({ rule, path, line, detail }: SecurityFinding): string {
  return `${path}${line === undefined ? '' : `:${line}`} (${rule}): ${detail}`;
}
