import { serve } from '@hono/node-server';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { Failure } from '../domain/failure.ts';

/** Where a service listens: `host:port`, or a port of this machine alone. */
export interface ListenAt {
  readonly host: string;
  /** 0 takes one that is free. */
  readonly port: number;
}

export interface Listening extends AsyncDisposable {
  /** Such as `http://127.0.0.1:9464`. */
  readonly url: string;
}

/** What a service answers to; each has paths of its own. */
export type Routes = Hono<{ Bindings: HttpBindings }>;

/** How long the headers of a request may take to come, and all of it, in ms: who dribbles keeps no place. */
const patience = { headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 2_000 };

/** How long what is being answered has to come to its end once nothing new is answered, in ms. */
const mostRestMs = 1_000;

/**
 * Answers over HTTP until it is disposed: then whoever has been asked before still answers, if that does not take long.
 *
 * @throws Failure (configuration) where it cannot listen.
 */
export async function listen(at: ListenAt, routes: readonly Routes[]): Promise<Listening> {
  const app: Routes = new Hono();
  let isClosing = false;
  // A connection that is kept for another request would be waited for.
  app.use(async (context, next) => {
    await next();
    if (isClosing) context.header('connection', 'close');
  });
  for (const each of routes) app.route('/', each);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = serve({ fetch: app.fetch, hostname: at.host, port: at.port, serverOptions: patience }, ({ port }) => resolve(port));
  server.on('error', reject);
  const port = await promise.catch((error: unknown) => {
    throw cannotListen(at, error);
  });
  return {
    url: `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`,
    [Symbol.asyncDispose]: async () => {
      isClosing = true;
      const closed = new Promise<void>((done) => server.close(() => done()));
      const late = setTimeout(() => {
        if ('closeAllConnections' in server) server.closeAllConnections();
      }, mostRestMs);
      await closed;
      clearTimeout(late);
    },
  };
}

function cannotListen({ host, port }: ListenAt, cause: unknown): Failure {
  return new Failure(
    'configuration',
    {
      what: `Nothing can listen at ${host}:${port}.`,
      why: `${cause instanceof Error ? cause.message : String(cause)}.`,
      fix: 'Name another address (--listen, or --monitor for monitoring alone), such as 127.0.0.1:9465, or 127.0.0.1:0 for any port that is free.',
    },
    { facts: { host, port }, cause },
  );
}
