import { isUtf8 } from 'node:buffer';
import { Webhooks } from '@octokit/webhooks';
import type { Delivery, WebhookReader } from '../../../ports/forge.ts';
import { readPayload } from './read-payload.ts';

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const eventName = /^[a-z][a-z\d_]{0,59}$/;
const signature = /^sha256=[\da-f]{64}$/;

/** @param repositories `owner/name`; events of others are ignored, unless there are none. */
export function readGithubWebhook({
  secret,
  repositories,
}: {
  readonly secret: string;
  readonly repositories: readonly string[];
}): WebhookReader {
  const webhooks = new Webhooks({ secret });
  const allowed = new Set(repositories.map((name) => name.toLowerCase()));
  return {
    forge: 'github',
    async isSigned({ headers, body }) {
      const given = only(headers, 'x-hub-signature-256');
      // The library takes text: bytes that are none could stand for others. GitHub sends UTF-8.
      if (given === undefined || !signature.test(given) || body.byteLength === 0 || !isUtf8(body)) return false;
      return await webhooks.verify(body.toString('utf8'), given);
    },
    identify({ headers }) {
      const id = only(headers, 'x-github-delivery');
      const event = only(headers, 'x-github-event');
      if (id === undefined || event === undefined || !uuid.test(id) || !eventName.test(event)) return undefined;
      return { id: id.toLowerCase(), event };
    },
    read(delivery) {
      const event = only(delivery.headers, 'x-github-event');
      if (event === undefined) return { kind: 'malformed', reason: 'no event' };
      return readPayload(event, delivery.body, allowed);
    },
  };
}

/** Of two headers with one name nobody knows which one is meant. */
function only(headers: Delivery['headers'], name: string): string | undefined {
  const values = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return values?.length === 1 ? values[0] : undefined;
}
