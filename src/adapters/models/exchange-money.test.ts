import { describe, expect, test } from 'vitest';
import { callOf, hello, helloCost, quickRetry, scriptedStand } from '../../../test/support/models/exchange-stand.ts';
import type { TaskId } from '../../domain/ids.ts';
import type { MoneyLimit, MoneyStand } from '../../domain/money-scope.ts';
import type { ExchangeRequest } from '../../ports/exchange.ts';
import type { Turn } from '../../../test/support/scripted-provider/scripted-provider.ts';

const bodyTokens = Math.ceil(callOf('anthropic').body.length / 3);
/** What a call can cost at most: its input, and the 100 tokens of output that it asks for. */
const most = bodyTokens + 1_000;
const limit = (limitMicroUsd: number, scope: MoneyLimit['scope'] = 'run'): MoneyLimit => ({ scope, key: `the ${scope}`, limitMicroUsd });
const turns = (count: number, turn: Turn = hello): readonly Turn[] => Array.from({ length: count }, () => turn);

describe('money', () => {
  test('ten callers at once never spend more than the limit and one call at its highest', async () => {
    const budget = 5 * most;
    // Each answer costs nearly as much as was reserved for it.
    const dear: Turn = { say: 'Hello.', usage: { inputTokens: bodyTokens, outputTokens: 95 }, delayMs: 5 };
    await using stand = await scriptedStand(turns(100, dear));
    let highest = 0;
    const watch = async (): Promise<void> => {
      const [now] = await stand.database.ledger.money.stands([limit(budget)]);
      highest = Math.max(highest, (now?.spentMicroUsd ?? 0) + (now?.reservedMicroUsd ?? 0));
    };
    const callers = Array.from({ length: 10 }, async () => {
      const statuses: number[] = [];
      for (let call = 0; call < 3; call += 1) {
        statuses.push((await stand.ask({}, { limits: [limit(budget)], askToGoOn: async () => true })).status);
        await watch();
      }
      return statuses;
    });
    const statuses = (await Promise.all(callers)).flat();
    expect(statuses).toContain(200);
    expect(statuses).toContain(402);
    expect(highest).toBeLessThanOrEqual(budget + most);
    const { costMicroUsd, reservedMicroUsd } = await stand.spent();
    expect(costMicroUsd).toBeLessThanOrEqual(budget + most);
    expect(reservedMicroUsd).toBe(0);
  });

  test('a budget that is full only by calls under way is waited for, and nobody is asked', async () => {
    await using stand = await scriptedStand(turns(10, { ...hello, delayMs: 20 }));
    const limits = [limit(10 * helloCost + most)];
    const calls = Array.from({ length: 10 }, async () => (await stand.ask({}, { limits })).status);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
    expect(stand.events.filter(({ type }) => type === 'waiting')).not.toEqual([]);
    expect(await stand.spent()).toMatchObject({ calls: 10, costMicroUsd: 10 * helloCost, reservedMicroUsd: 0 });
  });

  test('what a process had reserved that has died is not waited for: it counts as spent', async () => {
    await using stand = await scriptedStand([]);
    const limits = [limit(most)];
    const { jobId, taskId } = stand.caller();
    const nothing = { planTask: undefined, world: undefined, purpose: 'agent', provider: 'anthropic', model: 'm' };
    const dead = { ...nothing, id: 'call-of-the-dead', jobId, taskId, owner: 'dead', mostMicroUsd: most, limits };
    await stand.database.ledger.money.reserve(dead);
    expect((await stand.ask({}, { limits })).status).toBe(402);
    expect(stand.events.map(({ type }) => type)).toEqual(['waiting', 'budget']);
    expect(await stand.spent()).toMatchObject({ calls: 1, unsure: 1, costMicroUsd: most, reservedMicroUsd: 0 });
  });

  test('it is told once that a budget is nearly used up', async () => {
    await using stand = await scriptedStand(turns(2));
    const limits = [limit(most + 200), limit(1_000_000, 'month')];
    await stand.ask({}, { limits });
    await stand.ask({}, { limits: [limit(most + 200, 'world')] });
    expect(stand.events).toMatchObject([
      { type: 'budget', at: 'warn', stand: { scope: 'run' } },
      { type: 'answered' },
      { type: 'budget', at: 'warn', stand: { scope: 'world' } },
      { type: 'answered' },
    ]);
  });

  test('a person is asked before the rest is spent, and asked no more once the answer is yes', async () => {
    await using stand = await scriptedStand(turns(3));
    const asked: MoneyStand[] = [];
    const limits = [limit(helloCost + 10)];
    const askToGoOn = async (about: MoneyStand): Promise<boolean> => asked.push(about) > 0;
    expect(await stand.ask({}, { limits, askToGoOn })).toMatchObject({ status: 200 });
    expect(await stand.ask({}, { limits, askToGoOn })).toMatchObject({ status: 200 });
    expect(asked).toMatchObject([{ scope: 'run', spentMicroUsd: helloCost, released: false }]);
    const stopped = await stand.ask({}, { limits, askToGoOn });
    expect(stopped).toMatchObject({ status: 402 });
    expect(stopped.text).toContain('The budget of this run is used up: 0.00024 of 0.00013 USD. To go on, raise `budget.issueUsd`.');
    expect(asked).toHaveLength(1);
  });

  test('when the answer is no, what is left stays', async () => {
    await using stand = await scriptedStand(turns(2));
    const limits = [limit(helloCost + 10, 'month')];
    await stand.ask({}, { limits });
    const refused = await stand.ask({}, { limits });
    expect(refused).toMatchObject({ status: 402, headers: { 'x-should-retry': 'false' } });
    expect(refused.text).toContain('nobody has said that the rest may be spent');
    expect(refused.text).toContain('`budget.monthUsd`');
    expect(stand.events.slice(-1)).toMatchObject([{ type: 'budget', at: 'pause', stand: { scope: 'month', key: 'the month' } }]);
    expect(stand.provider.requests).toHaveLength(1);
  });

  test('a model whose price nobody knows is told as such', async () => {
    await using stand = await scriptedStand([hello]);
    await stand.ask(callOf('anthropic', { model: 'nobody-knows' }));
    expect(stand.events).toMatchObject([{ type: 'answered', cost: { known: false } }]);
    expect(await stand.spent()).toMatchObject({ unknownPrices: 1 });
  });

  test('each try of a call has money of its own: a budget that ends meanwhile ends the call', async () => {
    await using stand = await scriptedStand([{ half: { say: 'Hello.' }, after: { bytes: 20 } }, hello]);
    expect(await stand.ask({}, { limits: [limit(most - 1)] })).toMatchObject({ status: 402 });
    expect(stand.provider.requests).toHaveLength(1);
    expect(await stand.spent()).toMatchObject({ costMicroUsd: most, reservedMicroUsd: 0 });
  });
});

