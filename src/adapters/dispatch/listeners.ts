import type { News } from '../../ports/changes.ts';

/** Those of this process who wait for news. What is announced within one turn of the event loop is told as one. */
export class Listeners {
  readonly #listeners = new Set<(news: News) => void>();
  #pending: News | undefined;

  get size(): number {
    return this.#listeners.size;
  }

  add(listener: (news: News) => void): () => void {
    // A listener of its own for each subscription, so that the same function may subscribe twice.
    const own = (news: News): void => listener(news);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  announce(news: News): void {
    if (this.#listeners.size === 0) return;
    if (this.#pending !== undefined) {
      this.#pending = bothNews(this.#pending, news);
      return;
    }
    this.#pending = news;
    queueMicrotask(() => {
      const told = this.#pending ?? news;
      this.#pending = undefined;
      for (const listener of this.#listeners) listener(told);
    });
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** What two commits may mean together. */
export function bothNews(one: News, other: News): News {
  const times = [one.scheduled, other.scheduled].filter((time) => time !== undefined);
  return {
    ready: one.ready || other.ready,
    attend: one.attend || other.attend,
    scheduled: times.length === 0 ? undefined : Math.min(...times),
    jobs: one.jobs === undefined || other.jobs === undefined ? undefined : new Set([...one.jobs, ...other.jobs]),
  };
}
