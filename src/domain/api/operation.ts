import type { z } from 'zod';
import type { ApiScope } from './scope.ts';

/** One thing that can be asked of the API. Its schemas are what the server reads by, what the document is made of, and what clients are typed by. */
export interface ApiOperation<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Answer extends z.ZodType = z.ZodType,
> {
  /** Unique, such as `listEscalations`. */
  readonly id: string;
  /** What is written, or might be, is never asked for by `get`. */
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** Under the root of the API, such as `/runs/{run}/plan`; what stands in braces is in `params`. */
  readonly path: `/${string}`;
  /** What its callers are allowed at least. */
  readonly scope: ApiScope;
  /** Heading under which it is documented. */
  readonly group: string;
  /** In a few words. */
  readonly summary: string;
  /** In a sentence or more. */
  readonly description: string;
  readonly params: Params;
  readonly query: Query;
  /** undefined: it takes none. */
  readonly body: Body;
  readonly answer: Answer;
  /** Of its success. */
  readonly status: 200 | 201 | 202;
  /** It answers with one `answer` after the other, as server-sent events. */
  readonly streams?: boolean;
}

/** The root of the API. Within it nothing is taken away or changes its meaning; what does comes under another. */
export const apiRoot = '/api/v1';

/** Lets the compiler know the schemas of an operation. */
export function defineOperation<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType | undefined,
  Answer extends z.ZodType,
>(operation: ApiOperation<Params, Query, Body, Answer>): ApiOperation<Params, Query, Body, Answer> {
  return operation;
}
