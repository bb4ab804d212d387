import { z } from 'zod';

/** How urgent something is, the most urgent first. */
export const priorities = ['P0-Critical', 'P1-High', 'P2-Medium', 'P3-Low'] as const;
export type Priority = (typeof priorities)[number];

/**
 * What people are told of: a question that waits for them; a plan that goes on unless they say no; an end of a run; an escalation; a
 * budget that holds a run up; a run that cannot wait (hotfix); what became of a release on its way to an environment.
 */
export const noticeKinds = [
  'question',
  'told',
  'escalation',
  'budget',
  'hotfix',
  'finished',
  'failed',
  'cancelled',
  'stuck',
  'deployed',
  /** It never served. */
  'not-deployed',
  /** It served, was bad, and the release before it serves again. */
  'rolled-back',
  /** Neither it nor the release before it is healthy. */
  'broken',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** Something that people are told of where they are, whichever way it reaches them. */
export const noticeSchema = z.object({
  /** The same for the same happening: nobody is told twice. */
  id: z.string().max(300),
  kind: z.enum(noticeKinds),
  priority: z.enum(priorities),
  /** One line without markup. */
  title: z.string().max(300),
  /** A few sentences, without markup. */
  text: z.string().max(4_000),
  /** As people see it: `run_...`. */
  run: z.string(),
  /** Where the issue is read, for one of a forge. */
  url: z.string().optional(),
  /** Epoch ms. */
  at: z.int(),
});
export type Notice = z.infer<typeof noticeSchema>;

/** Whether a way to tell people that is open for some kinds, from some priority on, is one for this notice. */
export function isMeantFor(
  notice: Pick<Notice, 'kind' | 'priority'>,
  channel: { readonly atLeast: Priority; readonly kinds?: readonly NoticeKind[] | undefined },
): boolean {
  const isUrgentEnough = priorities.indexOf(notice.priority) <= priorities.indexOf(channel.atLeast);
  return isUrgentEnough && (channel.kinds === undefined || channel.kinds.includes(notice.kind));
}
