/** What goes wrong in place of an answer. */
export type Fault =
  | { readonly kind: 'primary'; readonly resetInSeconds: number; readonly status?: 403 | 429 }
  /** Without `retryAfter` only its words tell. Seconds. */
  | { readonly kind: 'secondary'; readonly retryAfter?: number; readonly status?: 403 | 429 }
  | { readonly kind: 'unwell'; readonly status?: number }
  /** The connection ends, before or after the request has done what it was for. */
  | { readonly kind: 'dropped'; readonly after?: true }
  | { readonly kind: 'slow'; readonly ms: number };

export interface FaultOrder {
  readonly fault: Fault;
  /** Only these requests, as `METHOD /path`; all when absent. */
  readonly of?: RegExp;
  /** How many of them; until it is taken back when absent. */
  readonly times?: number;
}

/** An answer in place of the real one. */
export interface FaultAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

const documentation = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';

export function answerOf(fault: Fault, now: number): FaultAnswer | undefined {
  const date = new Date(now).toUTCString();
  switch (fault.kind) {
    case 'primary':
      return {
        status: fault.status ?? 403,
        headers: {
          date,
          'x-ratelimit-limit': '5000',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Math.floor(now / 1_000) + fault.resetInSeconds),
        },
        body: { message: 'API rate limit exceeded for user ID 1.', documentation_url: documentation },
      };
    case 'secondary':
      return {
        status: fault.status ?? 403,
        headers: { date, ...(fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }) },
        body: {
          message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
          documentation_url: documentation,
        },
      };
    case 'unwell':
      return { status: fault.status ?? 500, headers: { date }, body: { message: 'Server Error' } };
    case 'dropped':
    case 'slow':
      return undefined;
  }
}
