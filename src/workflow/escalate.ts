import type { Config } from '../domain/config.ts';
import type { Escalation, EscalationAction, EscalationKind } from '../domain/escalation.ts';
import type { Issue } from '../domain/issue.ts';
import type { Need } from '../domain/outcome.ts';
import { readQuestionKey } from '../domain/question-key.ts';
import { mayStand } from '../domain/standing-answer.ts';

/** The name of the signal that answers every question to a person; its payload is an `ApprovalAnswer`. */
export const approvalSignal = 'approval';

/** How long a question waits for a person (ms), and what their silence means. */
export interface Patience {
  readonly ms: number;
  readonly otherwise: 'approve' | 'reject';
}

/** As configured; undefined where a question waits for ever. */
export function patienceOf({ escalations: { deadlineHours, otherwise } }: Pick<Config, 'escalations'>): Patience | undefined {
  return otherwise === 'wait' ? undefined : { ms: deadlineHours * 3_600_000, otherwise };
}

/** What a person is asked, and why. */
export interface AskedOf {
  readonly kind: EscalationKind;
  /** A person looks each time: a yes to another one of the kind is none to this. */
  readonly onlyOnce?: boolean;
  readonly severity: Escalation['severity'];
  /** In a sentence. */
  readonly reason: string;
  /** What would be sensible, in a sentence or two. */
  readonly recommendation: string;
  readonly failing?: readonly string[];
  /** What it is about, as small data. */
  readonly about?: unknown;
  /** Words for the actions that there are, in their order. */
  readonly actions: Partial<Readonly<Record<EscalationAction, string>>>;
}

/** A question as data, without its deadline: that is set when it begins to wait. */
export function escalationOf({ issue }: { readonly issue: Issue }, asked: AskedOf): Escalation {
  const { kind, severity, reason, recommendation, failing = [], about, actions } = asked;
  return {
    type: 'escalation',
    kind,
    canStand: mayStand(asked),
    severity,
    issue: nameOfIssue(issue),
    reason,
    context: { failing_checks: [...failing], recommendation, ...(about === undefined ? {} : { about }) },
    actions: Object.entries(actions).map(([id, label]) => ({ id: id as EscalationAction, label })),
  };
}

/** A question of a task that goes on running, which has no more than its words. */
export function escalationOfAsked(
  run: { readonly issue: Issue },
  { key, text }: { readonly key: string; readonly text: string },
): Escalation {
  const { kind, onlyOnce } = readQuestionKey(key);
  return plainEscalation(run, text, { kind, onlyOnce, severity: 'high' });
}

/** A question that was asked in words alone. */
export function plainEscalation(
  run: { readonly issue: Issue },
  text: string,
  asked: Pick<AskedOf, 'kind' | 'severity' | 'onlyOnce'>,
): Escalation {
  const recommendation = 'A yes lets it go on, a no stops it.';
  return escalationOf(run, { ...asked, reason: text, recommendation, actions: { approve_anyway: 'Go on', reject: 'Stop' } });
}

/** What a task that waits for a person needs. @param now epoch ms. @param question in a sentence or two, ending with what a yes means. */
export function needOfPerson(
  question: string,
  escalation: Escalation,
  { now, patience }: { readonly now: number; readonly patience: Patience | undefined },
): Need {
  const asked = { signal: approvalSignal, from: 'person', question } as const;
  if (patience === undefined) return { ...asked, details: escalation };
  const until = Math.round(now + patience.ms);
  return { ...asked, until, details: { ...escalation, deadline: { at: until, otherwise: patience.otherwise } } satisfies Escalation };
}

/** An issue as people find it: `owner/name#12`, the path of its file, or its title. */
export function nameOfIssue({ origin, title }: Issue): string {
  switch (origin.kind) {
    case 'forge':
      return `${origin.repository}#${origin.number}`;
    case 'file':
      return origin.path;
    case 'text':
      return title;
  }
}
