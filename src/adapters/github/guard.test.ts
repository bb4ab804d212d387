import { expect, test } from 'vitest';
import { ForgeUnavailable } from '../../ports/forge.ts';
import { createGuard } from './guard.ts';

function refusal(status: number, headers: Readonly<Record<string, string>>, message: string): Error {
  return Object.assign(new Error(message), { name: 'HttpError', status, response: { headers } });
}

function clocked() {
  const time = { now: 1_000 };
  const guard = createGuard({ now: () => time.now, monotonic: () => time.now });
  const waitFor = async (asked: Promise<unknown>): Promise<number> =>
    await asked.then(
      () => 0,
      (error: unknown) => {
        if (error instanceof ForgeUnavailable) return error.retryAfterMs;
        throw error;
      },
    );
  return { time, guard, waitFor };
}

test('what was under way when GitHub asked us to wait opens nothing again when it ends well', async () => {
  const { guard, waitFor } = clocked();
  const { promise, resolve } = Promise.withResolvers<string>();
  const underWay = guard('be slow', async () => await promise);
  expect(await waitFor(guard('be quick', async () => await Promise.reject(refusal(429, { 'retry-after': '60' }, 'Slow down'))))).toBe(
    60_000,
  );
  resolve('done');
  expect(await underWay).toBe('done');
  expect(await waitFor(guard('go on', async () => await Promise.resolve('sent')))).toBe(60_000);
});

test('of two waits the longer one counts', async () => {
  const { guard, waitFor } = clocked();
  const [long, short] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const [first, second] = [guard('one', async () => await long.promise), guard('another', async () => await short.promise)];
  long.reject(refusal(429, { 'retry-after': '600' }, 'Slow down'));
  short.reject(refusal(429, { 'retry-after': '60' }, 'Slow down'));
  expect([await waitFor(first), await waitFor(second)]).toEqual([600_000, 60_000]);
  expect(await waitFor(guard('go on', async () => await Promise.resolve('sent')))).toBe(600_000);
});

test('many that fail at once are one trouble', async () => {
  const { guard, waitFor, time } = clocked();
  const fail = async () => await waitFor(guard('try', async () => await Promise.reject(refusal(502, {}, 'Bad gateway'))));
  expect(await Promise.all(Array.from({ length: 20 }, fail))).toEqual(Array.from({ length: 20 }, () => 5_000));
  time.now += 5_000;
  expect(await fail()).toBe(10_000);
  time.now += 10_000;
  expect(await waitFor(guard('try', async () => await Promise.resolve('well')))).toBe(0);
  expect(await fail()).toBe(5_000);
});

test('a limit that GraphQL tells of in an answer of status 200 is a limit', async () => {
  const { guard, waitFor } = clocked();
  const limited = Object.assign(new Error('Request failed'), {
    name: 'GraphqlResponseError',
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '91', date: new Date(1_000).toUTCString() },
    errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }],
  });
  expect(await waitFor(guard('ask', async () => await Promise.reject(limited)))).toBe(90_000);
});

test('a defect of ours stays one', async () => {
  const { guard } = clocked();
  await expect(guard('ask', async () => await Promise.reject(new RangeError('ours')))).rejects.toThrow(RangeError);
});
