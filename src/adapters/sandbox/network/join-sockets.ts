import type { Duplex } from 'node:stream';

/**
 * Hands on what each side says to the other, at the speed of the slower one, until both are done. When one breaks, so does the
 * other; when one merely has no more to say, the other may go on.
 *
 * @param check what the first one says passes through it; when it fails, both are ended.
 */
export function joinSockets(one: Duplex, other: Duplex, check: Duplex): void {
  one.pipe(check).pipe(other);
  other.pipe(one);
  check.on('error', () => {
    one.destroy();
    other.destroy();
  });
  endTogether(one, other);
  endTogether(other, one);
}

function endTogether(from: Duplex, to: Duplex): void {
  from.on('error', () => to.destroy());
  from.on('close', () => {
    // What was read to its end is on its way already, and `pipe` has ended the other side: it may be said to its end.
    if (!from.readableEnded || to.writableFinished) to.destroy();
    else to.once('finish', () => to.destroy());
  });
}
