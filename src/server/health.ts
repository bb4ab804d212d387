import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Failure } from '../domain/failure.ts';

/** What a service answers with. */
export interface HealthSources {
  /** Why it cannot work at the moment; undefined when it can. */
  readonly unready: () => Promise<string | undefined>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

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

/**
 * Answers whether a service lives (`/health/live`), whether it can work (`/health/ready`, 503 with the reason when not) and how much there is to
 * do (`/metrics`). Tells nothing that would have to be kept from whoever can reach it.
 *
 * @throws Failure (configuration) where it cannot listen.
 */
export async function listenForHealth(at: ListenAt, sources: HealthSources): Promise<Listening> {
  const app = new Hono();
  app.get('/health/live', (context) => context.json({ status: 'live' }));
  app.get('/health/ready', async (context) => {
    const why = await sources.unready();
    return why === undefined ? context.json({ status: 'ready' }) : context.json({ status: 'unready', why }, 503);
  });
  app.get('/metrics', async (context) => {
    const { contentType, text } = await sources.metrics();
    return context.body(text, 200, { 'content-type': contentType });
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = serve({ fetch: app.fetch, hostname: at.host, port: at.port }, ({ port }) => resolve(port));
  server.on('error', reject);
  const port = await promise.catch((error: unknown) => {
    throw cannotListen(at, error);
  });
  return {
    url: `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

function cannotListen({ host, port }: ListenAt, cause: unknown): Failure {
  return new Failure(
    'configuration',
    {
      what: `Nothing can listen at ${host}:${port}.`,
      why: `${cause instanceof Error ? cause.message : String(cause)}.`,
      fix: 'Name another address with --listen, such as 127.0.0.1:9465, or 127.0.0.1:0 for any port that is free.',
    },
    { facts: { host, port }, cause },
  );
}
