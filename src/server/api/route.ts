import type { z } from 'zod';
import type { ApiOperation } from '../../domain/api/operation.ts';
import type { Cause } from '../../domain/trace.ts';
import type { ApiAccess } from '../../ports/api-access.ts';

/** What a route is asked with: what was sent, as the schemas of its operation read it. */
export interface ApiCall<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: ApiAccess;
  /** Of the change, for this caller: what it begins under it is begun once, also where this service dies before it has answered. Absent where the caller named none. */
  readonly changeKey: string | undefined;
  /** In whose trace it is asked for, where the caller says so. */
  readonly cause: Cause | undefined;
}

/** What is answered is only read. */
type AsRead<Value> = Value extends readonly (infer Item)[]
  ? readonly AsRead<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: AsRead<Value[Key]> }
    : Value;

/** An operation with what carries it out. */
export type ApiRoute = { readonly operation: ApiOperation } & (
  | {
      readonly kind: 'answer';
      readonly handle: (call: ApiCall<unknown, unknown, unknown>) => Promise<unknown>;
      /** Sent with its success. */
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'stream'; readonly handle: (call: StreamCall<unknown>) => Promise<ReadableStream<Uint8Array>> }
);

/** What a stream is asked with. */
export interface StreamCall<Query> extends Omit<ApiCall<unknown, Query, undefined>, 'params' | 'body' | 'changeKey' | 'cause'> {
  /** What its reader was told last, where it comes again. */
  readonly lastEventId: string | undefined;
}

/**
 * Binds an operation to what carries it out: that parses nothing and knows nothing of HTTP. It throws a `Failure` for what cannot be done (409, or 422 for
 * what makes no sense), and looks for what the path names within `orMissing` (404).
 */
export function route<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType | undefined, Answer extends z.ZodType>(
  operation: ApiOperation<Params, Query, Body, Answer>,
  handle: (
    call: ApiCall<z.output<Params>, z.output<Query>, Body extends z.ZodType ? z.output<Body> : undefined>,
  ) => Promise<AsRead<z.input<Answer>>>,
  headers: Readonly<Record<string, string>> = {},
): ApiRoute {
  // The schemas of the operation have read what it is called with.
  return { kind: 'answer', operation, handle: handle as (call: ApiCall<unknown, unknown, unknown>) => Promise<unknown>, headers };
}

/** The same for an operation that answers with server-sent events. */
export function streamRoute<Query extends z.ZodObject, Answer extends z.ZodType>(
  operation: ApiOperation<z.ZodObject, Query, undefined, Answer>,
  handle: (call: StreamCall<z.output<Query>>) => Promise<ReadableStream<Uint8Array>>,
): ApiRoute {
  return { kind: 'stream', operation, handle: handle as (call: StreamCall<unknown>) => Promise<ReadableStream<Uint8Array>> };
}
