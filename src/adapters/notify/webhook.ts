import type { Notifier } from '../../ports/notifier.ts';
import { post, signatureOf } from './post.ts';
import type { PostTarget } from './post.ts';

/**
 * A hook of whoever wants to know: the notice as JSON (`noticeSchema`), with a key that is the same on every try (`idempotency-key`) and, where a secret
 * is configured, the signature of the body (`x-miyabi-signature-256`).
 */
export function webhookNotifier(name: string, target: PostTarget, secret: string | undefined): Notifier {
  return {
    name,
    send: async (notice, key, signal) => {
      const body = JSON.stringify({ version: 1, ...notice });
      const signed = secret === undefined ? {} : { 'x-miyabi-signature-256': signatureOf(secret, body) };
      return await post(target, { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': key, ...signed }, body, signal);
    },
  };
}
