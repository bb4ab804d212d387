import { entryPoint } from '../../../domain/entry-point.ts';
import type { KnowledgeChange } from '../../../ports/knowledge.ts';
import { startCallThread } from '../call-thread.ts';
import type { Asked, EntryIndex, Found, IndexPosition } from '../entry-index.ts';

/** What the thread of the index is asked. */
export type IndexAsk =
  | { readonly what: 'position' }
  | { readonly what: 'put'; readonly changes: readonly KnowledgeChange[]; readonly position: IndexPosition }
  | { readonly what: 'find'; readonly asked: Asked }
  | { readonly what: 'clear'; readonly records: string };

/** What it is started with. */
export interface IndexThreadSettings {
  readonly path: string;
  /** How long others may hold the file before that is a failure, in ms. */
  readonly busyLimitMs: number;
}

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
  const thread = await startCallThread<IndexAsk>(entryPoint(import.meta.url, './index-thread'), { ...settings });
  return {
    notes: [],
    position: async () => (await thread.call({ what: 'position' })) as IndexPosition,
    put: async (changes, position) => void (await thread.call({ what: 'put', changes, position })),
    find: async (asked) => (await thread.call({ what: 'find', asked })) as Found,
    clear: async (records) => void (await thread.call({ what: 'clear', records })),
    [Symbol.asyncDispose]: async () => await thread[Symbol.asyncDispose](),
  };
}
