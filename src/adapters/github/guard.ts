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

interface Trouble {
  /** Waits of this trouble before the present one, which were over when it was asked again. */
  readonly streak: number;
  /** Monotonic ms, like `until`. */
  readonly since: number;
  readonly until: number;
}

/**
 * While GitHub asks us to wait, nothing is sent: whoever goes on regardless is locked out for longer. One for each account that we speak as.
 */
export function createGuard(clock: Clock): Guard {
  let closed: { readonly until: number; readonly why: string } | undefined;
  let trouble: Trouble | undefined;
  /** Many ask at once: what fails while the last wait is not over is the same trouble, not a further one. */
  const waited = (waitFor: (streak: number) => number): number => {
    const now = clock.monotonic();
    const isSame = trouble !== undefined && now < trouble.until;
    const streak = trouble === undefined ? 0 : trouble.streak + (isSame ? 0 : 1);
    const ms = waitFor(streak);
    if (trouble === undefined || !isSame) trouble = { streak, since: now, until: now + ms };
    return ms;
  };
  return async (what, ask) => {
    const began = clock.monotonic();
    if (closed !== undefined && closed.until > began) throw new ForgeUnavailable(closed.why, closed.until - began);
    // What was under way when the trouble began says nothing about whether it is over.
    const wentWell = (): void => {
      if (trouble !== undefined && began >= trouble.since) trouble = undefined;
    };
    try {
      const result = await ask();
      wentWell();
      return result;
    } catch (error) {
      if (error instanceof Failure || error instanceof ForgeUnavailable) throw error;
      const refusal = refusalOf(error) ?? refusedQuery(error);
      if (refusal === undefined) {
        if (!isConnectionError(error)) throw error;
        throw new ForgeUnavailable(`GitHub is not reached: ${reasonOf(error)}.`, waited(unreachedMs), { cause: error });
      }
      const first = waitOf(refusal, clock.now(), 0);
      if (first === undefined) {
        wentWell();
        throw refused(`GitHub did not ${what}.`, refusal);
      }
      const ms = waited((streak) => waitOf(refusal, clock.now(), streak)?.ms ?? first.ms);
      const why = `GitHub answered ${refusal.status}: ${wordsOf(refusal.message)}.`;
      const until = clock.monotonic() + ms;
      if (first.kind !== 'unwell' && until > (closed?.until ?? 0)) closed = { until, why };
      throw new ForgeUnavailable(why, ms, { cause: error });
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
