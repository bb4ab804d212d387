import { entryPoint } from '../../../domain/entry-point.ts';
import { startCallThread } from '../call-thread.ts';
import type { EntryVector, Vectors } from './vectors.ts';

type Position = { readonly records: string; readonly revision: number };

/** What the thread of the vectors is asked. */
export type VectorAsk =
  | { readonly what: 'position'; readonly model: string }
  | { readonly what: 'put'; readonly model: string; readonly vectors: readonly EntryVector[]; readonly position: Position }
  | {
      readonly what: 'nearest';
      readonly model: string;
      readonly vector: readonly number[];
      readonly most: number;
      readonly only: string | undefined;
    }
  | { readonly what: 'clear'; readonly model: string };

/** Vectors in a file of this machine, worked on in a thread: all of them are looked through for each question. */
export async function openVectorFile(path: string): Promise<Vectors> {
  const thread = await startCallThread<VectorAsk>(entryPoint(import.meta.url, './vector-thread'), { path });
  return {
    position: async (model) => (await thread.call({ what: 'position', model })) as Position,
    put: async (model, vectors, position) => void (await thread.call({ what: 'put', model, vectors, position })),
    nearest: async (model, vector, most, only) => (await thread.call({ what: 'nearest', model, vector, most, only })) as readonly string[],
    clear: async (model) => void (await thread.call({ what: 'clear', model })),
    [Symbol.asyncDispose]: async () => await thread[Symbol.asyncDispose](),
  };
}
