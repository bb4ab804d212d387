import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { processorMs } from '../../../../../test/support/processor-time.ts';
import { providerProtocols } from '../../../../domain/model.ts';
import type { ProviderProtocol } from '../../../../domain/model.ts';
import type { ProviderFailure } from '../../../../domain/provider-failure.ts';
import { failureOf } from './failure-of.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

interface Given {
  readonly protocol: ProviderProtocol;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function failure({ protocol, status, headers = {}, body = '' }: Given): ProviderFailure {
  return failureOf(
    protocol,
    { status, headers: Object.entries(headers), body: typeof body === 'string' ? body : JSON.stringify(body) },
    now,
  );
}

function claude(type: string, message: string) {
  return { type: 'error', error: { type, message }, request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' };
}

function openai(error: Readonly<Record<string, unknown>>) {
  return { error: { message: 'No.', type: 'requests', param: null, code: null, ...error } };
}

function google(code: number, status: string, message: string, ...details: readonly unknown[]) {
  return { error: { code, message, status, details } };
}

const quota = (quotaId: string) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaMetric: 'm', quotaId }],
});
const retryInfo = (retryDelay: string) => ({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });
const exceeded = 'You exceeded your current quota, please check your plan and billing details.';

describe('too fast is told from used up', () => {
  test.each<[string, Given, object]>([
    [
      'a limit of a minute',
      {
        protocol: 'anthropic',
        status: 429,
        headers: { 'Retry-After': '17' },
        body: claude('rate_limit_error', 'This request would exceed your limit.'),
      },
      { kind: 'throttled', retryAfterMs: 17_000 },
    ],
    [
      'a limit without a word on when',
      { protocol: 'anthropic', status: 429, body: claude('rate_limit_error', 'Too much.') },
      { kind: 'throttled', retryAfterMs: undefined, message: 'Too much.' },
    ],
    [
      'no credit',
      {
        protocol: 'anthropic',
        status: 400,
        body: claude('invalid_request_error', 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.'),
      },
      { kind: 'used-up', resetsAt: undefined },
    ],
    [
      'a limit of the month that the user has set',
      {
        protocol: 'anthropic',
        status: 400,
        body: claude(
          'invalid_request_error',
          'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
        ),
      },
      { kind: 'used-up', resetsAt: Date.parse('2026-12-01T00:00:00Z') },
    ],
    [
      'a window of hours that is over later',
      {
        protocol: 'anthropic',
        status: 429,
        headers: { 'anthropic-ratelimit-unified-reset': String(now / 1000 + 7200) },
        body: claude('rate_limit_error', 'This request would exceed your account’s rate limit.'),
      },
      { kind: 'used-up', resetsAt: now + 7_200_000 },
    ],
    [
      'a subscription',
      { protocol: 'anthropic', status: 429, body: claude('rate_limit_error', `Claude AI usage limit reached|${now / 1000 + 3600}`) },
      { kind: 'used-up', resetsAt: now + 3_600_000 },
    ],
    ['a bill', { protocol: 'anthropic', status: 402, body: claude('billing_error', 'Pay.') }, { kind: 'used-up' }],
    [
      'tokens of a minute',
      {
        protocol: 'openai',
        status: 429,
        headers: { 'retry-after-ms': '1200', 'retry-after': '2' },
        body: openai({
          type: 'tokens',
          code: 'rate_limit_exceeded',
          message: 'Rate limit reached for gpt-5 in organization org-abc on tokens per min.',
        }),
      },
      { kind: 'throttled', retryAfterMs: 1200 },
    ],
    [
      'a quota',
      { protocol: 'openai', status: 429, body: openai({ type: 'insufficient_quota', code: 'insufficient_quota', message: exceeded }) },
      { kind: 'used-up', resetsAt: undefined },
    ],
    [
      'a plan, with a time',
      {
        protocol: 'openai',
        status: 429,
        body: openai({ type: 'usage_limit_reached', message: 'The usage limit has been reached', resets_at: now / 1000 + 5400 }),
      },
      { kind: 'used-up', resetsAt: now + 5_400_000 },
    ],
    [
      'a plan, with seconds',
      { protocol: 'openai', status: 429, body: openai({ type: 'usage_limit_reached', resets_in_seconds: 90 }) },
      { kind: 'used-up', resetsAt: now + 90_000 },
    ],
    [
      'words that say when',
      { protocol: 'openai-chat', status: 429, body: openai({ message: 'Rate limit reached. Please try again in 6m0.5s. Visit us.' }) },
      { kind: 'used-up', resetsAt: now + 360_500 },
    ],
    [
      'no balance',
      { protocol: 'openai-chat', status: 402, body: openai({ message: 'Insufficient Balance' }) },
      { kind: 'used-up', message: 'Insufficient Balance' },
    ],
    [
      'a minute of Google, in the words of a quota',
      {
        protocol: 'google',
        status: 429,
        body: google(429, 'RESOURCE_EXHAUSTED', exceeded, quota('GenerateRequestsPerMinutePerProjectPerModel'), retryInfo('17s')),
      },
      { kind: 'throttled', retryAfterMs: 17_000 },
    ],
    [
      'a day of Google, although it says 17 seconds',
      {
        protocol: 'google',
        status: 429,
        body: [google(429, 'RESOURCE_EXHAUSTED', exceeded, quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier'), retryInfo('17.5s'))],
      },
      { kind: 'used-up', resetsAt: now + 17_500 },
    ],
    ['an hour', { protocol: 'google', status: 429, headers: { 'retry-after': '3600' } }, { kind: 'used-up', resetsAt: now + 3_600_000 }],
    [
      'just five minutes',
      { protocol: 'openai', status: 429, headers: { 'retry-after': '300' } },
      { kind: 'throttled', retryAfterMs: 300_000 },
    ],
  ])('%s', (_, given, expected) => {
    expect(failure(given)).toMatchObject(expected);
  });
});

describe('every other failure has its kind', () => {
  test.each<[string, Given, ProviderFailure['kind']]>([
    ['a wrong key', { protocol: 'anthropic', status: 401, body: claude('authentication_error', 'invalid x-api-key') }, 'wrong-key'],
    ['a key without permission', { protocol: 'anthropic', status: 403, body: claude('permission_error', 'No.') }, 'wrong-key'],
    ['a wrong key at OpenAI', { protocol: 'openai', status: 401, body: openai({ code: 'invalid_api_key' }) }, 'wrong-key'],
    [
      'a wrong key at Google, which is a 400 there',
      {
        protocol: 'google',
        status: 400,
        body: google(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', { reason: 'API_KEY_INVALID' }),
      },
      'wrong-key',
    ],
    ['an unknown model', { protocol: 'anthropic', status: 404, body: claude('not_found_error', 'model: claude-9') }, 'unknown-model'],
    [
      'an unknown model that is a 400',
      {
        protocol: 'openai',
        status: 400,
        body: openai({ message: "The requested model 'gpt-9' does not exist.", code: 'model_not_found' }),
      },
      'unknown-model',
    ],
    [
      'an unknown model of a local server',
      { protocol: 'openai-chat', status: 400, body: openai({ message: 'model "qwen" not found, try pulling it first' }) },
      'unknown-model',
    ],
    ['an overload', { protocol: 'anthropic', status: 529, body: claude('overloaded_error', 'Overloaded') }, 'unavailable'],
    ['an error of theirs', { protocol: 'openai', status: 500 }, 'unavailable'],
    [
      'a page of a proxy',
      { protocol: 'openai', status: 502, body: '<html><head><title>x</title></head><h1>Bad gateway</h1>' },
      'unavailable',
    ],
    ['a busy model', { protocol: 'google', status: 503, body: google(503, 'UNAVAILABLE', 'Overloaded.') }, 'unavailable'],
    ['a deadline', { protocol: 'google', status: 504 }, 'unavailable'],
    [
      'a parameter that the model does not take',
      {
        protocol: 'openai',
        status: 400,
        body: openai({ message: "Unsupported parameter: 'temperature' is not supported with this model." }),
      },
      'refused',
    ],
    ['too much at once', { protocol: 'anthropic', status: 413, body: claude('request_too_large', 'Too large.') }, 'refused'],
    ['a wrong field', { protocol: 'openai-chat', status: 422, body: { detail: 'Field required' } }, 'refused'],
    ['a page that has moved', { protocol: 'openai', status: 302 }, 'unreadable'],
  ])('%s', (_, given, kind) => {
    expect(failure(given).kind).toBe(kind);
  });
});

describe('how long to wait', () => {
  const wait = (headers: Readonly<Record<string, string>>) => {
    const told = failure({ protocol: 'anthropic', status: 503, headers });
    return told.kind === 'unavailable' ? told.retryAfterMs : told.kind;
  };

  test.each<[string, Readonly<Record<string, string>>, number | undefined]>([
    ['seconds', { 'retry-after': '2' }, 2000],
    ['part of a second', { 'retry-after': '0.25' }, 250],
    ['a date', { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
    ['a date that is over', { 'retry-after': 'Sat, 21 Nov 2026 11:59:00 GMT' }, 0],
    ['less than nothing', { 'retry-after': '-5' }, undefined],
    ['no number', { 'retry-after': 'soon' }, undefined],
    ['more than a year', { 'retry-after': '99999999999' }, undefined],
    ['more than any number', { 'retry-after': '1e400' }, undefined],
    [
      'the limit of which nothing is left',
      {
        'anthropic-ratelimit-requests-remaining': '49',
        'anthropic-ratelimit-requests-reset': '2026-11-21T12:00:01Z',
        'anthropic-ratelimit-input-tokens-remaining': '0',
        'anthropic-ratelimit-input-tokens-reset': '2026-11-21T12:00:41Z',
      },
      41_000,
    ],
    ['a limit that is written as a length of time', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1m2.5s' }, 62_500],
    ['limits with something left', { 'x-ratelimit-remaining-tokens': '10', 'x-ratelimit-reset-tokens': '1s' }, undefined],
  ])('%s', (_, headers, expected) => {
    expect(wait(headers)).toBe(expected);
  });

  test.each<[string, number]>([
    ['Your limit resets at 2026-11-21T14:00:00Z.', 7_200_000],
    ['Your limit resets in 3h 20m.', 12_000_000],
    ['Try again in 6 days 2 hours and 5 minutes.', 525_900_000],
    ['It will reset on 2026-11-22 at 12:00 UTC.', 86_400_000],
    ['Please retry in 17.2s.', 17_200],
    ['Please try again in 250ms.', 250],
  ])('%s', (message, ms) => {
    const told = failure({ protocol: 'openai', status: 429, body: openai({ message }) });
    const expected = ms > 300_000 ? { kind: 'used-up', resetsAt: now + ms } : { kind: 'throttled', retryAfterMs: ms };
    expect(told).toMatchObject(expected);
  });
});

describe('what people are told', () => {
  const told = (message: string) => failure({ protocol: 'openai', status: 400, body: openai({ message }) }).message;

  test('is on one line, without what nobody sees and what a terminal would obey', () => {
    expect(told('Bad\u0000 \u001b[31mred\u001b[0m\u202e \u200bline\r\n\tnext\u001b]52;c;aGk=\u0007 end')).toMatch(
      /^Bad red line next ?end$/,
    );
  });

  test('has no more than 500 characters', () => {
    expect(told('long '.repeat(1000))).toHaveLength(500);
  });

  test.each([
    'sk-ant-api03-AbCdEf123456-xyz',
    'sk-proj-********************abcd',
    'AIzaSyA1234567890abcdefghijklmnopqrstuv',
    'gsk_abcdefghijklmnop',
    'Bearer abcdef123456',
    '0123456789abcdef0123456789abcdef0123456789abcdef',
  ])('has no keys in it: %s', (key) => {
    const message = told(`Incorrect API key provided: ${key}. You can find yours at https://example.com/account/api-keys.`);
    expect(message).toContain('(a key)');
    expect(message).not.toContain(key.replace('Bearer ', '').slice(0, 8));
    expect(message).toContain('https://example.com/account/api-keys');
  });

  test('says the status where the provider says nothing, and the words of a page where that is one', () => {
    expect(failure({ protocol: 'google', status: 500 }).message).toBe('The provider answered with status 500.');
    const page = '<!DOCTYPE html><html><head><style>p{}</style></head><body><h1>502</h1><p>Bad <b>gateway</b></p></body></html>';
    expect(failure({ protocol: 'google', status: 502, body: page }).message).toBe('502 Bad gateway');
  });

  test('nothing that a provider says makes it throw or say too much', () => {
    const error = fc.dictionary(
      fc.constantFrom('message', 'type', 'code', 'status', 'details', 'resets_at', 'resets_in_seconds', 'retryDelay'),
      fc.jsonValue(),
    );
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      error.map((said) => JSON.stringify({ error: said })),
    );
    const plain = /^[^\p{Cc}]{1,500}$/u;
    const headers = fc.dictionary(fc.constantFrom('retry-after', 'retry-after-ms', 'anthropic-ratelimit-tokens-reset'), fc.string());
    fc.assert(
      fc.property(
        fc.constantFrom(...providerProtocols),
        fc.integer({ min: 100, max: 999 }),
        headers,
        body,
        (protocol, status, given, said) => {
          const { message, ...rest } = failure({ protocol, status, headers: given, body: said });
          expect(message).toMatch(plain);
          expect(
            Object.values(rest)
              .filter((value) => typeof value === 'number')
              .every(Number.isSafeInteger),
          ).toBe(true);
        },
      ),
    );
  });

  test('a message that is made to be slow to read is read at once', () => {
    for (const piece of ['1 ', '<', '<script', 'a-', '<style>', '1d', 'try again in 1 a', ' ']) {
      const took = processorMs(() => {
        failure({ protocol: 'openai', status: 429, body: openai({ message: piece.repeat(200_000) }) });
        failure({ protocol: 'openai', status: 429, body: piece.repeat(200_000) });
      });
      expect(took, piece).toBeLessThan(1_000);
    }
  });
});
