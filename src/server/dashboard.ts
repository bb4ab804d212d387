import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Context, MiddlewareHandler } from 'hono';
import { Hono } from 'hono';
import { protecting } from './api/headers.ts';
import type { OwnAddress } from './api/own-address.ts';
import { refuseForeign } from './api/own-address.ts';
import { Refusal } from './api/refusal.ts';
import type { Routes } from './listen.ts';
import { packer } from './packed.ts';

export interface DashboardSources {
  /** That the build has written. */
  readonly folder: string;
  readonly own: OwnAddress;
}

/** Addresses that the dashboard itself shows something for; whatever else is asked for is not there. */
export const dashboardPaths = [
  '/',
  '/runs/:run',
  '/runs/:run/:view{(?:compare|diff|graph|decisions)}',
  '/:page{(?:inbox|cost|statistics|knowledge|workers|releases|settings|reference)}',
] as const;

/** What a page of ours may load and do: its own files, and asking the service that it came from. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  // Libraries set styles on elements, and those of the diff put them into a shadow.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * The dashboard as it was built, for anybody who reaches it: it holds nothing that would have to be kept from them, and asks the API, which does. Only files
 * that the build has written are there, under the names it gave them.
 */
export async function dashboardRoutes({ folder, own }: DashboardSources): Promise<Routes> {
  const names = await builtFiles(folder);
  const packed = packer(async (name) => await readFile(join(folder, name)));
  const app: Routes = new Hono();
  const send = async (context: Context, name: string, cache: string): Promise<Response> => {
    const { bytes, coding } = await packed(name, context.req.header('accept-encoding') ?? '');
    return context.body(new Uint8Array(bytes), 200, {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'cache-control': cache,
      vary: 'accept-encoding',
      ...(coding === undefined ? {} : { 'content-encoding': coding }),
    });
  };
  for (const path of dashboardPaths) {
    app.get(path, protectedPage(own), async (context) =>
      names.has('index.html') ? await send(context, 'index.html', 'no-cache') : context.html(notBuilt, 503),
    );
  }
  app.get('/assets/*', protectedPage(own), async (context) => {
    const name = context.req.path.slice(1);
    return names.has(name) ? await send(context, name, 'public, max-age=31536000, immutable') : context.text('There is no such file.', 404);
  });
  app.onError((error, context) => {
    if (!(error instanceof Refusal)) throw error;
    return context.text(`${error.problem.title} ${error.problem.detail} ${error.problem.fix}\n`, error.problem.status as 421);
  });
  return app;
}

/** Where it is not built, people are told how it is. */
export async function isDashboardBuilt(folder: string): Promise<boolean> {
  return (await builtFiles(folder)).has('index.html');
}

async function builtFiles(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const root = join(folder, '/');
  return new Set(entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root.length)));
}

/** Meant for us; from wherever people were led here. What they are shown is asked for by the page itself. */
function protectedPage(own: OwnAddress): MiddlewareHandler {
  return async (context, next) => {
    refuseForeign(own, { host: context.req.header('host'), origin: undefined, fetchSite: undefined });
    await next();
    for (const [name, value] of Object.entries({ ...protecting, 'content-security-policy': policy }))
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
  };
}

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Miyabi</title>
<h1>The dashboard is not built</h1>
<p>This is a checkout of the sources. <code>npm run build</code> builds it; then start the service again.</p>
<p>What it shows is also to be had in a terminal: <code>miyabi status</code>, <code>miyabi show</code>, <code>miyabi inbox</code>.</p></html>
`;
