import { Socket } from 'node:net';
import { Client } from 'pg';
import type { ClientConfig } from 'pg';

export interface ListeningOptions {
  readonly connection: ClientConfig;
  /** What is listened to; a plain name. */
  readonly channel: string;
  /** How often it is asked whether the connection still listens, and how long any answer may take, in ms. */
  readonly checkMs: number;
  /** A notification has come. */
  readonly heard: (text: string) => void;
  /**
   * The connection stands (again): what was sent before went by unheard. What it rejects with ends the connection.
   *
   * @returns whether notifications arrive over it.
   */
  readonly begun: () => Promise<boolean>;
  /** It stands no more, and is made again by itself. */
  readonly lost: () => void;
}

/** How long the server may take to end a connection, in ms. */
const goodbyeMs = 500;
/** Until it is connected again, in ms: the first try, and at most. */
const firstRetryMs = 50;
const longestRetryMs = 2_000;

/**
 * A connection of its own that listens to one channel, and tells in it. It is made again by itself for as long as it takes; a connection
 * that a firewall has forgotten is noticed within twice `checkMs`.
 */
export class Listening {
  readonly #options: ListeningOptions;
  #client: Client | undefined;
  readonly #sockets = new WeakMap<Client, Socket>();
  #retryMs = firstRetryMs;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #attempted: Promise<void>;

  constructor(options: ListeningOptions) {
    this.#options = options;
    this.#attempted = this.#connect();
  }

  /** Resolves when the latest attempt to connect has come to an end, whatever it is. */
  get attempted(): Promise<void> {
    return this.#attempted;
  }

  /** @throws when the connection is or gets lost. */
  async tell(text: string): Promise<void> {
    if (this.#client === undefined) throw new Error('The connection that tells of changes is lost.');
    // Nobody loses anything with a hint that a power cut takes away: its commit need not wait for the disk.
    await this.#client.query(`select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`, [this.#options.channel, text]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#attempted;
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await this.#end(client);
  }

  async #connect(): Promise<void> {
    const { connection, channel, checkMs, heard, begun } = this.#options;
    const socket = new Socket();
    const client = new Client({
      ...connection,
      keepAlive: true,
      stream: () => socket,
      query_timeout: checkMs,
      connectionTimeoutMillis: checkMs,
    });
    this.#sockets.set(client, socket);
    client.on('error', () => this.#drop(client));
    client.on('end', () => this.#drop(client));
    client.on('notification', (message) => {
      if (message.channel === channel && this.#client === client) heard(message.payload ?? '');
    });
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      if (this.#closed) return await this.#end(client);
      this.#client = client;
      const hears = await begun();
      this.#retryMs = firstRetryMs;
      this.#checkLater(client, hears);
    } catch {
      // Whoever waits polls meanwhile, and a store that cannot be reached says so itself.
      this.#client = client;
      this.#drop(client);
    }
  }

  #checkLater(client: Client, hears: boolean): void {
    if (this.#client === client) this.#timer = setTimeout(() => void this.#check(client, hears), this.#options.checkMs);
  }

  /** A failover may put another server behind the connection, a firewall may forget it: neither says so. */
  async #check(client: Client, hears: boolean): Promise<void> {
    try {
      const { rows } = await client.query<{ channel: string }>('select pg_listening_channels() as channel');
      if (hears && !rows.some(({ channel }) => channel === this.#options.channel)) this.#drop(client);
      else this.#checkLater(client, hears);
    } catch {
      this.#drop(client);
    }
  }

  /** Who does not answer a goodbye is cut off. */
  async #end(client: Client): Promise<void> {
    const timer = setTimeout(() => this.#sockets.get(client)?.destroy(), goodbyeMs);
    try {
      await client.end();
    } finally {
      clearTimeout(timer);
    }
  }

  #drop(client: Client): void {
    if (this.#client !== client || this.#closed) return;
    this.#client = undefined;
    this.#options.lost();
    clearTimeout(this.#timer);
    // That it was lost already is no news.
    this.#end(client).catch(() => undefined);
    this.#timer = setTimeout(
      () => {
        this.#attempted = this.#connect();
      },
      this.#retryMs * (0.5 + Math.random() / 2),
    );
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
  }
}
