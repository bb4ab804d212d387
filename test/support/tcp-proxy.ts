import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Stands between a client and a server, and does to their connections what networks do. */
export interface TcpProxy extends AsyncDisposable {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** The same address with this proxy in place of its host and port. */
  through(url: string): string;
  /** Ends every connection that is open, at once and in both directions. */
  cut(): void;
  /** From now on nothing passes, and nobody is told: what is sent is swallowed, new connections are taken and get no answer. */
  drop(): void;
  /** From now on new connections are refused; open ones go on. */
  refuse(): Promise<void>;
  /** From now on everything arrives so many ms later, in order. */
  delay(ms: number): void;
  /** Lets everything pass again. Connections that have lost bytes are ended: nobody could go on with them. */
  heal(): Promise<void>;
  /**
   * Ends the connection on which a client next sends this text, once, after the server has got it (`delivered`) or before.
   *
   * @returns resolves when it has happened.
   */
  cutAt(text: string, options: { readonly delivered: boolean }): Promise<void>;
}

interface Trap {
  readonly text: Buffer;
  readonly delivered: boolean;
  readonly sprung: () => void;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes of it were swallowed. */
  broken: boolean;
}

export async function tcpProxy(target: { readonly host: string; readonly port: number } | { readonly path: string }): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let dropping = false;
  let delayMs = 0;
  let trap: Trap | undefined;

  const end = (pair: Pair): void => {
    pairs.delete(pair);
    pair.client.resetAndDestroy();
    pair.server.destroy();
  };

  const forward = (pair: Pair, to: Socket, bytes: Buffer): void => {
    if (dropping) {
      pair.broken = true;
      return;
    }
    const send = (): void => {
      if (dropping) pair.broken = true;
      else if (!to.destroyed) to.write(bytes);
    };
    if (delayMs === 0) send();
    else setTimeout(send, delayMs);
  };

  const fromClient = (pair: Pair, bytes: Buffer): void => {
    if (trap === undefined || !bytes.includes(trap.text)) {
      forward(pair, pair.server, bytes);
      return;
    }
    const { delivered, sprung } = trap;
    trap = undefined;
    if (!delivered) {
      end(pair);
      sprung();
      return;
    }
    // Its answer shows that the server has got it; the client never sees it.
    pair.server.removeAllListeners('data');
    pair.server.once('data', () => {
      end(pair);
      sprung();
    });
    pair.server.write(bytes);
  };

  const server = createServer((client) => {
    const pair: Pair = { client, server: connect(target), broken: false };
    pairs.add(pair);
    client.setNoDelay(true);
    client.on('data', (bytes: Buffer) => fromClient(pair, bytes));
    pair.server.on('data', (bytes: Buffer) => forward(pair, client, bytes));
    for (const [one, other] of [
      [client, pair.server],
      [pair.server, client],
    ] as const) {
      // What one side ends with an error, the other sees as an end.
      one.on('error', () => undefined);
      one.on('close', () => {
        if (dropping) return;
        pairs.delete(pair);
        other.destroy();
      });
    }
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;

  const cut = (): void => {
    for (const pair of pairs) end(pair);
  };
  return {
    port,
    get connections() {
      return pairs.size;
    },
    through: (url) => {
      const proxied = new URL(url);
      proxied.host = `127.0.0.1:${port}`;
      proxied.searchParams.delete('host');
      return proxied.href;
    },
    cut,
    drop: () => {
      dropping = true;
    },
    refuse: async () => {
      if (!server.listening) return;
      server.close();
      await new Promise((resolve) => setImmediate(resolve));
    },
    delay: (ms) => {
      delayMs = ms;
    },
    heal: async () => {
      dropping = false;
      delayMs = 0;
      for (const pair of pairs) if (pair.broken || pair.client.destroyed || pair.server.destroyed) end(pair);
      if (!server.listening) await listen(port);
    },
    cutAt: (text, { delivered }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      trap = { text: Buffer.from(text), delivered, sprung: resolve };
      return promise;
    },
    async [Symbol.asyncDispose]() {
      dropping = false;
      cut();
      if (server.listening) {
        server.close();
        await once(server, 'close');
      }
    },
  };
}
