import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { ApiScope } from '../../domain/api/scope.ts';
import { allows } from '../../domain/api/scope.ts';
import { authenticate } from '../../operations/access/authenticate.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { ApiAccess } from '../../ports/api-access.ts';
import type { Attempts } from './attempts.ts';
import { Refusal } from './refusal.ts';

/** Holds what a browser shows; never read by a page. */
export const cookieName = 'miyabi_session';

type RequestContext = Context<{ Bindings: HttpBindings }>;

/** Tells who asks, by a bearer token or else the cookie of a browser. */
export interface WhoAsks {
  /** @throws Refusal where nobody does who is let in. */
  (context: RequestContext): Promise<ApiAccess>;
}

/** @param attempts counts what failed: where too much has, nothing more is looked at from there for a while but what was right before. */
export function whoAsks(tools: Pick<OperationTools, 'ledger' | 'clock'>, attempts: Attempts): WhoAsks {
  const right = new Set<string>();
  return async (context) => {
    const { shown, isCookie } = shownIn(context);
    if (shown === undefined) throw unauthenticated();
    const from = addressOf(context);
    const waitMs = right.has(shown) ? 0 : attempts.waitMs(from);
    if (waitMs > 0) throw tooMany(waitMs);
    const access = await authenticate(tools, shown);
    if (access === undefined) {
      right.delete(shown);
      attempts.failed(from);
      throw unauthenticated();
    }
    if (isCookie && isChange(context) && context.req.header('origin') === undefined) throw fromNowhere();
    if (right.size >= 1_000) right.clear();
    right.add(shown);
    return access;
  };
}

/** @throws Refusal */
export function refuseUnlessAllowed({ name, scope }: ApiAccess, needed: ApiScope): void {
  if (allows(scope, needed)) return;
  throw new Refusal('forbidden', {
    what: `This is not for ${name}.`,
    why: `It takes the scope ${needed}, and this one has ${scope}.`,
    fix: `Somebody who may makes another one: \`miyabi token create <name> --scope ${needed}\`.`,
  });
}

export function addressOf(context: RequestContext): string {
  return context.env.incoming.socket.remoteAddress ?? 'unknown';
}

export function tooMany(waitMs: number): Refusal {
  return new Refusal(
    'too-many-attempts',
    {
      what: 'Too much that was shown here was wrong.',
      why: 'Nothing more is looked at from this address for a while.',
      fix: `Try again in ${Math.ceil(waitMs / 1_000)} s.`,
    },
    { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } },
  );
}

export function unauthenticated(): Refusal {
  return new Refusal(
    'unauthenticated',
    {
      what: 'It is not known who asks.',
      why: 'Neither a token nor a signed-in browser was shown that counts here.',
      fix: 'Send `Authorization: Bearer <token>`; `miyabi token create <name>` makes one. A browser signs in by a link that `miyabi open` makes.',
    },
    { headers: { 'www-authenticate': 'Bearer realm="miyabi"' } },
  );
}

function shownIn(context: RequestContext): { readonly shown: string | undefined; readonly isCookie: boolean } {
  const header = context.req.header('authorization');
  if (header === undefined) return { shown: getCookie(context, cookieName), isCookie: true };
  const [, token] = /^bearer +(\S{1,200})$/i.exec(header) ?? [];
  return { shown: token, isCookie: false };
}

function isChange(context: RequestContext): boolean {
  return context.req.method !== 'GET' && context.req.method !== 'HEAD';
}

function fromNowhere(): Refusal {
  return new Refusal('foreign-origin', {
    what: 'It is not known from which page this comes.',
    why: 'A browser that is signed in says the origin of what it changes, and none was said.',
    fix: 'Use a browser of these years, or a token in place of the cookie.',
  });
}
