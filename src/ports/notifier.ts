import type { Notice } from '../domain/notice.ts';

/** What sending came to. */
export type Notified =
  | { readonly kind: 'sent' }
  /** Worth another try; `retryAfterMs` where the other side says. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs?: number }
  /** Nothing will change by trying again: an address that is not allowed, a hook that is gone. */
  | { readonly kind: 'refused'; readonly reason: string };

/** One way to tell people: a Slack channel, a mailbox, a hook, the desktop. */
export interface Notifier {
  /** As it is configured. */
  readonly name: string;
  /** @param key the same on every try, for whoever can recognise repetitions. */
  send(notice: Notice, key: string, signal: AbortSignal): Promise<Notified>;
}
