import { Hono } from 'hono';
import type { Routes } from './listen.ts';

/** What a service answers with. */
export interface HealthSources {
  /** Why it cannot work at the moment; undefined when it can. */
  readonly unready: () => Promise<string | undefined>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/**
 * Answers whether a service lives (`/health/live`), whether it can work (`/health/ready`, 503 with the reason when not) and how much there is to
 * do (`/metrics`). Tells nothing that would have to be kept from whoever can reach it.
 */
export function healthRoutes(sources: HealthSources): Routes {
  const app: Routes = new Hono();
  app.get('/health/live', (context) => context.json({ status: 'live' }));
  app.get('/health/ready', async (context) => {
    const why = await sources.unready();
    return why === undefined ? context.json({ status: 'ready' }) : context.json({ status: 'unready', why }, 503);
  });
  app.get('/metrics', async (context) => {
    const { contentType, text } = await sources.metrics();
    return context.body(text, 200, { 'content-type': contentType });
  });
  return app;
}
