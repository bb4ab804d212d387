import { z } from 'zod';

/** What a person can answer to an escalation. */
export const escalationActions = ['approve_anyway', 'manual_fix', 'reject'] as const;
export type EscalationAction = (typeof escalationActions)[number];

/** What a question is about. Those of one kind are asked at the same point of a run. */
export const escalationKinds = [
  /** Whether a plan is carried out. */
  'plan',
  /** Which world is taken, or whether the winner of an unsure choice is. */
  'choice',
  /** Whether a task that did not fit is tried once more. */
  'again',
  /** Whether a branch of few points is handed over. */
  'review',
  /** Whether it goes on although checks of its pull request fail or do not end. */
  'checks',
  /** Whether a pull request that is ready is merged. */
  'merge',
  /** What keeps a pull request from being merged: a conflict, an objection, a base that moves. */
  'obstacle',
  /** Somebody else stands at the branch. */
  'branch',
  /** Secrets in what would leave the machine. */
  'secrets',
  /** A deployment that cannot go on, or an environment that is not well. */
  'deployment',
  /** Whether an agent may do something. */
  'permission',
  /** Whether a budget may be used to its end. */
  'budget',
  /** Of a run that an older version began. */
  'other',
] as const;
export type EscalationKind = (typeof escalationKinds)[number];

export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** For how long an answer holds: for this question, for all of its kind in the run, or for all of its kind in the repository. */
export const answerScopes = ['once', 'run', 'always'] as const;
export type AnswerScope = (typeof answerScopes)[number];

/**
 * A question that only a person can answer, as it is shown, sent and stored (the `details` of a blocked task's need). `context` and `actions` are
 * the words of the specification.
 */
export const escalationSchema = z.object({
  type: z.literal('escalation'),
  kind: z.enum(escalationKinds).default('other'),
  /** Whether a yes may stand for later questions of its kind too. */
  canStand: z.boolean().default(false),
  severity: z.enum(severities),
  /** The issue, as people find it: `owner/name#123`, a path, or the title. */
  issue: z.string(),
  /** Why it is asked. */
  reason: z.string(),
  context: z.object({
    failing_checks: z.array(z.string()),
    recommendation: z.string(),
    /** What it is about: a plan, a report, findings. */
    about: z.unknown().optional(),
  }),
  actions: z.array(z.object({ id: z.enum(escalationActions), label: z.string() })),
  /** Epoch ms at which it ends by itself, and what happens then; absent: it waits for ever. */
  deadline: z.object({ at: z.int(), otherwise: z.enum(['approve', 'reject']) }).optional(),
});
export type Escalation = z.infer<typeof escalationSchema>;
