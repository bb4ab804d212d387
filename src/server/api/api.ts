import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { Hono } from 'hono';
import { apiRoot } from '../../domain/api/operation.ts';
import { signInPath } from '../../operations/access/sign-in-links.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { Routes } from '../listen.ts';
import { Attempts } from './attempts.ts';
import { protectingHeaders } from './headers.ts';
import { once } from './once.ts';
import type { OwnAddress } from './own-address.ts';
import { isLoopback, refuseForeign } from './own-address.ts';
import { Refusal, refusalOf } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { serveRoute } from './serve-route.ts';
import { followLink, signInWithToken } from './sign-in.ts';
import { refuseUnlessAllowed, whoAsks } from './who-asks.ts';

export interface ApiSources {
  readonly tools: Pick<OperationTools, 'ledger' | 'clock'>;
  readonly routes: readonly ApiRoute[];
  readonly own: OwnAddress;
  /** What monitoring is told. */
  readonly metrics: (accept: string | undefined) => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Hears of what went wrong that should not. */
  readonly failed: (error: unknown) => void;
}

type RequestContext = Context<{ Bindings: HttpBindings }>;

/**
 * The HTTP API, what lets people in, and `/metrics`: for programs of this machine, and whoever may `read`. Whatever is refused is a problem (RFC 9457)
 * that says what, why and what to do.
 */
export function apiRoutes(sources: ApiSources): Routes {
  const { tools, own, routes, failed, metrics } = sources;
  const attempts = new Attempts(() => tools.clock.monotonic());
  const asks = whoAsks(tools, attempts);
  const parts = { whoAsks: asks, once: once(tools), failed };
  const app: Routes = new Hono();
  for (const path of [`${apiRoot}/*`, signInPath, '/metrics']) app.use(path, protectingHeaders, refusesForeign(own));
  app.get(signInPath, async (context) => await followLink(context, { ...sources, attempts }));
  app.post(signInPath, async (context) => await signInWithToken(context, { ...sources, attempts }));
  app.get('/metrics', async (context) => {
    if (!isFromHere(context, own)) refuseUnlessAllowed(await asks(context), 'read');
    const { contentType, text } = await metrics(context.req.header('accept'));
    return context.body(text, 200, { 'content-type': contentType });
  });
  for (const each of routes) {
    const path = apiRoot + each.operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(each.operation.method.toUpperCase(), path, async (context) => await serveRoute(context, each, parts));
  }
  app.all(`${apiRoot}/*`, ({ req }) => {
    throw notThere(req.path, routes);
  });
  app.onError((error, context) => {
    const { refusal, isDefect } = refusalOf(error);
    if (isDefect) failed(error);
    const { problem, headers } = refusal;
    // What was not read to its end cannot be followed by another request.
    const ends: Record<string, string> = ['GET', 'HEAD'].includes(context.req.method) ? {} : { connection: 'close' };
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      headers: { ...headers, ...ends, 'content-type': 'application/problem+json' },
    });
  });
  return app;
}

function refusesForeign(own: OwnAddress): MiddlewareHandler {
  return async ({ req }, next) => {
    refuseForeign(own, { host: req.header('host'), origin: req.header('origin'), fetchSite: fetchSiteOf(req) });
    await next();
  };
}

/** A link may be followed from anywhere, such as a terminal in a browser: it holds a secret of its own. */
function fetchSiteOf(request: RequestContext['req']): string | undefined {
  return request.method === 'GET' && request.path === signInPath ? undefined : request.header('sec-fetch-site');
}

/** Whether a program of this machine asks, and not one elsewhere through a server that hands requests on. */
function isFromHere({ req }: RequestContext, { host }: OwnAddress): boolean {
  const asked = URL.canParse(`http://${req.header('host')}`) ? new URL(`http://${req.header('host')}`).hostname : '';
  const isHandedOn = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => req.header(name) !== undefined);
  return isLoopback(host) && isLoopback(asked.replaceAll(/^\[|\]$/g, '')) && !isHandedOn;
}

function notThere(path: string, routes: readonly ApiRoute[]): Refusal {
  const parts = path.slice(apiRoot.length).split('/');
  const methods = routes
    .filter(({ operation }) => isPath(operation.path.split('/'), parts))
    .map(({ operation }) => operation.method.toUpperCase());
  if (methods.length === 0) {
    return new Refusal('not-found', {
      what: 'There is nothing here.',
      why: 'No operation of the API has this path.',
      fix: `${apiRoot}/openapi.json lists all of them.`,
    });
  }
  return new Refusal(
    'wrong-method',
    { what: 'This cannot be done here.', why: `It takes ${methods.join(' or ')}.`, fix: `${apiRoot}/openapi.json tells what each does.` },
    { headers: { allow: methods.join(', ') } },
  );
}

function isPath(pattern: readonly string[], parts: readonly string[]): boolean {
  return pattern.length === parts.length && pattern.every((part, index) => part.startsWith('{') || part === parts[index]);
}
