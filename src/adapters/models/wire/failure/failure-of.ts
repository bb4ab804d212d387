import type { ProviderProtocol } from '../../../../domain/model.ts';
import type { ProviderFailure } from '../../../../domain/provider-failure.ts';
import { parseJson } from '../decode.ts';
import { saidError } from './said-error.ts';
import type { SaidError } from './said-error.ts';
import { sentenceOf, wordsOfPage } from './sentence.ts';
import { waitOf } from './waiting.ts';

/** An answer that is none: its status says so. */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  /** The body, as far as it was read; some thousand characters are enough. */
  readonly body: string;
}

/** Who is sent away for longer than this, in ms, is not too fast: the account has nothing left until then. */
const longestThrottle = 5 * 60_000;

/** @param now epoch ms. */
export function failureOf(protocol: ProviderProtocol, { status, headers, body }: FailedAnswer, now: number): ProviderFailure {
  const decoded = parseJson(body);
  const said = saidError(protocol, decoded);
  const words = decoded === undefined ? wordsOfPage(body) : said.message;
  const header = (name: string) => headers.find(([one]) => one.toLowerCase() === name)?.[1];
  return classify({ protocol, status, said: { ...said, message: words }, waitMs: waitOf(said, header, now), now });
}

/**
 * An error in the midst of an answer, where the status was given away before.
 *
 * @param status for an error that does not say which it would have; 500 where that is not known either.
 */
export function failureInAnswer(protocol: ProviderProtocol, body: unknown, now: number, status = 500): ProviderFailure {
  const said = saidError(protocol, body);
  return classify({ protocol, status: said.status ?? status, said, waitMs: waitOf(said, () => undefined, now), now });
}

interface Facts {
  readonly protocol: ProviderProtocol;
  readonly status: number;
  readonly said: SaidError;
  readonly waitMs: number | undefined;
  readonly now: number;
}

function classify(facts: Facts): ProviderFailure {
  const { status, said, waitMs, now } = facts;
  const message = sentenceOf(said.message ?? '') || `The provider answered with status ${status}.`;
  if (isUsedUp(facts)) return { kind: 'used-up', message, resetsAt: waitMs === undefined ? undefined : now + waitMs };
  if (isWrongKey(facts)) return { kind: 'wrong-key', message };
  if (isUnknownModel(facts)) return { kind: 'unknown-model', message };
  if (status === 429) return { kind: 'throttled', message, retryAfterMs: waitMs };
  if (status === 408 || status === 409 || (status >= 500 && status !== 501 && status !== 505)) {
    return { kind: 'unavailable', message, retryAfterMs: waitMs };
  }
  return status >= 400 ? { kind: 'refused', message } : { kind: 'unreadable', message };
}

const usedUpWords = [
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'billing_error',
  'usage_limit_reached',
  'usage_limit_exceeded',
  'usage_not_included',
  'insufficient_credits',
  'insufficient_balance',
];
const usedUpSentence =
  /credit balance is too low|insufficient (?:balance|funds|credits?|quota)|out of credits|billing hard limit|usage limits? (?:has been |was )?reached|(?:reached|exceeded|hit) your [\w ]{0,40}usage limits?|regain access on/i;

/** Google says the same words of a busy minute and of an account without money; elsewhere they mean the latter. */
const quotaSentence = /exceeded your current quota/i;

function isUsedUp({ protocol, status, said, waitMs }: Facts): boolean {
  if (status === 401 || status === 404 || status >= 500 || status < 400) return false;
  const sentence = said.message ?? '';
  if (status === 402 || usedUpWords.some((word) => said.words.has(word)) || usedUpSentence.test(sentence)) return true;
  if (status !== 429) return false;
  if (waitMs !== undefined && waitMs > longestThrottle) return true;
  return protocol === 'google' ? said.quotas.some((quota) => /PerDay|PerMonth/i.test(quota)) : quotaSentence.test(sentence);
}

function isWrongKey({ status, said }: Facts): boolean {
  if (status === 401 || status === 403) return true;
  return (
    status === 400 &&
    (said.words.has('api_key_invalid') || said.words.has('invalid_api_key') || /api key (?:not valid|expired)/i.test(said.message ?? ''))
  );
}

const unknownModelSentence =
  /\bmodel:?\s+\S{1,100}\s+(?:does not exist|not found|is not (?:found|supported|available))|(?:unknown|no such) model/i;

function isUnknownModel({ status, said }: Facts): boolean {
  if (status === 404) return true;
  if (status < 400 || status >= 500) return false;
  return said.words.has('model_not_found') || (status === 400 && unknownModelSentence.test(said.message ?? ''));
}
