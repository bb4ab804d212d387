import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import { noticeSchema } from '../../domain/notice.ts';
import { defineTaskType } from '../../domain/task-type.ts';
import type { Notified, Notifier } from '../../ports/notifier.ts';
import { handle } from '../../weaver/handler.ts';

/** Tells people one thing in one way. */
export const sendNoticeType = defineTaskType({
  name: 'miyabi.notice.send',
  schemaVersion: 1,
  payload: z.object({ channel: z.string(), notice: noticeSchema }),
  result: z.object({ kind: z.literal('sent') }),
});

/** Tries of one notice in one way; the waits between them grow. */
export const mostTries = 8;

class NotSent extends Error {
  readonly why: Exclude<Notified, { kind: 'sent' }>;
  constructor(why: Exclude<Notified, { kind: 'sent' }>) {
    super(why.reason);
    this.why = why;
  }
}

/**
 * Sends a notice once over all attempts. A process that dies between sending and recording sends it again under the same key, by which hooks and
 * mailboxes know it.
 *
 * @param open gives the way of that name. @throws Failure (configuration) where it is not configured.
 */
export function sendNotice(open: (channel: string) => Promise<Notifier>) {
  return handle(sendNoticeType, async ({ payload, effect, idempotencyKey, signal }) => {
    try {
      const notifier = await open(payload.channel);
      const result = await effect({
        name: 'send',
        result: sendNoticeType.result,
        probe: async () => undefined,
        act: async () => {
          const sent = await notifier.send(payload.notice, idempotencyKey, signal);
          if (sent.kind === 'sent') return sent;
          throw new NotSent(sent);
        },
      });
      return { kind: 'success', result };
    } catch (error) {
      if (error instanceof Failure) return { kind: 'failure', reason: `${error.text.what} ${error.text.why}`, retryHint: 'never' };
      if (!(error instanceof NotSent)) throw error;
      const { why } = error;
      const reason = `${payload.channel}: ${why.reason}`;
      if (why.kind === 'refused') return { kind: 'failure', reason, retryHint: 'never' };
      return { kind: 'failure', reason, ...(why.retryAfterMs === undefined ? {} : { retryHint: { delayMs: why.retryAfterMs } }) };
    }
  });
}
