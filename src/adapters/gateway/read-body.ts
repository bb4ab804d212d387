import type { IncomingMessage } from 'node:http';

/** Bytes of one body, and of all bodies of a world that are held at the same time. */
const most = { ofOne: 32 * 1024 ** 2, together: 128 * 1024 ** 2 };

/** What the bodies of one world's requests take up while they are held; a world may send any number of them. */
export interface BodyRoom {
  /** @returns whether there is room for it. */
  take(bytes: number): boolean;
  free(bytes: number): void;
}

export function createBodyRoom(): BodyRoom {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > most.together) return false;
      held += bytes;
      return true;
    },
    free: (bytes) => void (held -= bytes),
  };
}

export type ReadBody =
  | { readonly kind: 'read'; readonly body: Uint8Array }
  | { readonly kind: 'too-large' }
  /** Others of the same world take up the room. */
  | { readonly kind: 'no-room' }
  /** The program went away. */
  | { readonly kind: 'left' };

/** Reads the body of a request whole; what it takes up is free again once `done` aborts. */
export async function readBody(request: IncomingMessage, room: BodyRoom, done: AbortSignal): Promise<ReadBody> {
  const pieces: Buffer[] = [];
  let taken = 0;
  const give = (): void => {
    room.free(taken);
    taken = 0;
  };
  done.addEventListener('abort', give, { once: true });
  try {
    const incoming: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
    for await (const piece of incoming) {
      if (done.aborted) return { kind: 'left' };
      if (taken + piece.length > most.ofOne) return { kind: 'too-large' };
      if (!room.take(piece.length)) return { kind: 'no-room' };
      taken += piece.length;
      pieces.push(piece);
    }
  } catch {
    // Reading fails for one reason only: the connection has ended.
    return { kind: 'left' };
  }
  return { kind: 'read', body: Buffer.concat(pieces) };
}
