import type { ExchangeAnswer } from '../../ports/exchange.ts';
import { BrokenOff } from './ask.ts';
import type { Begun } from './ask.ts';
import { inOnePiece, keepAnswer } from './cached.ts';
import { headerOf } from './headers.ts';
import { settleAnswered } from './settle.ts';
import type { Trial } from './settle.ts';
import { incomplete } from './tried.ts';
import type { Tried } from './tried.ts';
import { usageReader } from './wire/wire.ts';

/** Longer answers (bytes) are not read to their end. */
const most = 64 * 1024 ** 2;

/** Reads an answer to its end before anybody sees it. @throws BrokenOff when that is never reached. */
export async function readWhole(trial: Trial, begun: Begun, key: string | undefined): Promise<Tried> {
  const { call } = trial;
  const { provider, protocol, model } = call;
  const pieces: Uint8Array[] = [];
  const reader = model === undefined ? undefined : usageReader(protocol, headerOf(begun.headers, 'content-type'));
  let bytes = 0;
  for await (const piece of begun.body) {
    bytes += piece.length;
    if (bytes > most) throw new BrokenOff({ kind: 'unreadable', message: `The answer of ${provider.name} is too long.` }, true);
    pieces.push(piece);
    reader?.add(piece);
  }
  const report = reader?.end();
  if (report !== undefined && !report.isComplete) {
    throw new BrokenOff(report.failure ?? incomplete(provider), true);
  }
  const body = Buffer.concat(pieces);
  await Promise.all([
    settleAnswered(trial, report?.usage, 'success'),
    // That a model refuses, or a provider holds something back, may be otherwise the next time.
    key !== undefined && begun.status === 200 && report?.usage !== undefined && report.failure === undefined
      ? keepAnswer(call, key, begun.headers, body)
      : undefined,
  ]);
  const answer: ExchangeAnswer = { status: begun.status, headers: begun.headers, body: inOnePiece(body) };
  return { kind: 'answer', answer };
}
