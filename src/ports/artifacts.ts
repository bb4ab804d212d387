/** What is stored, not to be changed while it is being stored. Text becomes UTF-8. A stream may be larger than memory. */
export type ArtifactContent = Uint8Array | string | AsyncIterable<Uint8Array | string>;

export interface StoredArtifact {
  /** `sha256:` and 64 lower-case hexadecimal digits: the hash of the content, and so the same for the same content. */
  readonly reference: string;
  readonly bytes: number;
  /** Epoch ms. Until then it is certainly there; from then on it can be read until the collector comes. */
  readonly expiresAt: number;
}

/** What one collection freed. */
export interface CollectedArtifacts {
  /** Artifacts that are gone. */
  readonly removed: number;
  /** Bytes of them, and of what dead writers left behind. */
  readonly bytes: number;
}

/**
 * Large values, stored under the hash of their content for a limited time. Several processes may do anything with one store at
 * the same time. Everything throws Failure: `usage` for what is no reference or no time to live, `configuration` for a store
 * that cannot be read or written, `failed` for content that is not what was stored.
 */
export interface Artifacts {
  /**
   * Stores it safely against a crash before it resolves; nothing can be seen of a put that failed. Content that is there already is
   * written anew (which mends a damaged one) and never expires earlier than before. What the content itself throws is thrown unchanged.
   * @param options.ttlMs whole ms from the end of the put; absent means the store's own, 30 days unless configured
   */
  put(content: ArtifactContent, options?: { readonly ttlMs?: number }): Promise<StoredArtifact>;
  /** The whole content, its hash verified; for what fits into memory. @returns undefined when there is no such artifact. */
  read(reference: string): Promise<Uint8Array | undefined>;
  /**
   * The content in pieces, to be gone through once. Damage is known, and thrown, only after the last piece: act on what was read when the
   * iteration has ended well. Throws Failure (notFoundOrLocked) when there is no such artifact.
   */
  stream(reference: string): AsyncIterable<Uint8Array>;
  /**
   * Keeps it for at least `ttlMs` from now; never shortens. Also saves what has expired and is not collected yet.
   * @returns undefined when there is no such artifact.
   */
  extend(reference: string, ttlMs: number): Promise<StoredArtifact | undefined>;
  /** Removes what has expired and what dead writers left behind; never what a put or extend under way elsewhere relies on. */
  collect(): Promise<CollectedArtifacts>;
}
