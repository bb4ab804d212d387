import type { MiddlewareHandler } from 'hono';

/** With every answer: nothing is kept, guessed, framed or loaded from elsewhere. */
export const protecting = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Sets the headers that keep a browser from doing anything with an answer but showing it to whoever asked; one that is set already stays. */
export const protectingHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(protecting)) if (!context.res.headers.has(name)) context.res.headers.set(name, value);
};
