import type { ProviderProtocol } from '../../../../domain/model.ts';
import { fields, isObject, items, text } from '../decode.ts';

/** What a provider says of an error, in whichever fields its protocol has for it. */
export interface SaidError {
  /** As it came; undefined where it says nothing. */
  readonly message: string | undefined;
  /** Every short word by which it classifies the error: types, codes, reasons; lower case. */
  readonly words: ReadonlySet<string>;
  /** Where an error within an answer says which status it would have. */
  readonly status: number | undefined;
  /** Google's names of the quotas that were passed. */
  readonly quotas: readonly string[];
  /** What says when to come back, as it came. */
  readonly waits: { readonly retryDelay: unknown; readonly resetsAt: unknown; readonly resetsInSeconds: unknown };
}

export function saidError(protocol: ProviderProtocol, body: unknown): SaidError {
  const outer = Array.isArray(body) ? body.find(isObject) : body;
  const said = fields(outer)['error'] ?? outer;
  const error = fields(said);
  const details = items(error['details']);
  const findDetail = (name: string) => details.find((detail) => fields(detail)[name] !== undefined);
  const words = [error['type'], error['code'], error['status'], ...details.map((detail) => fields(detail)['reason'])];
  const { code } = error;
  return {
    message: text(said) ?? text(error['message']) ?? text(fields(outer)['message']) ?? text(fields(outer)['detail']),
    words: new Set(words.flatMap((word) => (typeof word === 'string' ? [word.toLowerCase()] : []))),
    status: statusOfWord(words) ?? (typeof code === 'number' && code >= 400 && code < 600 ? code : undefined),
    quotas: protocol === 'google' ? quotasIn(fields(findDetail('violations'))['violations']) : [],
    waits: {
      retryDelay: fields(findDetail('retryDelay'))['retryDelay'],
      resetsAt: error['resets_at'],
      resetsInSeconds: error['resets_in_seconds'],
    },
  };
}

function quotasIn(violations: unknown): readonly string[] {
  return items(violations).flatMap((violation) => text(fields(violation)['quotaId']) ?? []);
}

/** Errors within a stream have no status but these words. */
const statuses: Readonly<Record<string, number>> = {
  rate_limit_error: 429,
  insufficient_quota: 429,
  usage_limit_reached: 429,
  rate_limit_exceeded: 429,
  too_many_requests: 429,
  resource_exhausted: 429,
  overloaded_error: 529,
  api_error: 500,
  internal_error: 500,
  server_error: 500,
  internal: 500,
  server_is_overloaded: 503,
  unavailable: 503,
  timeout_error: 504,
  deadline_exceeded: 504,
  billing_error: 402,
  authentication_error: 401,
  invalid_api_key: 401,
  unauthenticated: 401,
  permission_error: 403,
  permission_denied: 403,
  not_found_error: 404,
  model_not_found: 404,
  not_found: 404,
  request_too_large: 413,
  invalid_request_error: 400,
  invalid_prompt: 400,
  context_length_exceeded: 400,
  invalid_argument: 400,
};

function statusOfWord(words: readonly unknown[]): number | undefined {
  return words.map((word) => (typeof word === 'string' ? statuses[word.toLowerCase()] : undefined)).find((status) => status !== undefined);
}
