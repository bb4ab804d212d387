import { sha256 } from '../../operations/access/secret.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { ApiAnswer, ApiRequest } from '../../ports/api-requests.ts';
import { Refusal } from './refusal.ts';

/** How long an answer is kept for whoever asks again, in ms. */
const keptMs = 24 * 3_600_000;
/** After so long without an answer whoever was doing it has died, in ms. */
const patienceMs = 2 * 60_000;
const forgetEveryMs = 3_600_000;

/** Does a change once for each key of a caller, and answers it the same again. */
export interface Once {
  /**
   * @param key as it was sent; undefined does it each time. @param asked all that is asked for. @param act answers; what has a status of 500 or more was not done.
   * @throws Refusal for a key that was used for something else, or is at work.
   */
  (
    request: { readonly by: string; readonly key: string | undefined; readonly asked: string },
    act: () => Promise<ApiAnswer>,
  ): Promise<ApiAnswer>;
}

export function once({ ledger, clock }: Pick<OperationTools, 'ledger' | 'clock'>): Once {
  const { apiRequests } = ledger;
  let forgotten = 0;
  async function forgetNowAndThen(): Promise<void> {
    const now = clock.now();
    if (now - forgotten < forgetEveryMs) return;
    forgotten = now;
    await apiRequests.forget(now - keptMs);
  }
  return async ({ by, key, asked }, act) => {
    if (key === undefined) return await act();
    if (!/^[\x21-\x7e]{1,200}$/.test(key)) throw noKey();
    await forgetNowAndThen();
    const request: ApiRequest = { by, key, digest: sha256(asked) };
    const claim = await apiRequests.claim(request, patienceMs);
    switch (claim.kind) {
      case 'answered':
        return claim.answer;
      case 'another':
        throw reused();
      case 'under-way':
        throw underWay();
      case 'claimed':
        break;
    }
    const answer = await act();
    if (answer.status < 500) await apiRequests.settle(request, claim.turn, answer);
    else await apiRequests.release(request, claim.turn);
    return answer;
  };
}

function noKey(): Refusal {
  return new Refusal('malformed', {
    what: 'This is no key.',
    why: 'An Idempotency-Key has 1 to 200 visible characters of ASCII.',
    fix: 'Send a new UUID with each change, and the same one where you ask for that change again.',
  });
}

function reused(): Refusal {
  return new Refusal('reused-key', {
    what: 'This key was used for something else.',
    why: 'An Idempotency-Key stands for one change with all that was sent for it.',
    fix: 'Send a new key with each change.',
  });
}

function underWay(): Refusal {
  return new Refusal(
    'conflict',
    {
      what: 'This change is being made.',
      why: 'It was asked for under the same key a moment ago, and is not answered yet.',
      fix: 'Ask again in a few seconds, with the same key.',
    },
    { headers: { 'retry-after': '2' } },
  );
}
