import { APICallError } from '@ai-sdk/provider';
import { expect, test } from 'vitest';
import type { ProviderFailure } from '../../domain/provider-failure.ts';
import { endWithout, isTooLong } from './faults.ts';

function refused(statusCode: number, message: string, responseBody = ''): APICallError {
  return new APICallError({ message, statusCode, responseBody, url: 'https://models.example', requestBodyValues: {} });
}

test.each([
  'prompt is too long: 215000 tokens > 200000 maximum',
  'input length and `max_tokens` exceed context limit: 190000 + 16000 > 200000',
  "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
  'Your input exceeds the context window of this model. Please adjust your input and try again.',
  'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
  'the request exceeds the available context size, try increasing it',
  'Request too large',
])('a conversation that is too long is known by what the provider says: %s', (message) => {
  expect(isTooLong(refused(400, message))).toBe(true);
});

test.each([
  refused(400, 'max_tokens: 64000 > 8192, which is the maximum allowed number of output tokens for this model'),
  refused(400, 'messages.1: tool_use ids must be unique'),
  refused(400, 'temperature: must be at most 1'),
  refused(429, 'Request too large for this model: tokens per minute'),
  new Error('prompt is too long'),
])('nothing else is taken for it: %s', (error) => {
  expect(isTooLong(error)).toBe(false);
});

const told: ReadonlyArray<readonly [ProviderFailure['kind'], string]> = [
  ['network', 'network'],
  ['throttled', 'provider'],
  ['unavailable', 'provider'],
  ['used-up', 'account-used-up'],
  ['no-key', 'no-key'],
  ['wrong-key', 'wrong-key'],
  ['unknown-model', 'unknown-model'],
  ['refused', 'provider'],
  ['unreadable', 'bad-answer'],
];

test.each(told)('what the exchange calls %s is %s', (kind, fault) => {
  const failure = { kind, message: 'Said\nso.', resetsAt: undefined, retryAfterMs: undefined } as ProviderFailure;
  expect(endWithout(refused(500, 'other'), failure)).toEqual({ kind: 'failed', fault, reason: 'Said so.' });
});

test('a payment that a provider wants is no budget of ours', () => {
  expect(endWithout(refused(402, 'Insufficient balance', '{"error":"insufficient"}'), undefined)).toEqual({
    kind: 'failed',
    fault: 'account-used-up',
    reason: 'Insufficient balance (status 402)',
  });
});
