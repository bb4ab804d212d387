import type { ProviderFailure } from '../../domain/provider-failure.ts';
import { BrokenOff } from './ask.ts';
import type { Begun } from './ask.ts';
import { keepAnswer, mostKeptBytes } from './cached.ts';
import type { AskedForUsage } from './chat-usage.ts';
import type { Call } from './call.ts';
import { outcomeOf } from './circuit.ts';
import { headerOf } from './headers.ts';
import { settleAnswered } from './settle.ts';
import type { Trial } from './settle.ts';
import { incomplete } from './tried.ts';
import type { Tried } from './tried.ts';
import { usageReader } from './wire/wire.ts';
import type { AnswerReport } from './wire/usage/reading.ts';

export interface HandOn {
  /** Under which the answer is kept; undefined where it is not. */
  readonly key: string | undefined;
  /** What we asked for beside what whoever asked wants to have. */
  readonly wish: AskedForUsage | undefined;
}

/**
 * Hands an answer on as it comes, once its first byte is there: until then it can be asked for again. It is settled when it has ended, when
 * whoever asked no longer reads it, or when the signal aborts.
 *
 * @throws BrokenOff when it breaks off before its first byte.
 */
export async function handOn(trial: Trial, begun: Begun, { key, wish }: HandOn): Promise<Tried> {
  const first = await begun.body.next();
  const { signal } = trial.call.request;
  const passing = openPassing(trial, begun, key);
  const onAbort = (): void => {
    // Whoever still reads is told of a failure here; when nobody does, what was reserved stays so until this process has ended.
    passing.end({ kind: 'left' }).catch(() => {});
  };
  signal.addEventListener('abort', onAbort, { once: true });

  async function* body(): AsyncGenerator<Uint8Array, void> {
    let end: PassingEnd = { kind: 'left' };
    try {
      for (let piece = first; piece.done !== true; piece = await begun.body.next()) {
        signal.throwIfAborted();
        passing.add(piece.value);
        const passed = wish === undefined ? piece.value : wish.pass(piece.value);
        if (passed.length > 0) yield passed;
      }
      end = { kind: 'to-its-end' };
      const rest = wish?.rest() ?? new Uint8Array();
      if (rest.length > 0) yield rest;
    } catch (error) {
      if (error instanceof BrokenOff) end = { kind: 'broken', failure: error.failure };
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      await begun.body.return();
      await passing.end(end);
    }
  }
  return { kind: 'answer', answer: { status: begun.status, headers: begun.headers, body: body() } };
}

type PassingEnd =
  | { readonly kind: 'to-its-end' }
  /** Whoever asked did not want more. */
  | { readonly kind: 'left' }
  | { readonly kind: 'broken'; readonly failure: ProviderFailure };

/** What is known of an answer that passes. */
interface Passing {
  add(piece: Uint8Array): void;
  /** Settles. The first time counts. */
  end(how: PassingEnd): Promise<void>;
}

function openPassing(trial: Trial, { status, headers }: Begun, key: string | undefined): Passing {
  const { call } = trial;
  const reader = call.model === undefined ? undefined : usageReader(call.protocol, headerOf(headers, 'content-type'));
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let ended: Promise<void> | undefined;

  async function settle(how: PassingEnd): Promise<void> {
    const report = reader?.end();
    const isComplete = how.kind === 'to-its-end' && report?.isComplete !== false;
    const failure = isComplete ? undefined : whyIncomplete(call, how, report);
    if (failure !== undefined) call.caller.onEvent({ type: 'failed', failure });
    const outcome = isComplete ? 'success' : failure === undefined ? 'nothing' : outcomeOf(failure);
    const isWhole = isComplete && report?.usage !== undefined && report.failure === undefined;
    const isKept = isWhole && key !== undefined && status === 200 && bytes <= mostKeptBytes;
    await Promise.all([
      settleAnswered(trial, report?.usage, outcome),
      isKept ? keepAnswer(call, key, headers, Buffer.concat(pieces)) : undefined,
    ]);
  }
  return {
    add(piece) {
      if (ended !== undefined) return;
      reader?.add(piece);
      bytes += piece.length;
      if (key !== undefined && bytes <= mostKeptBytes) pieces.push(piece);
      else pieces.length = 0;
    },
    end: (how) => (ended ??= settle(how)),
  };
}

/** @returns undefined where nobody is to blame. */
function whyIncomplete({ provider }: Call, how: PassingEnd, report: AnswerReport | undefined): ProviderFailure | undefined {
  switch (how.kind) {
    case 'left':
      return undefined;
    case 'broken':
      return how.failure;
    case 'to-its-end':
      return report?.failure ?? incomplete(provider);
  }
}
