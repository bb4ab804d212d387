import type { FailedTurn } from '../script.ts';
import { retryAfterHeader } from './protocol.ts';
import type { ProtocolFailure } from './protocol.ts';

const errors: Readonly<Record<number, readonly [type: string, code: string | null, message: string]>> = {
  400: ['invalid_request_error', null, 'Missing required parameter.'],
  401: ['invalid_request_error', 'invalid_api_key', 'Incorrect API key provided: sk-scri***********pted.'],
  403: ['invalid_request_error', 'unsupported_country_region_territory', 'Not supported.'],
  404: ['invalid_request_error', 'model_not_found', 'The model `no-such-model` does not exist or you do not have access to it.'],
  413: ['invalid_request_error', null, 'Request too large.'],
  429: ['tokens', 'rate_limit_exceeded', 'Rate limit reached on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000.'],
  500: ['server_error', null, 'The server had an error while processing your request.'],
  503: ['server_error', null, 'The engine is currently overloaded, please try again later.'],
};

/** Of both of OpenAI's protocols. */
export function openaiFailure(turn: FailedTurn): ProtocolFailure {
  const { fail, account, message } = turn;
  const headers = retryAfterHeader(turn);
  const [type, code, typical] = errors[fail] ?? ['server_error', null, `Status ${fail}`];
  if (account === undefined) return { status: fail, headers, body: { error: { message: message ?? typical, type, param: null, code } } };
  if (account === 'used-up') {
    const sentence = message ?? 'You exceeded your current quota, please check your plan and billing details.';
    return {
      status: 429,
      headers,
      body: { error: { message: sentence, type: 'insufficient_quota', param: null, code: 'insufficient_quota' } },
    };
  }
  const limit = { type: 'usage_limit_reached', message: message ?? 'The usage limit has been reached', plan_type: 'plus' };
  return { status: 429, headers, body: { error: { ...limit, resets_at: Math.floor(account.resetsAt / 1000) } } };
}
