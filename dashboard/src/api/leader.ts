import type { Connected } from './event-source.ts';
import { connect } from './event-source.ts';
import { Listeners } from './listeners.ts';
import type { Stream } from './stream.ts';
import type { TabMessage } from './tab-messages.ts';

const name = 'miyabi.stream';
/** A page that is being left, and one that comes in its place, want other logs within moments of each other, in ms. */
const settleMs = 50;

/**
 * What the service tells, over one connection for all tabs of a browser, which has only six for each service. The tab that holds a lock has the connection
 * and hands on what it hears; the browser gives the lock to another one when that tab is gone, however it went. That one goes on behind the last event that
 * was handed on, so that none is lost.
 */
export function sharedStream(): Stream {
  // A browser lends locks only to pages that came by TLS or from its own machine. Elsewhere each tab has a connection of its own.
  return 'locks' in navigator ? new Tab() : ownStream();
}

function ownStream(): Stream {
  const listeners: Listeners = new Listeners(later(() => connected.follow(listeners.runs)));
  const connected = connect(listeners, [], undefined);
  return listeners;
}

class Tab implements Stream {
  readonly #id = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join('');
  readonly #channel = new BroadcastChannel(name);
  readonly #listeners: Listeners = new Listeners(later(() => this.#sayWants()));
  /** What each of the others wants, as far as this one leads. */
  readonly #wants = new Map<string, readonly string[]>();
  #connected: Connected | undefined;
  #lastId: string | undefined;

  readonly onEvent: Stream['onEvent'] = (listener) => this.#listeners.onEvent(listener);
  readonly onLog: Stream['onLog'] = (run, listener) => this.#listeners.onLog(run, listener);
  readonly onReset: Stream['onReset'] = (listener) => this.#listeners.onReset(listener);
  readonly onConnection: Stream['onConnection'] = (listener) => this.#listeners.onConnection(listener);
  readonly connection: Stream['connection'] = () => this.#listeners.connection();

  constructor() {
    this.#channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => this.#hear(data));
    // Held for as long as this tab lives: whoever leads learns of its end by getting it.
    void navigator.locks.request(this.#lockOf(this.#id), forever);
    void this.#lead();
    this.#say({ kind: 'hello', tab: this.#id });
  }

  async #lead(): Promise<void> {
    const isFirst = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock === null) return false;
      this.#begin(false);
      return await forever();
    });
    if (!isFirst) {
      await navigator.locks.request(name, async () => {
        this.#begin(true);
        await forever();
      });
    }
  }

  /** @param afterAnother somebody led before. */
  #begin(afterAnother: boolean): void {
    const mayHaveMissed = afterAnother && this.#lastId === undefined;
    this.#connected = connect(
      {
        event: (event, lastId) => this.#tell({ kind: 'event', event, lastId }),
        log: (piece) => this.#tell({ kind: 'log', piece }),
        reset: () => this.#tell({ kind: 'reset' }),
        become: (connection) => this.#tell({ kind: 'connection', connection, lastId: this.#lastId }),
      },
      this.#listeners.runs,
      this.#lastId,
    );
    this.#say({ kind: 'leads', tab: this.#id });
    if (mayHaveMissed) this.#tell({ kind: 'reset' });
  }

  #hear(message: TabMessage): void {
    switch (message.kind) {
      case 'event':
        this.#lastId = message.lastId;
        return this.#listeners.event(message.event);
      case 'log':
        return this.#listeners.log(message.piece);
      case 'reset':
        return this.#listeners.reset();
      case 'connection':
        this.#lastId = message.lastId ?? this.#lastId;
        return this.#listeners.become(message.connection);
      case 'leads':
        return this.#sayWants();
      case 'hello':
        if (this.#connected === undefined) return undefined;
        this.#follow(message.tab, []);
        return this.#say({ kind: 'connection', connection: this.connection(), lastId: this.#lastId });
      case 'wants':
        return this.#connected === undefined ? undefined : this.#follow(message.tab, message.runs);
    }
  }

  /** Hands on to the others what this one hears itself. */
  #tell(message: TabMessage): void {
    this.#hear(message);
    this.#say(message);
  }

  #say(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  #sayWants(): void {
    if (this.#connected === undefined) this.#say({ kind: 'wants', tab: this.#id, runs: this.#listeners.runs });
    else this.#followAll();
  }

  #follow(tab: string, runs: readonly string[]): void {
    if (!this.#wants.has(tab)) void navigator.locks.request(this.#lockOf(tab), async () => this.#forget(tab));
    this.#wants.set(tab, runs);
    this.#followAll();
  }

  #forget(tab: string): void {
    this.#wants.delete(tab);
    this.#followAll();
  }

  #followAll(): void {
    this.#connected?.follow(Array.from(new Set([...this.#listeners.runs, ...Array.from(this.#wants.values()).flat()])).toSorted());
  }

  #lockOf(tab: string): string {
    return `${name}.${tab}`;
  }
}

async function forever(): Promise<never> {
  return await new Promise<never>(() => undefined);
}

/** Does something once for all that is asked within a moment. */
function later(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, settleMs);
  };
}
