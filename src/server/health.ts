import { Hono } from 'hono';
import type { Routes } from './listen.ts';

/** What a service answers with. */
export interface HealthSources {
  /** Why it cannot work at the moment; undefined when it can. */
  readonly unready: () => Promise<string | undefined>;
  readonly metrics: (accept: string | undefined) => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Also by the name under which many programs look for it. */
const readyPaths = ['/health/ready', '/healthz'] as const;

/**
 * Answers whether a service lives (`/health/live`) and whether it can work (`/health/ready`, `/healthz`: 503 with the reason when not). Tells nothing that would have to
 * be kept from whoever can reach it.
 */
export function healthRoutes({ unready }: Pick<HealthSources, 'unready'>): Routes {
  const app: Routes = new Hono();
  app.get('/health/live', (context) => context.json({ status: 'live' }));
  for (const path of readyPaths) {
    app.get(path, async (context) => {
      const why = await unready();
      return why === undefined ? context.json({ status: 'ready' }) : context.json({ status: 'unready', why }, 503);
    });
  }
  return app;
}

/** The same with how much there is to do (`/metrics`), asked by anybody: for an address that nobody but monitoring can reach. */
export function monitoringRoutes(sources: HealthSources): Routes {
  const app = healthRoutes(sources);
  app.get('/metrics', async (context) => {
    const { contentType, text } = await sources.metrics(context.req.header('accept'));
    return context.body(text, 200, { 'content-type': contentType });
  });
  return app;
}
