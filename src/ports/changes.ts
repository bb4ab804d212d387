/** Hints that something was committed, by this process or by another. A hint may be late or too many, never missing for ever. */
export interface Changes {
  /** Tells this process after a commit of its own. */
  announce(): void;
  /** @returns the function that ends it. */
  subscribe(listener: () => void): () => void;
}
