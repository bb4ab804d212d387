import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { endToEnd } from './headers.ts';

export interface HandBack {
  /** A request to somebody outside. What they answer may be anything. */
  readonly outgoing: ClientRequest;
  readonly response: ServerResponse;
  /** Names of headers, in lower case, that stay here. */
  readonly without?: ReadonlySet<string>;
  /** Called with the status once an answer is being handed back. */
  readonly onAnswer?: (answer: IncomingMessage) => void;
  /** Called when there is no answer, when it breaks off, or when it is none that can be handed back; perhaps more than once. */
  readonly onBroken: (error: Error) => void;
}

/** Hands the answer from outside back to a program as it comes, at the speed of the slower side. */
export function handBack({ outgoing, response, without, onAnswer, onBroken }: HandBack): void {
  outgoing.on('error', onBroken);
  outgoing.once('upgrade', (_answer, socket) => {
    socket.destroy();
    onBroken(new Error('it changed the protocol'));
  });
  outgoing.once('response', (answer) => {
    answer.once('error', onBroken);
    if (response.destroyed) return void answer.destroy();
    try {
      // Without the words that follow the status: they may hold what must not be written.
      response.writeHead(answer.statusCode ?? 0, endToEnd(answer, without));
    } catch (error) {
      answer.destroy();
      return onBroken(error instanceof Error ? error : new Error(String(error)));
    }
    // A stream of events begins before its first event.
    response.flushHeaders();
    onAnswer?.(answer);
    answer.pipe(response);
  });
}
