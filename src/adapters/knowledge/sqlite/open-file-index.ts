import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { entryPoint } from '../../../domain/entry-point.ts';
import { Failure } from '../../../domain/failure.ts';
import type { ExitReason, FailureText } from '../../../domain/failure.ts';
import type { KnowledgeChange } from '../../../ports/knowledge.ts';
import { asStoreFailure } from '../../store/sqlite/failures.ts';
import type { Asked, EntryIndex, Found, IndexPosition } from '../entry-index.ts';

/** What the thread is started with. */
export interface IndexThreadSettings {
  readonly path: string;
  /** How long others may hold the file before that is a failure, in ms. */
  readonly busyLimitMs: number;
}

export interface IndexCall {
  readonly number: number;
  readonly ask:
    | { readonly what: 'position' }
    | { readonly what: 'put'; readonly changes: readonly KnowledgeChange[]; readonly position: IndexPosition }
    | { readonly what: 'find'; readonly asked: Asked }
    | { readonly what: 'clear'; readonly records: string };
}

export type IndexAnswer =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly error: unknown; readonly code: number | undefined };

/**
 * The index in a file of this machine. It is read and written in a thread of its own, so that a search holds nobody else up; several
 * processes may have the file open.
 *
 * @throws Failure (configuration) when the file is damaged, from a newer version, locked or cannot be written.
 */
export async function openFileIndex({
  path,
  busyLimitMs = 60_000,
}: {
  readonly path: string;
  readonly busyLimitMs?: number;
}): Promise<EntryIndex> {
  const settings: IndexThreadSettings = { path, busyLimitMs };
  // What this program itself was started with (`--input-type`, an inspector's port) is not meant for the thread.
  const thread = new Worker(entryPoint(import.meta.url, './index-thread'), { workerData: settings, execArgv: [] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  let gone: unknown;
  const end = (error: unknown): void => {
    gone ??= error;
    for (const each of waiting.values()) each.reject(gone);
    waiting.clear();
    thread.unref();
  };
  thread.on('error', (error) => end(asFailure(error, path, undefined)));
  thread.on('exit', () => end(new Error('The thread of the knowledge base has ended.')));
  await started(thread).catch((error: unknown) => {
    throw asFailure(error, path, undefined);
  });
  thread.on('message', (answer: IndexAnswer) => {
    const each = waiting.get(answer.number);
    waiting.delete(answer.number);
    if (waiting.size === 0) thread.unref();
    if ('error' in answer) each?.reject(asFailure(answer.error, path, answer.code));
    else each?.resolve(answer.value);
  });
  thread.unref();

  async function call(ask: IndexCall['ask']): Promise<unknown> {
    if (gone !== undefined) throw gone;
    last += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(last, answer);
    thread.ref();
    thread.postMessage({ number: last, ask } satisfies IndexCall);
    return await answer.promise;
  }

  return {
    notes: [],
    position: async () => (await call({ what: 'position' })) as IndexPosition,
    put: async (changes, position) => void (await call({ what: 'put', changes, position })),
    find: async (asked) => (await call({ what: 'find', asked })) as Found,
    clear: async (records) => void (await call({ what: 'clear', records })),
    [Symbol.asyncDispose]: async () => {
      gone ??= new Error('The knowledge base is closed.');
      await thread.terminate();
    },
  };
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
