import type { Duplex } from 'node:stream';

/**
 * Hands on what each side says to the other, at the speed of the slower one, until both are done. When one breaks, so does the
 * other; when one merely has no more to say, the other may go on.
 */
export function joinSockets(one: Duplex, other: Duplex): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      // What was read to its end is on its way already, and `pipe` has ended the other side: it may be said to its end.
      if (!from.readableEnded || to.writableFinished) to.destroy();
      else to.once('finish', () => to.destroy());
    });
  }
}
