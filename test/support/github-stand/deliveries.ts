import { createHmac, randomUUID } from 'node:crypto';
import { wholeSeconds } from './whole-seconds.ts';

/** One webhook as it was sent. */
export interface Sent {
  readonly id: string;
  readonly event: string;
  readonly action: string | undefined;
  readonly body: string;
  /** Of the answer; 0 where there was none. */
  readonly status: number;
}

/** Sends webhooks one after the other, signed, once somebody wants them. */
export interface Deliveries {
  readonly sent: readonly Sent[];
  to(url: string, secret: string): void;
  tell(event: string, action: string | undefined, payload: object): void;
  /** The same bytes again. @param id a new one where it is no redelivery. */
  again(delivery: Sent, id?: string): Promise<Sent>;
  /** When all that were told are sent. */
  settled(): Promise<void>;
}

export function createDeliveries(): Deliveries {
  let target: { readonly url: string; readonly secret: string } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const sent: Sent[] = [];
  const post = async (delivery: Omit<Sent, 'status'>): Promise<Sent> => {
    if (target === undefined) return { ...delivery, status: 0 };
    const { id, event, body } = delivery;
    const response = await fetch(target.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/1a2b3c4',
        'x-github-delivery': id,
        'x-github-event': event,
        'x-github-hook-id': '1',
        'x-hub-signature-256': `sha256=${createHmac('sha256', target.secret).update(body).digest('hex')}`,
      },
      body,
    }).catch(() => undefined);
    await response?.body?.cancel();
    const done = { ...delivery, status: response?.status ?? 0 };
    sent.push(done);
    return done;
  };
  return {
    sent,
    to(url, secret) {
      target = { url, secret };
    },
    tell(event, action, payload) {
      if (target === undefined) return;
      const body = wholeSeconds(JSON.stringify(payload));
      last = last.then(async () => await post({ id: randomUUID(), event, action, body }));
    },
    again: async ({ event, action, body, id }, other = id) => await post({ id: other, event, action, body }),
    async settled() {
      await last;
    },
  };
}
