import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../domain/failure.ts';
import type { ExitReason, FailureText } from '../../domain/failure.ts';
import { asStoreFailure } from '../store/sqlite/failures.ts';

export interface ThreadCall<Ask> {
  readonly number: number;
  readonly ask: Ask;
}

export type ThreadAnswer =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly error: unknown; readonly code: number | undefined };

/** A thread that works on one file and answers one call after the other. */
export interface CallThread<Ask> extends AsyncDisposable {
  call(ask: Ask): Promise<unknown>;
}

/**
 * Starts a thread that says `ready` once its file is open. It keeps no program running but while it works.
 *
 * @param path of the file, for people.
 * @throws Failure (configuration) when the file cannot be used.
 */
export async function startCallThread<Ask>(
  entry: URL,
  workerData: { readonly path: string } & Readonly<Record<string, unknown>>,
): Promise<CallThread<Ask>> {
  const { path } = workerData;
  // What this program itself was started with (`--input-type`, an inspector's port) is not meant for the thread.
  const thread = new Worker(entry, { workerData, execArgv: [] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  let gone: unknown;
  const end = (error: unknown): void => {
    gone ??= error;
    for (const each of waiting.values()) each.reject(gone);
    waiting.clear();
  };
  thread.on('error', (error) => end(asFailure(error, path, undefined)));
  thread.on('exit', () => end(new Error('The thread of the knowledge base has ended.')));
  await started(thread).catch((error: unknown) => {
    throw asFailure(error, path, undefined);
  });
  thread.on('message', (answer: ThreadAnswer) => {
    const each = waiting.get(answer.number);
    waiting.delete(answer.number);
    if (waiting.size === 0) thread.unref();
    if ('error' in answer) each?.reject(asFailure(answer.error, path, answer.code));
    else each?.resolve(answer.value);
  });
  thread.unref();
  return {
    call: async (ask) => {
      if (gone !== undefined) throw gone;
      last += 1;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(last, answer);
      thread.ref();
      thread.postMessage({ number: last, ask } satisfies ThreadCall<Ask>);
      return await answer.promise;
    },
    [Symbol.asyncDispose]: async () => {
      gone ??= new Error('The knowledge base is closed.');
      await thread.terminate();
    },
  };
}

/** What a thread answers to a call. @param work what it came to, at once. */
export function threadAnswer(number: number, work: () => unknown): ThreadAnswer {
  try {
    return { number, value: work() };
  } catch (error) {
    // What SQLite says of an error does not travel with it.
    return { number, error, code: error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined };
  }
}

/** Resolves when the file is open. @throws what has ended the thread before that. */
async function started(thread: Worker): Promise<void> {
  const over = new AbortController();
  const ended = once(thread, 'exit', { signal: over.signal }).then(() => {
    throw new Error('The thread of the knowledge base has ended before it began.');
  });
  try {
    await Promise.race([once(thread, 'message'), ended]);
  } finally {
    ended.catch(() => undefined);
    over.abort();
  }
}

/** Errors come out of a thread as plain ones: what they were is told by what they hold. */
function asFailure(error: unknown, path: string, code: number | undefined): unknown {
  if (code !== undefined) return asStoreFailure(Object.assign(error as Error, { errcode: code }), path);
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const told = error as Partial<{ readonly reason: ExitReason; readonly text: FailureText }>;
  if (told.reason === undefined || told.text === undefined) return asStoreFailure(error, path);
  return new Failure(told.reason, told.text, { cause: error });
}
