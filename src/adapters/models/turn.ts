import { setTimeout as pause } from 'node:timers/promises';
import type { Permit } from '../../ports/model-ledger.ts';
import type { Call } from './call.ts';

/** Waits that are shorter (ms) are not worth telling. */
const worthTelling = 250;
/** Tokens of an answer before it is there. Nearly all are shorter than they might be, and the true number is put in its place afterwards. */
const usualOutput = 1_000;
/** The longest that a timer of Node can wait, in ms. */
const longestTimer = 2 ** 31 - 1;

/**
 * Waits for a turn at the provider. Each task (a world, for one) has one place among those who wait, however much it asks for at the same time:
 * turns are given in the order of asking, and one that floods would keep all others waiting.
 *
 * @throws the signal's reason when it aborts; the turn is free again then.
 */
export async function takeTurn(call: Call): Promise<Permit> {
  const { provider, caller, request, turns } = call;
  return await turns.wait(`${provider.rateKey} ${caller.taskId}`, request.signal, async () => await waitForTurn(call));
}

async function waitForTurn({ parts, provider, model, caller, request }: Call): Promise<Permit> {
  const tokens = model === undefined ? 0 : model.read.inputTokens + Math.min(model.mostOutputTokens, usualOutput);
  request.signal.throwIfAborted();
  const permit = await parts.rates.take(provider.rateKey, tokens, provider.limits);
  const forMs = permit.at - parts.clock.now();
  if (forMs > worthTelling) caller.onEvent({ type: 'waiting', forMs, why: permit.why });
  try {
    await waitFor(forMs, request.signal);
  } catch (error) {
    await parts.rates.giveBack(permit.id);
    throw error;
  }
  return permit;
}

/** @throws the signal's reason, at once when it aborts. */
export async function waitFor(forMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (forMs <= 0) return;
  try {
    await pause(Math.min(forMs, longestTimer), undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
