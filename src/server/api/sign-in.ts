import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { setCookie } from 'hono/cookie';
import { z } from 'zod';
import { authenticate } from '../../operations/access/authenticate.ts';
import { browserMs, letBrowserIn } from '../../operations/access/let-browser-in.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { Attempts } from './attempts.ts';
import { readJson } from './read-json.ts';
import { Refusal } from './refusal.ts';
import type { SignInLinks } from './sign-in-links.ts';
import { addressOf, cookieName, tooMany, unauthenticated } from './who-asks.ts';

type RequestContext = Context<{ Bindings: HttpBindings }>;

export interface SigningIn {
  readonly tools: Pick<OperationTools, 'ledger' | 'clock'>;
  readonly links: SignInLinks;
  readonly attempts: Attempts;
  /** Who started the service: a link lets in as them. */
  readonly user: string;
}

/** Where a link leads. */
export const signInPath = '/sign-in';

/**
 * Follows a sign-in link: the cookie comes with a page from which one goes on, because a cookie that is `SameSite=Strict` would not be sent with a redirect of
 * whoever led here. A look ahead of a browser uses the link up no more than one without looking.
 * @throws Refusal
 */
export async function followLink(context: RequestContext, { tools, links, attempts, user }: SigningIn): Promise<Response> {
  if (context.req.method !== 'GET' || context.req.header('sec-purpose')?.includes('prefetch') === true) return context.body(null, 204);
  refuseTooMany(context, attempts);
  if (!links.take(context.req.query('once') ?? '')) {
    attempts.failed(addressOf(context));
    throw new Refusal('unauthenticated', {
      what: 'This link lets nobody in.',
      why: 'It counts once, for a few minutes, while the service that printed it runs.',
      fix: 'Start the service again: it prints a new one. Or sign in with a token that `miyabi token create <name>` makes.',
    });
  }
  keep(context, await letBrowserIn(tools, user), browserMs);
  return context.html(welcome);
}

const welcome = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Miyabi</title>
<p>You are signed in for a week. What there is to ask: <a href="/api/v1/runs">runs</a>, <a href="/api/v1/escalations">what waits for you</a>,
<a href="/api/v1/openapi.json">all of it</a>.</p></html>
`;

const body = z.strictObject({ token: z.string().max(200) });

/** Lets a browser show a token, as long as that counts. @throws Refusal */
export async function signInWithToken(context: RequestContext, { tools, attempts }: SigningIn): Promise<Response> {
  refuseTooMany(context, attempts);
  const read = body.safeParse(await readJson(context.env.incoming));
  const access = read.success ? await authenticate(tools, read.data.token) : undefined;
  if (!read.success || access === undefined) {
    attempts.failed(addressOf(context));
    throw unauthenticated();
  }
  keep(context, read.data.token, access.expiresAt === undefined ? browserMs : access.expiresAt - tools.clock.now());
  return context.json({ name: access.name, scope: access.scope });
}

function refuseTooMany(context: RequestContext, attempts: Attempts): void {
  const waitMs = attempts.waitMs(addressOf(context));
  if (waitMs > 0) throw tooMany(waitMs);
}

function keep(context: RequestContext, secret: string, ms: number): void {
  setCookie(context, cookieName, secret, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    maxAge: Math.floor(ms / 1_000),
    // Where people speak to it by TLS, a server in front of it does.
    secure: context.req.header('origin')?.startsWith('https:') === true || context.req.header('x-forwarded-proto') === 'https',
  });
}