describe('whoever asked goes away', () => {
  const left = new Error('the program has gone');

  test('while it waits for a turn: it costs nothing, and the turn is free again', async () => {
    await using stand = await scriptedStand([hello, hello], { limits: { requests: 1, tokens: 1_000_000, windowMs: 1_500 } });
    await stand.ask({});
    const abort = new AbortController();
    const onEvent = (): void => abort.abort(left);
    await expect(stand.ask({ signal: abort.signal }, { onEvent })).rejects.toThrow(left);
    expect(await stand.spent()).toMatchObject({ costMicroUsd: helloCost, reservedMicroUsd: 0 });
    // Had it kept its turn, the next one would have to wait for a second window.
    const began = performance.now();
    await stand.ask({});
    expect(performance.now() - began).toBeLessThan(2_900);
    expect(stand.events).toMatchObject([
      { type: 'answered' },
      { type: 'waiting', why: expect.stringContaining('only 1 requests are allowed in 1.5 s') },
      { type: 'answered' },
    ]);
  });

  test('while a person is asked, and between two tries', async () => {
    await using stand = await scriptedStand([hello, { fail: 503, retryAfter: 50 }]);
    const limits = [limit(helloCost)];
    await stand.ask({}, { limits });
    const abort = new AbortController();
    const askToGoOn = async (_: MoneyStand, signal: AbortSignal): Promise<boolean> => {
      abort.abort(left);
      signal.throwIfAborted();
      return true;
    };
    await expect(stand.ask({ signal: abort.signal }, { limits: [limit(helloCost + 1)], askToGoOn })).rejects.toThrow(left);
    const other = new AbortController();
    const onEvent = (): void => other.abort(left);
    await expect(stand.ask({ signal: other.signal }, { onEvent })).rejects.toThrow(left);
    expect(await stand.spent()).toMatchObject({ costMicroUsd: helloCost, reservedMicroUsd: 0 });
  });

  test('while the provider works on it: nobody knows what that costs, so the most counts', async () => {
    for (const delivery of ['whole', 'streamed'] as const) {
      await using stand = await scriptedStand([{ ...hello, delayMs: 60_000 }]);
      const abort = new AbortController();
      const asking = stand.ask({ signal: abort.signal, delivery });
      const [request] = [await stand.provider.waitForRequest(1)];
      abort.abort(left);
      await expect(asking).rejects.toThrow(left);
      expect(await request.ended).toBe('left');
      expect(await stand.spent()).toMatchObject({ costMicroUsd: most, reservedMicroUsd: 0 });
    }
  });

  type Pieces = AsyncIterator<Uint8Array>;
  const next = async (pieces: Pieces): Promise<unknown> => await pieces.next();
  const leaves: ReadonlyArray<readonly [how: string, leave: (pieces: Pieces, abort: AbortController) => Promise<unknown>]> = [
    [
      'by the signal',
      async (pieces, abort) => {
        await pieces.next();
        abort.abort(left);
        await expect(next(pieces)).rejects.toThrow(left);
      },
    ],
    [
      'by reading no further',
      async (pieces) => {
        await pieces.next();
        await pieces.return?.();
      },
    ],
    [
      'before it has read anything',
      async (pieces, abort) => {
        abort.abort(left);
        await expect(next(pieces)).rejects.toThrow(left);
      },
    ],
  ];
  test.each(leaves)('in the midst of a stream: %s', async (_how, leave) => {
    await using stand = await scriptedStand([{ slow: hello, bytesAtOnce: 100, pauseMs: 20 }]);
    const abort = new AbortController();
    const request = { ...callOf('anthropic', { isStreamed: true }), headers: [], signal: abort.signal, delivery: 'streamed' } as const;
    const { body } = await stand.exchange.send(request, stand.caller());
    await leave(body[Symbol.asyncIterator](), abort);
    expect(await stand.provider.requests[0]?.ended).toBe('left');
    expect(await stand.spent()).toMatchObject({ costMicroUsd: Math.ceil(request.body.length / 3) + 1_000, reservedMicroUsd: 0 });
  });

  test('without ever reading: it is settled all the same', async () => {
    await using stand = await scriptedStand([{ slow: hello, bytesAtOnce: 100, pauseMs: 20 }]);
    const abort = new AbortController();
    const request = { ...callOf('anthropic', { isStreamed: true }), headers: [], signal: abort.signal, delivery: 'streamed' } as const;
    await stand.exchange.send(request, stand.caller());
    abort.abort(left);
    expect(await stand.provider.requests[0]?.ended).toBe('left');
    await expect.poll(async () => (await stand.spent()).reservedMicroUsd).toBe(0);
  });

  test('a stream that the provider breaks off is told as broken, and paid', async () => {
    await using stand = await scriptedStand([{ half: { say: 'Hello.' }, after: { events: 3 } }], {
      settings: { retry: { ...quickRetry, retries: 3 } },
    });
    await expect(stand.ask({ ...callOf('anthropic', { isStreamed: true }), delivery: 'streamed' })).rejects.toThrow(/broke off/);
    expect(stand.events.map(({ type }) => type)).toEqual(['failed', 'answered']);
    expect(stand.provider.requests).toHaveLength(1);
    expect((await stand.spent()).reservedMicroUsd).toBe(0);
  });
});

