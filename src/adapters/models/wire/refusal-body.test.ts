import { expect, test } from 'vitest';
import { providerProtocols } from '../../../domain/model.ts';
import { failureOf } from './failure/failure-of.ts';
import { refusalBody } from './refusal-body.ts';

const refusal = { status: 402, type: 'budget_used_up', message: 'The budget of this run (USD 5.00) is used up.' };

test.each(providerProtocols)('%s: a refusal says its message where programs look for it, and that nobody is to try again', (protocol) => {
  const { headers, body } = refusalBody(protocol, refusal);
  expect(Object.fromEntries(headers)).toEqual({
    'content-type': 'application/json',
    'content-length': String(body.byteLength),
    'x-should-retry': 'false',
  });
  const read = failureOf(protocol, { status: 402, headers, body: Buffer.from(body).toString() }, 0);
  expect(read).toEqual({ kind: 'used-up', message: refusal.message, resetsAt: undefined });
});

test('to the programs of Google, an account that is used up is a quota of a day, after which they desist', () => {
  const { body } = refusalBody('google', { ...refusal, status: 429 });
  expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({
    error: {
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      details: [{}, { violations: [{ quotaId: expect.stringContaining('PerDay') as string }] }],
    },
  });
});
