import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { setCookie } from 'hono/cookie';
import { z } from 'zod';
import { authenticate } from '../../operations/access/authenticate.ts';
import { browserMs, letBrowserIn } from '../../operations/access/let-browser-in.ts';
import { takeSignInLink } from '../../operations/access/sign-in-links.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { Attempts } from './attempts.ts';
import { readJson } from './read-json.ts';
import { Refusal } from './refusal.ts';
import { addressOf, cookieName, tooMany, unauthenticated } from './who-asks.ts';

type RequestContext = Context<{ Bindings: HttpBindings }>;

export interface SigningIn {
  readonly tools: Pick<OperationTools, 'ledger' | 'clock'>;
  readonly attempts: Attempts;
}

/**
 * Follows a sign-in link: the cookie comes with a page from which one goes on, because a cookie that is `SameSite=Strict` would not be sent with a redirect of
 * whoever led here. A look ahead of a browser uses the link up no more than one without looking.
 * @throws Refusal
 */
export async function followLink(context: RequestContext, { tools, attempts }: SigningIn): Promise<Response> {
  if (context.req.method !== 'GET' || context.req.header('sec-purpose')?.includes('prefetch') === true) return context.body(null, 204);
  refuseTooMany(context, attempts);
  const name = await takeSignInLink(tools, context.req.query('once') ?? '');
  if (name === undefined) {
    attempts.failed(addressOf(context));
    throw new Refusal('unauthenticated', {
      what: 'This link lets nobody in.',
      why: 'It counts once, for a few minutes.',
      fix: '`miyabi open` makes another one. Or sign in with a token that `miyabi token create <name>` makes.',
    });
  }
  keep(context, await letBrowserIn(tools, name), browserMs);
  return context.html(welcome(ownPath(context.req.query('to') ?? '/')));
}

function welcome(to: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${to}"><title>Miyabi</title>
<p>You are signed in for a week. <a href="${to}">Go on to the dashboard</a>.</p></html>
`;
}

/** A page of this service, and nothing that a browser or HTML would take for anything else. */
function ownPath(path: string): string {
  return /^\/(?!\/)[\w/.-]*(?:\?[\w=,.%-]*)?$/.test(path) ? path : '/';
}

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
