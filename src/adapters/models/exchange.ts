import type { Exchange } from '../../ports/exchange.ts';
import { askUntilAnswered } from './ask-until-answered.ts';
import { fromCache, keyOf } from './cached.ts';
import { openCall } from './call.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import { createSingleFile } from './in-single-file.ts';
import { refusal } from './refusal.ts';

export type { ExchangeParts, ExchangeSettings } from './exchange-parts.ts';

/**
 * The one way to every provider of models. Read what is asked; look whether it was answered before; else reserve money, wait for a turn, ask,
 * ask again where that makes sense, read what it has cost as the answer passes, settle, and keep the answer.
 */
export function createExchange(parts: ExchangeParts): Exchange {
  const turns = createSingleFile();
  return {
    async send(request, caller) {
      request.signal.throwIfAborted();
      const opened = openCall(parts, turns, request, caller);
      if (opened.kind === 'unreadable') {
        const message = `This is not asked of ${request.provider}: ${opened.why}.`;
        caller.onEvent({ type: 'failed', failure: { kind: 'refused', message } });
        return refusal(opened.protocol, { status: 400, type: 'invalid_request_error', message });
      }
      const { call } = opened;
      const key = keyOf(call);
      return (await fromCache(call, key)) ?? (await askUntilAnswered(call, key));
    },
  };
}
