import type { ProviderProtocol } from '../../../domain/model.ts';

/** What we ourselves say no to, in place of a provider. */
export interface WireRefusal {
  readonly status: number;
  /** One word for programs, such as `budget_used_up`. */
  readonly type: string;
  /** For people; programs show it. */
  readonly message: string;
}

/**
 * A refusal in the words of the protocol, such that programs show the message and do not ask again: `x-should-retry: false`, which the
 * libraries of Anthropic and OpenAI and Claude Code obey whatever the status.
 *
 * Others know no such header, and go by the status. As measured in November 2026: after a 402 the Gemini command line and OpenCode stop at
 * once and show the message, and Codex asks five times more within seven seconds. A 400 stops Codex too. After a 429 Codex stops without
 * showing the message; the Gemini command line does so where the quota that was passed is one of a day, so ours names one; OpenCode goes on
 * asking. After a 5xx all three go on asking, for half a minute and longer. Each of those is answered at once, and costs nothing.
 */
export function refusalBody(
  protocol: ProviderProtocol,
  refusal: WireRefusal,
): { readonly headers: ReadonlyArray<readonly [string, string]>; readonly body: Uint8Array } {
  const body = Buffer.from(JSON.stringify(inWordsOf(protocol, refusal)));
  return {
    headers: [
      ['content-type', 'application/json'],
      ['content-length', String(body.byteLength)],
      ['x-should-retry', 'false'],
    ],
    body,
  };
}

function inWordsOf(protocol: ProviderProtocol, { status, type, message }: WireRefusal): unknown {
  switch (protocol) {
    case 'anthropic':
      return { type: 'error', error: { type, message } };
    case 'openai':
    case 'openai-chat':
      return { error: { message, type, param: null, code: type } };
    case 'google':
      return {
        error: {
          code: status,
          message,
          status: googleStatuses[status] ?? 'FAILED_PRECONDITION',
          details: [
            { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: type.toUpperCase(), domain: 'miyabi' },
            ...quota(status),
          ],
        },
      };
  }
}

const googleStatuses: Readonly<Record<number, string>> = { 429: 'RESOURCE_EXHAUSTED', 503: 'UNAVAILABLE' };

function quota(status: number): readonly unknown[] {
  if (status !== 429) return [];
  return [{ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ subject: 'miyabi', quotaId: 'MiyabiRequestsPerDay' }] }];
}
