import type { Agent as HttpAgent } from 'node:http';
import type { Duplex } from 'node:stream';
import { Agent } from '../../../node-http.ts';

/** A release as requests are handed to it. */
export interface Upstream {
  readonly release: number;
  /** Such as `http://127.0.0.1:21234`; another one after a restart that found its port taken. */
  readonly url: string;
  /** Its connections are used again. */
  readonly agent: HttpAgent;
  /** A request has begun. @returns to be called when it is over. */
  begin(): () => void;
  /** A connection that was upgraded: it has no end of its own. */
  keep(socket: Duplex): void;
  /** Waits until no request is under way any more, at most so many ms, then cuts what is left. */
  drained(ms: number): Promise<void>;
}

export function createUpstream(release: number, url: () => string): Upstream {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  const sockets = new Set<Duplex>();
  let underWay = 0;
  let wake: (() => void) | undefined;

  function end(): void {
    underWay -= 1;
    if (underWay === 0) wake?.();
  }

  return {
    release,
    get url() {
      return url();
    },
    agent,
    begin() {
      underWay += 1;
      let over = false;
      return () => {
        if (over) return;
        over = true;
        end();
      };
    },
    keep(socket) {
      underWay += 1;
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        end();
      });
    },
    async drained(ms) {
      if (underWay > 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, ms);
        wake = resolve;
        await promise;
        clearTimeout(timer);
      }
      for (const socket of sockets) socket.destroy();
      agent.destroy();
    },
  };
}
