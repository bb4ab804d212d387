import type { News } from '../../../ports/changes.ts';
import { bothNews } from '../listeners.ts';

/** The least time between two notifications of one process, in ms; what is committed meanwhile is told as one. */
const apartMs = 5;

/** Tells others of news: the first at once, what follows within {@link apartMs} as one, and what could not be told as soon as it can be. */
export class Telling {
  readonly #tell: (news: News) => Promise<void>;
  #pending: News | undefined;
  #busy: Promise<void> | undefined;
  #able = false;

  /** @param tell what it rejects with is not lost: it is told again after {@link begin}. */
  constructor(tell: (news: News) => Promise<void>) {
    this.#tell = tell;
  }

  add(news: News): void {
    this.#pending = this.#pending === undefined ? news : bothNews(this.#pending, news);
    this.#go();
  }

  /** It can be told from now on. */
  begin(): void {
    this.#able = true;
    this.#go();
  }

  /** It cannot be told any more. */
  end(): void {
    this.#able = false;
  }

  /** Resolves when everything is told, or cannot be. */
  async flushed(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
  }

  #go(): void {
    if (this.#busy !== undefined || !this.#able || this.#pending === undefined) return;
    const news = this.#pending;
    this.#pending = undefined;
    this.#busy = this.#send(news).finally(() => {
      this.#busy = undefined;
      this.#go();
    });
  }

  async #send(news: News): Promise<void> {
    try {
      await this.#tell(news);
      await new Promise((resolve) => setTimeout(resolve, apartMs));
    } catch {
      this.#able = false;
      this.#pending = this.#pending === undefined ? news : bothNews(news, this.#pending);
    }
  }
}
