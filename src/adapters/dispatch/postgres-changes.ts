import { createHash, randomUUID } from 'node:crypto';
import type { ClientConfig } from 'pg';
import { anyNews } from '../../ports/changes.ts';
import type { Changes, News } from '../../ports/changes.ts';
import { Listeners } from './listeners.ts';
import { Listening } from './postgres/listening.ts';
import { newsPayload, readNewsPayload } from './postgres/news-payload.ts';
import { Telling } from './postgres/telling.ts';

export interface PostgresChangesOptions {
  /** Of the connection that listens and tells; one of its own. */
  readonly connection: ClientConfig;
  /** Runs a statement on another connection. */
  readonly executeSql: (text: string, values: readonly unknown[]) => Promise<unknown>;
  /** Keeps environments apart that share a database. Default `default`. */
  readonly namespace?: string;
  /** Told to people, once, when notifications do not arrive here. */
  readonly notice?: (text: string) => void;
  /** How often it is looked although nobody tells anything: where notifications arrive, and where they do not, in ms. Default 2,000 and 500. */
  readonly pollMs?: { readonly told: number; readonly deaf: number };
  /** How long a notification to oneself may take, in ms. Default 5,000. */
  readonly deafAfterMs?: number;
  /** How often it is looked whether the connection still listens, and how long the database may take to answer there, in ms. Default 5,000. */
  readonly checkMs?: number;
}

export interface PostgresChanges extends Changes {
  /** Whether notifications arrive: not known (yet), yes, or not, as behind a pooler that hands a connection to another client for each transaction. */
  readonly hearing: 'unknown' | 'hears' | 'deaf';
  /** Resolves when what was announced is told, as far as it can be, and the connection is closed. Nobody here hears anything any more. */
  close(): Promise<void>;
}

/**
 * Hints through LISTEN and NOTIFY, after the commit and outside of its transaction: a NOTIFY inside would let no two commits share a
 * write to the disk. Whatever is lost on the way is found by polling, which never stops while somebody here listens.
 */
export function postgresChanges(options: PostgresChangesOptions): PostgresChanges {
  return new Notifications(options);
}

class Notifications implements PostgresChanges {
  readonly #options: PostgresChangesOptions;
  readonly #channel: string;
  readonly #sender: string = randomUUID();
  readonly #listeners = new Listeners();
  readonly #listening: Listening;
  readonly #telling: Telling;
  #hearing: PostgresChanges['hearing'] = 'unknown';
  #heardTest: (() => void) | undefined;
  #losses = 0;
  #told = false;
  #poll: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PostgresChangesOptions) {
    this.#options = options;
    this.#channel = channelOf(options.namespace ?? 'default');
    this.#telling = new Telling((news) => this.#listening.tell(newsPayload({ sender: this.#sender, news })));
    this.#listening = new Listening({
      connection: options.connection,
      channel: this.#channel,
      checkMs: options.checkMs ?? 5_000,
      heard: (text) => this.#heard(text),
      begun: () => this.#begun(),
      lost: () => {
        this.#losses += 1;
        this.#hearing = 'unknown';
        this.#telling.end();
      },
    });
  }

  get hearing(): PostgresChanges['hearing'] {
    return this.#hearing;
  }

  announce(news: News): void {
    if (this.#closed) return;
    this.#listeners.announce(news);
    this.#telling.add(news);
  }

  subscribe(listener: (news: News) => void): () => void {
    if (this.#closed) return () => undefined;
    const end = this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#pollLater();
    return () => {
      end();
      if (this.#listeners.size === 0) clearTimeout(this.#poll);
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#poll);
    this.#listeners.clear();
    this.#heardTest?.();
    await this.#listening.attempted;
    await this.#telling.flushed();
    await this.#listening.close();
  }

  #heard(text: string): void {
    const { sender, news } = readNewsPayload(text);
    if (sender === this.#sender) return;
    if (sender === testOf(this.#sender)) this.#heardTest?.();
    else if (!sender.endsWith(testSuffix)) this.#listeners.announce(news);
  }

  /** What was told while nobody listened went by. */
  async #begun(): Promise<boolean> {
    this.#telling.begin();
    this.#listeners.announce(anyNews);
    const losses = this.#losses;
    const heard = await this.#hears();
    // Nothing follows from it for the next connection.
    if (losses !== this.#losses || this.#closed) return heard;
    this.#hearing = heard ? 'hears' : 'deaf';
    if (heard || this.#told) return heard;
    this.#told = true;
    this.#options.notice?.(
      `The database does not wake this process when another one has something for it; it looks every ${this.#pollMs} ms instead. ` +
        'A pooler in transaction mode does that: connect to the database itself, or let the pooler work in session mode.',
    );
    return false;
  }

  /** Whether a notification arrives that another connection has sent: over the same one it would arrive in any case. */
  async #hears(): Promise<boolean> {
    const heard = new Promise<true>((resolve) => {
      this.#heardTest = () => resolve(true);
    });
    await this.#options.executeSql('select pg_notify($1, $2)', [
      this.#channel,
      newsPayload({ sender: testOf(this.#sender), news: anyNews }),
    ]);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), this.#options.deafAfterMs ?? 5_000);
    });
    return Promise.race([heard, late]).finally(() => clearTimeout(timer));
  }

  get #pollMs(): number {
    const { told, deaf } = this.#options.pollMs ?? { told: 2_000, deaf: 500 };
    return this.#hearing === 'hears' ? told : deaf;
  }

  #pollLater(): void {
    this.#poll = setTimeout(() => {
      this.#listeners.announce(anyNews);
      this.#pollLater();
    }, this.#pollMs);
  }
}

const testSuffix = ':test';

function testOf(sender: string): string {
  return `${sender}${testSuffix}`;
}

/** Channels have at most 63 characters and are one set for the whole database. */
function channelOf(namespace: string): string {
  return `weaver_${createHash('sha256').update(namespace).digest('hex').slice(0, 32)}`;
}
