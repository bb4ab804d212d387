import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Problem } from '../../domain/api/problem.ts';
import { parseTraceparent } from '../../domain/trace.ts';
import type { ApiAnswer } from '../../ports/api-requests.ts';
import type { Once } from './once.ts';
import { readJson } from './read-json.ts';
import { Refusal, refusalOf } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import type { WhoAsks } from './who-asks.ts';
import { refuseUnlessAllowed } from './who-asks.ts';

export interface ServingParts {
  readonly whoAsks: WhoAsks;
  readonly once: Once;
  /** Hears of what went wrong that should not. */
  readonly failed: (error: unknown) => void;
}

/**
 * Answers one operation: who asks, what may they, what do they ask for, is it done already. What is answered is what its schema says and no more: something
 * else is a defect. @throws Refusal
 */
export async function serveRoute(
  context: Context<{ Bindings: HttpBindings }>,
  asked: ApiRoute,
  { whoAsks, once, failed }: ServingParts,
): Promise<Response> {
  const { operation } = asked;
  const caller = await whoAsks(context);
  refuseUnlessAllowed(caller, operation.scope);
  const params = read(operation.params, context.req.param(), 'malformed', 'the path');
  const query = read(operation.query, queryOf(context), 'malformed', 'the query');
  if (asked.kind === 'stream') {
    const stream = await asked.handle({ query, caller, lastEventId: context.req.header('last-event-id') });
    return new Response(stream, { headers: streamHeaders });
  }
  const { handle, headers } = asked;
  const sent = operation.body === undefined ? undefined : await readJson(context.env.incoming);
  const body = operation.body === undefined ? undefined : read(operation.body, sent, 'invalid', 'what was sent');
  const key = context.req.header('idempotency-key');
  const asking = parseTraceparent(context.req.header('traceparent'));
  const cause = asking === undefined ? undefined : { links: [asking] };
  const by = `${caller.kind} ${caller.name}`;
  const changeKey = key === undefined ? undefined : `api:${by}:${key}`;
  const act = async (): Promise<ApiAnswer> => {
    try {
      return {
        status: operation.status,
        body: JSON.stringify(operation.answer.parse(await handle({ params, query, body, caller, changeKey, cause }))),
      };
    } catch (error) {
      const { refusal, isDefect } = refusalOf(error);
      if (isDefect) failed(error);
      return { status: refusal.problem.status, body: JSON.stringify(refusal.problem) };
    }
  };
  if (operation.method === 'get') return answered(await act(), headers);
  const all = JSON.stringify([operation.id, params, query, sent ?? null]);
  return answered(await once({ by, key, asked: all }, act), headers);
}

/** Nothing on the way may keep pieces back. */
const streamHeaders = { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' };

function answered({ status, body }: ApiAnswer, headers: Readonly<Record<string, string>>): Response {
  if (status >= 400) return new Response(body, { status, headers: { 'content-type': 'application/problem+json' } });
  return new Response(body, { status, headers: { ...headers, 'content-type': 'application/json' } });
}

/** Of a name that stands there twice the last value counts for no more than the first: both are refused. */
function queryOf(context: Context): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(context.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0]! : values]),
  );
}

/** @throws Refusal naming each place that is wrong. */
function read(schema: z.ZodType, value: unknown, kind: 'malformed' | 'invalid', what: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors: NonNullable<Problem['errors']> = result.error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  throw new Refusal(
    kind,
    {
      what: `There is something wrong with ${what}.`,
      why: errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('. '),
      fix: 'Mend it; /api/v1/openapi.json tells what is taken. Nothing was done.',
    },
    { errors },
  );
}
