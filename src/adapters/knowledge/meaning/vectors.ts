/** An entry as numbers. */
export interface EntryVector {
  readonly id: string;
  /** Undefined for what is about no repository. */
  readonly repositoryId: string | undefined;
  /** Undefined: it was forgotten. */
  readonly vector: readonly number[] | undefined;
}

/** Vectors of one model; those of another are never compared with them. */
export interface Vectors extends AsyncDisposable {
  /** Up to which revision of which records it holds all vectors of the model. */
  position(model: string): Promise<{ readonly records: string; readonly revision: number }>;
  /** Replaces what it has of these entries. */
  put(model: string, vectors: readonly EntryVector[], position: { readonly records: string; readonly revision: number }): Promise<void>;
  /** Ids of the nearest by cosine, the nearest first. @param only of this repository alone. */
  nearest(model: string, vector: readonly number[], most: number, only: string | undefined): Promise<readonly string[]>;
  /** Forgets all of the model. */
  clear(model: string): Promise<void>;
}