describe('turns', () => {
  test('are held back by what the provider says, for everybody', async () => {
    await using stand = await scriptedStand([{ fail: 429, retryAfter: 1 }, ...turns(3)]);
    const { promise: throttled, resolve } = Promise.withResolvers<void>();
    const first = stand.ask({}, { onEvent: ({ type }) => type === 'retrying' && resolve() });
    await throttled;
    const began = performance.now();
    // The hold is written right after it was told.
    await expect
      .poll(async () => (await stand.database.ledger.rates.take('anthropic:digest', 0, { requests: 100, tokens: 100, windowMs: 1 })).at)
      .toBeGreaterThan(Date.now() + 400);
    const others = ['one', 'other'].map(async (task) => await stand.ask({}, { taskId: task as TaskId }));
    await Promise.all([first, ...others]);
    expect(performance.now() - began).toBeGreaterThan(400);
    expect(stand.events.filter(({ type }) => type === 'waiting')).toMatchObject([{ why: 'anthropic asks everybody to wait' }, {}]);
  });

  test('count what calls have come to, not what was feared', async () => {
    await using stand = await scriptedStand(turns(4), { limits: { requests: 100, tokens: 400, windowMs: 60_000 } });
    // Each is feared to come to more than 130 tokens and comes to 57.
    for (let call = 0; call < 4; call += 1) await stand.ask({});
    expect(stand.events.map(({ type }) => type)).toEqual(['answered', 'answered', 'answered', 'answered']);
  });
});

