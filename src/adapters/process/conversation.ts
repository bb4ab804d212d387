import type { Readable, Writable } from 'node:stream';
import type { Conversation, ProcessRequest } from '../../ports/process.ts';

/** How much of the output may wait to be read, in bytes. */
const mostUnread = 64 * 1024 * 1024;
/** What a piece of output takes in memory beside its bytes. */
const perPiece = 256;

/** The talk with one program, from the side of whoever runs it. */
export interface Talk {
  /** Aborts when more output waits than may: the program has to be ended then. */
  readonly overrun: AbortSignal;
  /**
   * To be called when the program has ended and its output was read: ends both sides, and waits for the talk.
   * @throws what the talk has thrown, or that too much output was left unread.
   */
  settled(): Promise<void>;
}

/**
 * Lets `converse` talk with a program whose output is also read by others: the talk never holds them up. What it does not read in
 * time waits in memory, up to 64 MiB; beyond that its output fails.
 */
export function startTalk(converse: NonNullable<ProcessRequest['converse']>, stdin: Writable, stdout: Readable): Talk {
  const overrun = new AbortController();
  const output = outputOf(stdout, (error) => overrun.abort(error));
  // What goes wrong with a write is told to whoever writes, by the callback of that write.
  stdin.on('error', () => undefined);
  const talking = talk(converse, { input: inputOf(stdin), output: output.stream }).finally(() => {
    output.end();
    stdin.end();
  });
  // It is waited for when the program has ended; until then its failure is nobody's.
  talking.catch(() => undefined);
  return {
    overrun: overrun.signal,
    async settled() {
      output.end();
      // Somebody whom nobody knows may hold the other end, and would let the last write wait for ever.
      stdin.destroy();
      await talking;
      overrun.signal.throwIfAborted();
    },
  };
}

async function talk(converse: NonNullable<ProcessRequest['converse']>, conversation: Conversation): Promise<void> {
  await converse(conversation);
}

function inputOf(stdin: Writable): WritableStream<Uint8Array> {
  return new WritableStream({
    write: (chunk) =>
      new Promise<void>((resolve, reject) =>
        stdin.write(chunk, (error) => (error === null || error === undefined ? resolve() : reject(error))),
      ),
    close: () => new Promise<void>((resolve) => stdin.end(() => resolve())),
    abort: () => void stdin.destroy(),
  });
}

function outputOf(stdout: Readable, onOverrun: (error: Error) => void) {
  let open = true;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (given) => void (controller = given),
      cancel: () => void (open = false),
    },
    { highWaterMark: mostUnread, size: (chunk) => chunk.byteLength + perPiece },
  );
  const forget = (): void => {
    open = false;
    stdout.off('data', add);
  };
  function add(chunk: Buffer): void {
    if (!open || controller === undefined) return;
    controller.enqueue(chunk);
    if ((controller.desiredSize ?? 0) > 0) return;
    forget();
    const error = new Error(`More than ${mostUnread / 1024 / 1024} MiB of what the program printed were left unread.`);
    controller.error(error);
    onOverrun(error);
  }
  stdout.on('data', add);
  return {
    stream,
    end(): void {
      if (open) controller?.close();
      forget();
    },
  };
}
