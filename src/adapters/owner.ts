import type { Held, Locks } from '../ports/lock.ts';
import type { Owner } from '../ports/owner.ts';

/**
 * A name kept alive by a lock, which the system frees when the process dies, however it dies.
 *
 * @param id unlike any other.
 * @returns an owner whose disposal gives the name back: for a process that has put away everything that bears it.
 */
export function lockedOwner(locks: Locks, id: string): Owner & AsyncDisposable {
  const name = `p-${id}`;
  let held: Promise<Held> | undefined;
  /** Whoever asks holds the other's lock for an instant: to a second question at the same time it would look alive. */
  const asking = new Map<string, Promise<boolean>>();

  async function ask(other: string): Promise<boolean> {
    const taken = await locks.tryAcquire(lockOf(other));
    await taken?.release({ remove: true });
    return taken === undefined;
  }

  return {
    name,
    async hold() {
      held ??= locks.acquire(lockOf(name));
      await held;
    },
    async isAlive(other) {
      if (other === name) return held !== undefined;
      const answer = asking.get(other) ?? ask(other).finally(() => asking.delete(other));
      asking.set(other, answer);
      return await answer;
    },
    async [Symbol.asyncDispose]() {
      await (await held)?.release({ remove: true });
      held = undefined;
    },
  };
}

/** The lock that keeps a name alive. */
export function lockOf(name: string): string {
  return `owner-${name}`;
}
