import { expect, it } from 'vitest';
import { heardTelemetry } from '../../../test/support/heard-telemetry.ts';
import { callOf, hello, helloCost, scriptedStand } from '../../../test/support/models/exchange-stand.ts';
import { observeExchange } from './exchange.ts';

const facts = {
  provider: 'anthropic',
  purpose: 'agent',
  model: 'm',
  inputTokens: 50,
  outputTokens: 7,
  cached: false,
  costMicroUsd: helloCost,
};

it.each(['whole', 'streamed'] as const)(
  'a call (%s) is an operation until its answer was handed on, with what it cost',
  async (delivery) => {
    await using stand = await scriptedStand([hello]);
    const { telemetry, operations, signals } = heardTelemetry();
    const exchange = observeExchange(stand.exchange, telemetry);
    const request = {
      ...callOf('anthropic', { isStreamed: delivery === 'streamed' }),
      headers: [],
      signal: new AbortController().signal,
      delivery,
    };
    const { status, body } = await exchange.send(request, stand.caller());
    const text = Buffer.concat(await Array.fromAsync(body)).toString();
    expect([status, text]).toEqual([200, expect.stringMatching(/He.*ll.*o\./s)]);
    await expect.poll(() => operations).toHaveLength(1);
    expect(operations).toMatchObject([{ kind: 'model', name: 'model call', outcome: 'ok', facts }]);
    expect(signals).toEqual([
      {
        type: 'model.answered',
        provider: 'anthropic',
        model: 'm',
        inputTokens: 50,
        outputTokens: 7,
        cached: false,
        costMicroUsd: helloCost,
      },
    ]);
    // Whoever asked hears the same as before.
    expect(stand.events).toMatchObject([{ type: 'answered', model: 'm' }]);
  },
);

it('what is asked again, and a budget that is used up, are told; a call without an answer has failed', async () => {
  await using stand = await scriptedStand([{ fail: 503 }, { fail: 400 }]);
  const { telemetry, operations, signals } = heardTelemetry();
  const exchange = observeExchange(stand.exchange, telemetry);
  const request = { ...callOf('anthropic'), headers: [], signal: new AbortController().signal, delivery: 'whole' } as const;
  expect((await exchange.send(request, stand.caller())).status).toBe(400);
  const limits = [{ scope: 'run', key: 'r', limitMicroUsd: 0 }] as const;
  expect((await exchange.send(request, stand.caller({ limits }))).status).toBe(402);
  await expect.poll(() => operations).toHaveLength(2);
  expect(operations[0]).toMatchObject({ outcome: 'failed' });
  expect(signals).toEqual([
    { type: 'model.retried', provider: 'anthropic', failure: 'unavailable' },
    { type: 'budget.reached', at: 'stop', scope: 'run' },
  ]);
});

it('what is thrown is thrown', async () => {
  await using stand = await scriptedStand([]);
  const { telemetry, operations } = heardTelemetry();
  const over = AbortSignal.abort(new Error('no longer wanted'));
  const request = { ...callOf('anthropic'), headers: [], signal: over, delivery: 'whole' } as const;
  await expect(observeExchange(stand.exchange, telemetry).send(request, stand.caller())).rejects.toThrow('no longer wanted');
  expect(operations).toMatchObject([{ outcome: 'failed', fault: 'Error: no longer wanted' }]);
});
