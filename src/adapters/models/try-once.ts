import { BrokenOff, ask, defaultPatience } from './ask.ts';
import type { Begun } from './ask.ts';
import { askedBody } from './asked-body.ts';
import type { Bill } from './bill.ts';
import type { Call } from './call.ts';
import { askForUsage } from './chat-usage.ts';
import type { ProviderCircuit } from './circuit.ts';
import { handOn } from './hand-on.ts';
import { readWhole } from './read-whole.ts';
import { circuitRefusal } from './refusal.ts';
import { settleFailed } from './settle.ts';
import type { Trial } from './settle.ts';
import type { Tried } from './tried.ts';
import { takeTurn } from './turn.ts';
import { failureOf } from './wire/wire.ts';

export interface TryRequest {
  readonly call: Call;
  readonly bill: Bill;
  readonly circuit: ProviderCircuit;
  /** Under which the answer is kept; undefined where it is not. */
  readonly key: string | undefined;
}

/** Enough (bytes) of an error for whoever reads it. */
const mostOfError = 1024 ** 2;

/**
 * Waits for a turn and asks once. Whatever it comes to, it is settled: here, or by an answer that is still coming once that has ended.
 * @throws the signal's reason when it aborts.
 */
export async function tryOnce({ call, bill, circuit, key }: TryRequest): Promise<Tried> {
  const { request, provider, parts } = call;
  let trial: Trial | undefined;
  try {
    const permit = await takeTurn(call);
    const until = await circuit.refusedUntil();
    if (until !== undefined) {
      await Promise.all([parts.rates.giveBack(permit.id), bill.settle({ kind: 'failed' })]);
      return { kind: 'answer', answer: circuitRefusal(call, until) };
    }
    trial = { call, bill, permit, circuit };
    const plain = askedBody(call);
    const wish = askForUsage(call, plain);
    const { body } = wish ?? { body: plain };
    const begun = await ask({ ...request, body, provider, patience: parts.settings.patience ?? defaultPatience });
    if (begun.status >= 300) return await refusedBy(trial, begun);
    return request.delivery === 'whole' ? await readWhole(trial, begun, key) : await handOn(trial, begun, { key, wish });
  } catch (error) {
    if (trial === undefined) await bill.settle({ kind: 'failed' });
    // Whoever goes away while the provider works on it does not learn what that cost.
    else await settleFailed(trial, !(error instanceof BrokenOff) || error.mayCost);
    if (!(error instanceof BrokenOff)) throw error;
    const { failure, mayCost } = error;
    return { kind: 'failed', failure, isGarbled: mayCost && failure.kind === 'unreadable', said: undefined };
  }
}

/** The provider says no, by its status: nothing was generated. */
async function refusedBy(trial: Trial, { status, headers, body }: Begun): Promise<Tried> {
  const { protocol, parts } = trial.call;
  const said = { status, headers, body: await readError(body) };
  await settleFailed(trial, false);
  const failure = failureOf(protocol, { status, headers, body: said.body.toString() }, parts.clock.now());
  return { kind: 'failed', failure, isGarbled: false, said };
}

/** As far as it comes. */
async function readError(body: Begun['body']): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of body) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > mostOfError) break;
    }
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error;
  }
  return Buffer.concat(pieces);
}
