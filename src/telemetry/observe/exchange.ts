import type { Facts } from '../../domain/signals.ts';
import type { Caller, Exchange, ExchangeAnswer, ExchangeEvent, ExchangeRequest } from '../../ports/exchange.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

/** The same exchange: each call is an operation until its answer was handed on to its end, and what happens meanwhile is told. */
export function observeExchange(exchange: Exchange, telemetry: Telemetry): Exchange {
  return { send: async (request, caller) => await observed(exchange, telemetry, request, caller) };
}

async function observed(exchange: Exchange, telemetry: Telemetry, request: ExchangeRequest, caller: Caller): Promise<ExchangeAnswer> {
  const { provider } = request;
  const answered = Promise.withResolvers<ExchangeAnswer>();
  const operation = { kind: 'model', name: 'model call', facts: { provider, purpose: caller.purpose } } as const;
  const measured = telemetry.measure(operation, async ({ note, end }) => {
    const onEvent = (event: ExchangeEvent): void => {
      tellEvent(telemetry, provider, event);
      if (event.type === 'answered') note(factsOf(event));
      if (event.type === 'failed') end('failed');
      caller.onEvent(event);
    };
    const answer = await exchange.send(request, { ...caller, onEvent });
    const handedOn = Promise.withResolvers<void>();
    answered.resolve({ ...answer, body: untilHandedOn(answer.body, handedOn.resolve) });
    // What is handed on as it comes says what it cost at its end. The whole of the other is here.
    if (request.delivery === 'streamed') await handedOn.promise;
  });
  measured.catch(answered.reject);
  return await answered.promise;
}

async function* untilHandedOn(body: AsyncIterable<Uint8Array>, over: () => void): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body;
  } finally {
    over();
  }
}

function factsOf({ usage, cost, cached, model }: Extract<ExchangeEvent, { readonly type: 'answered' }>): Facts {
  const { inputTokens, outputTokens } = usage;
  return { model, inputTokens, outputTokens, cached, costMicroUsd: cost.microUsd };
}

function tellEvent(telemetry: Telemetry, provider: string, event: ExchangeEvent): void {
  switch (event.type) {
    case 'answered': {
      const { usage, cost, cached, model } = event;
      const { inputTokens, outputTokens } = usage;
      return telemetry.tell({ type: 'model.answered', provider, model, inputTokens, outputTokens, costMicroUsd: cost.microUsd, cached });
    }
    case 'waiting':
      return telemetry.tell({ type: 'model.waited', provider, ms: event.forMs });
    case 'retrying':
      return telemetry.tell({ type: 'model.retried', provider, failure: event.failure.kind });
    case 'budget':
      return telemetry.tell({ type: 'budget.reached', at: event.at, scope: event.stand.scope });
    case 'failed':
  }
}
