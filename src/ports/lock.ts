/** A lock over processes of one machine that the system frees when its holder dies, also by SIGKILL. */
export interface Locks {
  /** Waits until it has the lock or the signal aborts. */
  acquire(name: string, signal?: AbortSignal): Promise<Held>;
  /** @returns undefined when somebody holds it. */
  tryAcquire(name: string): Promise<Held | undefined>;
}

export interface Held {
  /** `remove` also takes away what stands for the lock; only for names that are never used again. */
  release(options?: { readonly remove?: boolean }): Promise<void>;
}
