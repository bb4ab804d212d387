import type { ClientRequest, IncomingMessage } from 'node:http';

/**
 * Hands the body of a request on at the speed of the receiver. A receiver that breaks off leaves the rest unread, and does not end
 * the connection to the program, which is still to get an answer; a program that goes away ends the request.
 */
export function sendBody(from: IncomingMessage, to: ClientRequest): void {
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.on('close', () => {
    if (!from.complete) to.destroy();
  });
  to.on('close', () => {
    from.unpipe(to);
    from.resume();
  });
}
