import { ForgeUnavailable } from '../../ports/forge.ts';
import { Failure } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { isConnectionError, refusalOf, refused, wordsOf } from './refusal.ts';
import { unreachedMs, waitOf } from './waiting.ts';

/** Runs what asks GitHub something, and makes of its errors what the port throws. */
export interface Guard {
  /** @param what was to be done, as the rest of "GitHub did not ...". */
  <Result>(what: string, ask: () => Promise<Result>): Promise<Result>;
}

/**
 * While GitHub asks us to wait, nothing is sent: whoever goes on regardless is locked out for longer. One for each account that we speak as.
 */
export function createGuard(clock: Clock): Guard {
  let closed: { readonly until: number; readonly why: string } | undefined;
  let streak = 0;
  return async (what, ask) => {
    if (closed !== undefined) {
      const left = closed.until - clock.monotonic();
      if (left > 0) throw new ForgeUnavailable(closed.why, left);
    }
    try {
      const result = await ask();
      streak = 0;
      closed = undefined;
      return result;
    } catch (error) {
      if (error instanceof Failure || error instanceof ForgeUnavailable) throw error;
      const refusal = refusalOf(error) ?? refusedQuery(error);
      if (refusal === undefined) {
        if (!isConnectionError(error)) throw error;
        throw new ForgeUnavailable(`GitHub is not reached: ${reasonOf(error)}.`, unreachedMs(streak++), { cause: error });
      }
      const wait = waitOf(refusal, clock.now(), streak);
      if (wait === undefined) {
        streak = 0;
        throw refused(`GitHub did not ${what}.`, refusal);
      }
      streak += 1;
      const why = `GitHub answered ${refusal.status}: ${wordsOf(refusal.message)}.`;
      if (wait.kind !== 'unwell') closed = { until: clock.monotonic() + wait.ms, why };
      throw new ForgeUnavailable(why, wait.ms, { cause: error });
    }
  };
}

/** GraphQL tells its errors in an answer of status 200. */
function refusedQuery(error: unknown) {
  if (!(error instanceof Error) || error.name !== 'GraphqlResponseError') return undefined;
  const { errors, headers } = error as Error & {
    readonly errors?: ReadonlyArray<{ readonly type?: string; readonly message: string }>;
    readonly headers?: Readonly<Record<string, string | number | undefined>>;
  };
  const [first] = errors ?? [];
  const statuses: Readonly<Record<string, number>> = { RATE_LIMITED: 429, NOT_FOUND: 404, FORBIDDEN: 403, INSUFFICIENT_SCOPES: 403 };
  return { status: statuses[first?.type ?? ''] ?? 422, headers: headers ?? {}, message: first?.message ?? error.message };
}

/** `fetch failed` says nothing; what failed is its cause. */
function reasonOf(error: Error): string {
  const { cause } = error;
  if (cause instanceof AggregateError) return cause.errors[0] instanceof Error ? reasonOf(cause.errors[0]) : cause.message;
  return cause instanceof Error ? reasonOf(cause) : error.message.replace(/[.\s]+$/, '') || error.name;
}
