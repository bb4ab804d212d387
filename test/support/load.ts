import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';

export interface LoadOptions {
  readonly url: string;
  readonly perSecond: number;
  /** Every so many requests one is sent with a body (POST); none without it. */
  readonly postEvery?: number;
  /** After which a request without an answer has failed, in ms. */
  readonly timeoutMs?: number;
  /** At the latest then it ends by itself, in ms. */
  readonly atMostMs?: number;
}

export interface LoadResult {
  readonly sent: number;
  /** Answered with anything but 2xx, or not at all. */
  readonly failed: number;
  /** Why, the first ones. */
  readonly failures: readonly string[];
  /** How many answers came from which release, by `x-release`. */
  readonly byRelease: ReadonlyMap<string, number>;
  /** From when a request was due until its answer was whole, in ms. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

export interface Load {
  /** When so many requests have been answered since the load began. */
  answered(count: number): Promise<void>;
  /** Sends no more, and waits for the last answers. */
  stop(): Promise<LoadResult>;
}

/**
 * Requests at a constant rate over connections that are kept open. What is due is sent, however many are still under way: a service that
 * stands still for a second fails or delays a second's worth of requests, and cannot slow the load down (which is why this is no tool that
 * sends the next request after an answer).
 */
export function startLoad({ url, perSecond, postEvery, timeoutMs = 5_000, atMostMs = 60_000 }: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true });
  const began = performance.now();
  const latencies: number[] = [];
  const failures: string[] = [];
  const byRelease = new Map<string, number>();
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  let sent = 0;
  let failed = 0;
  let settled = 0;
  let allSettled: (() => void) | undefined;

  function settle(): void {
    settled += 1;
    for (const one of waiting) {
      if (settled < one.count) continue;
      waiting.delete(one);
      one.resolve();
    }
    if (settled === sent) allSettled?.();
  }

  function fail(why: string): void {
    failed += 1;
    if (failures.length < 20) failures.push(why);
    settle();
  }

  function take(answer: IncomingMessage, dueAt: number): void {
    answer.resume();
    answer.once('error', (error) => fail(`broken off: ${error.message}`));
    answer.once('end', () => {
      const status = answer.statusCode ?? 0;
      if (status < 200 || status > 299) return fail(`${status} at ${Math.round(performance.now() - began)} ms`);
      latencies.push(performance.now() - dueAt);
      const release = String(answer.headers['x-release']);
      byRelease.set(release, (byRelease.get(release) ?? 0) + 1);
      settle();
    });
  }

  function send(dueAt: number): void {
    sent += 1;
    const isPost = postEvery !== undefined && sent % postEvery === 0;
    const outgoing = request(url, { agent, timeout: timeoutMs, method: isPost ? 'POST' : 'GET' });
    let isAnswered = false;
    outgoing.once('response', (answer) => {
      isAnswered = true;
      take(answer, dueAt);
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.once('error', (error) => {
      if (!isAnswered) fail(`${error.message} at ${Math.round(performance.now() - began)} ms`);
    });
    outgoing.end(isPost ? 'what changes something' : undefined);
  }

  const timer = setInterval(() => {
    const now = performance.now();
    if (now - began > atMostMs) return clearInterval(timer);
    while (sent < ((now - began) * perSecond) / 1000) send(began + (sent * 1000) / perSecond);
  }, 2);

  return {
    answered: (count) => new Promise((resolve) => (settled >= count ? resolve() : void waiting.add({ count, resolve }))),
    async stop() {
      clearInterval(timer);
      if (settled < sent) await new Promise<void>((resolve) => (allSettled = resolve));
      agent.destroy();
      const sorted = latencies.toSorted((one, other) => one - other);
      const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
      return { sent, failed, failures, byRelease, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), longestMs: at(1) };
    },
  };
}
