import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { fullAnswer } from './protocols/protocol.ts';
import type { FullAnswer, SpokenProtocol } from './protocols/protocol.ts';
import type { Answer, BreakingPoint, FailedTurn, Turn } from './script.ts';

/** An answer that is about to be given, and how it was asked for. */
export interface Delivery {
  readonly spoken: SpokenProtocol;
  /** `list`: Google's stream without events. */
  readonly manner: 'whole' | 'events' | 'list';
  readonly id: string;
  readonly model: string;
  /** As it was decoded. */
  readonly request: unknown;
  readonly response: ServerResponse;
  /** Aborted when whoever asked has left. */
  readonly left: AbortSignal;
}

/** Does what a turn says. Pauses end early when whoever asked leaves. */
export async function deliver(turn: Turn, to: Delivery): Promise<void> {
  const { response, left } = to;
  if (turn === 'reset') return void response.socket?.resetAndDestroy();
  if (turn === 'garbage') return garbage(to);
  if (turn === 'endless') return begin(to, '');
  if ('fail' in turn) return fail(turn, to);
  if ('half' in turn) return half(turn, to);
  if ('slow' in turn) return await trickle(turn, to);
  if (turn.delayMs !== undefined) await pause(turn.delayMs, undefined, { signal: left });
  head(to);
  response.end(written(turn, to).join(''));
}

function head({ response, manner }: Delivery): void {
  const type = manner === 'events' ? 'text/event-stream; charset=utf-8' : 'application/json';
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' });
}

/** The answer in the pieces in which it may be broken off. */
function written(answer: Answer, to: Delivery): readonly string[] {
  const full: FullAnswer = fullAnswer(answer, to.id, to.model);
  if (to.manner === 'whole') return [JSON.stringify(to.spoken.whole(full))];
  const events = to.spoken.streamed(full, to.request);
  if (to.manner === 'events') return events;
  return events.map(
    (event, index) => `${index === 0 ? '[' : ',\r\n'}${event.slice('data: '.length).trimEnd()}${index === events.length - 1 ? ']' : ''}`,
  );
}

function begin(to: Delivery, text: string): void {
  head(to);
  to.response.flushHeaders();
  if (text !== '') to.response.write(text);
}

function garbage(to: Delivery): void {
  head(to);
  to.response.end(
    to.manner === 'events' ? 'event: message_sta\ndata: {"type":"mess\n\ndata\n\ndata: \u0000}{\n\n' : '{"id": "msg_1", "content": [<html>',
  );
}

function fail(turn: FailedTurn, { spoken, response }: Delivery): void {
  const { status, headers, body } = spoken.failure(turn);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(turn.body ?? JSON.stringify(body));
}

function half(turn: { readonly half: Answer; readonly after: BreakingPoint; readonly failing?: FailedTurn }, to: Delivery): void {
  const pieces = written(turn.half, to);
  const sent =
    'events' in turn.after
      ? Buffer.from(pieces.slice(0, turn.after.events).join(''))
      : Buffer.from(pieces.join('')).subarray(0, turn.after.bytes);
  head(to);
  if (turn.failing !== undefined) return void to.response.end(Buffer.concat([sent, Buffer.from(to.spoken.failureEvent(turn.failing))]));
  to.response.flushHeaders();
  to.response.write(sent, () => to.response.socket?.destroy());
}

async function trickle(
  turn: { readonly slow: Answer; readonly bytesAtOnce: number; readonly pauseMs: number },
  to: Delivery,
): Promise<void> {
  const bytes = Buffer.from(written(turn.slow, to).join(''));
  begin(to, '');
  for (let at = 0; at < bytes.length; at += turn.bytesAtOnce) {
    await pause(turn.pauseMs, undefined, { signal: to.left });
    to.response.write(bytes.subarray(at, at + turn.bytesAtOnce));
  }
  to.response.end();
}