test('a signal that has aborted before asks nobody', async () => {
  await using stand = await scriptedStand([hello]);
  await expect(stand.ask({ signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
  expect(stand.provider.requests).toHaveLength(0);
  expect(await stand.spent()).toMatchObject({ calls: 0 });
});

describe('an answer whose length nobody bounds', () => {
  const bodies: ReadonlyArray<readonly [Partial<ExchangeRequest>, object]> = [
    [{ provider: 'openai', path: '/responses' }, { input: 'Hello' }],
    [
      { provider: 'openai', path: '/responses' },
      { input: 'Hello', max_output_tokens: null },
    ],
    [{ provider: 'openai', path: '/chat/completions' }, { messages: [] }],
    [{ provider: 'openai-chat', path: '/chat/completions' }, { messages: [] }],
    [
      { provider: 'google', path: '/v1beta/models/m:generateContent' },
      { contents: [], generation_config: { temperature: 1 } },
    ],
  ];

  test('is bounded by what is reserved for it', async () => {
    await using stand = await scriptedStand(turns(bodies.length));
    for (const [request, body] of bodies) {
      await stand.ask({ ...request, body: Buffer.from(JSON.stringify({ model: 'm', ...body })) });
    }
    expect(stand.provider.requests.map(({ body }) => body)).toMatchObject([
      { max_output_tokens: 1_000 },
      { max_output_tokens: 1_000 },
      { max_completion_tokens: 1_000 },
      { max_tokens: 1_000 },
      { generation_config: { temperature: 1, maxOutputTokens: 1_000 } },
    ]);
  });
});

test('of a field that is there twice the provider sees the one that was read', async () => {
  await using stand = await scriptedStand([hello]);
  const text = callOf('anthropic').body.toString();
  await stand.ask({ body: Buffer.from(text.replace('{', '{"max_tokens":64000,"model":"dear",')) });
  expect(stand.provider.requests[0]?.rawBody.toString()).toBe(
    JSON.stringify(JSON.parse(text.replace('{', '{"max_tokens":64000,"model":"dear",'))),
  );
  expect(stand.provider.requests[0]?.rawBody.toString()).not.toContain('dear');
});
