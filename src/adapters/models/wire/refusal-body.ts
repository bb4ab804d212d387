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
 * libraries of Anthropic and OpenAI obey whatever the status.
 *
 * Google's library and command line know no such header. They ask again on 429 and 5xx; of a 429 they desist where the quota that it names is
 * one of a day, so ours names one. A 503 they try until their own patience ends: each of those is answered at once and costs nothing. The
 * header is sent there as well, for whoever learns it.
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
