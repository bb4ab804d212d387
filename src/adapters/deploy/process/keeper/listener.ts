import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeployRefused } from '../../../../ports/deployer.ts';
import type { ListenAt } from '../messages.ts';

/** The place where users reach an environment. */
export interface Listener {
  /** Undefined while nothing listens. */
  readonly url: string | undefined;
  /**
   * Listens there; where it listened before it does so no longer, once the requests that have come there are answered.
   * @param last the port that was taken the last time where any port will do.
   * @returns the port.
   * @throws DeployRefused where it cannot listen there: somebody else does, or may not.
   */
  move(at: ListenAt, last: number | undefined): Promise<number>;
  /** Takes no further connections; resolves when those are closed, at most so many ms later. */
  close(ms: number): Promise<void>;
}

export function createListener(create: () => Server): Listener {
  let open: { readonly server: Server; readonly at: ListenAt; readonly port: number } | undefined;
  return {
    get url() {
      return open === undefined ? undefined : `http://${open.at.host.includes(':') ? `[${open.at.host}]` : open.at.host}:${open.port}`;
    },
    async move(at, last) {
      if (open !== undefined && open.at.host === at.host && (at.port === 0 || at.port === open.port)) return open.port;
      const server = create();
      const port = await listen(server, { host: at.host, port: at.port === 0 ? (last ?? 0) : at.port });
      const before = open;
      open = { server, at, port };
      if (before !== undefined) void closed(before.server, 60_000);
      return port;
    },
    async close(ms) {
      const before = open;
      open = undefined;
      if (before !== undefined) await closed(before.server, ms);
    },
  };
}

async function listen(server: Server, at: ListenAt): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new DeployRefused(`nothing can listen at ${at.host}:${at.port} (${cause.message})`, { cause }));
    });
    server.listen({ ...at, exclusive: true }, () => resolve((server.address() as AddressInfo).port));
  });
}

/** A connection that is kept open after its last answer is closed then; Node does so only for those that are idle already. */
async function closed(server: Server, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const late = setTimeout(() => server.closeAllConnections(), ms);
  await promise;
  clearInterval(idle);
  clearTimeout(late);
}
