import { z } from 'zod';

/** What a person can answer to an escalation. */
export const escalationActions = ['approve_anyway', 'manual_fix', 'reject'] as const;
export type EscalationAction = (typeof escalationActions)[number];

/**
 * A question that only a person can answer, as it is shown, sent and stored (the `details` of a blocked task's need). `context` and `actions` are
 * the words of the specification.
 */
export const escalationSchema = z.object({
  type: z.literal('escalation'),
  severity: z.enum(['critical', 'high', 'medium', 'low']),
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
