/** A lock over processes of one machine that the system frees when its holder dies, also by SIGKILL. */
export interface Locks {
  /** Waits until it has the lock or the signal aborts. */
  acquire(name: string, signal?: AbortSignal): Promise<Held>;
  /** @returns undefined when somebody holds it. */
  tryAcquire(name: string): Promise<Held | undefined>;
}

export interface Held {
  /**
   * Whether what stands for the lock is still there: when somebody takes it away (a cleaner of temporary folders), others get the lock too.
   * Absent where that cannot happen.
   */
  readonly isIntact?: () => boolean;
  /** `remove` also takes away what stands for the lock; only for names that are never used again. */
  release(options?: { readonly remove?: boolean }): Promise<void>;
}
