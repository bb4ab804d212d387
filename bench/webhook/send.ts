import { setTimeout as wait } from 'node:timers/promises';
import { measurement } from '../support/child.ts';
import type { Told, Webhook } from './deliveries.ts';
import { openSender, someWebhook } from './deliveries.ts';

interface To {
  readonly url: string;
  readonly secret: string;
}

export interface Answered {
  readonly status: number;
  /** From when it was due. */
  readonly ms: number;
}

/** Sends in a process that does nothing else: how late an answer is does not depend on who emulates the forge. */
export const sending = measurement(
  import.meta,
  async (
    request: To & ({ readonly kind: 'rate'; readonly told: Told; readonly seconds: number; readonly rate: number } | Replays),
  ): Promise<readonly Answered[]> => {
    using sender = openSender(request.url, request.secret);
    if (request.kind === 'replays') return await replay(sender, request);
    const begun = performance.now();
    return await Promise.all(
      Array.from({ length: Math.round(request.seconds * request.rate) }, async (_, turn) => {
        const due = begun + (turn * 1_000) / request.rate;
        const webhook = someWebhook(request.told, turn);
        await wait(Math.max(0, due - performance.now()));
        const status = await sender.send(webhook);
        return { status, ms: performance.now() - due };
      }),
    );
  },
);

interface Replays {
  readonly kind: 'replays';
  readonly webhook: Webhook;
  readonly times: number;
}

/** Half of them under the id that they had first, half under ids of their own; 20 at a time. */
async function replay(sender: ReturnType<typeof openSender>, { webhook, times }: Replays): Promise<readonly Answered[]> {
  let left = times;
  const answers: Answered[] = [];
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const begun = performance.now();
      const status = await sender.send(left % 2 === 0 ? webhook : { ...webhook, id: crypto.randomUUID() });
      answers.push({ status, ms: performance.now() - begun });
    }
  };
  await Promise.all(Array.from({ length: 20 }, lane));
  return answers;
}
