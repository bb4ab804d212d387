import { closeSync, openSync, readSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import type { PerformanceEntry } from 'node:perf_hooks';
import { DatabaseSync, StatementSync } from 'node:sqlite';

/** What held up the event loop of this process, in ms; each is the longest of its kind. */
export interface Waits {
  /** In a call to SQLite that begins a transaction or reads: whoever writes already has what others could make him wait for. */
  readonly otherMs: number;
  /** Which call that was. */
  readonly otherIn: string;
  /** How many of them took more than 50 ms. */
  readonly slowOthers: number;
  /** Its own flush to the disk, at times with the write-ahead log moved into the file; others flush to the same disk. */
  readonly commitMs: number;
  /** Commits that took more than 50 ms. */
  readonly slowCommits: number;
  readonly commits: number;
  /** How often somebody else was writing when it wanted to. */
  readonly busy: number;
  /** From the beginning of a transaction to the end of its commit: how long others have to try again. */
  readonly transactionMs: number;
  /** For how long the event loop did not turn, its own work included. */
  readonly eventLoopMs: number;
  readonly garbageCollectionMs: number;
}

/** Whatever is longer than this, in ms, was a wait that somebody would notice. */
const noticeable = 50;
/** How often it is looked whether the event loop turns, in ms. */
const turnMs = 5;

/** What is shorter, in ms, is not kept. */
const remarkable = 2;

const mayWait = /^(begin|select|pragma)/i;

type Method = (...parameters: unknown[]) => unknown;

interface Call {
  readonly sql: string;
  readonly startTime: number;
  readonly duration: number;
  /** Without the time in which it could have run and had no processor. */
  readonly took: number;
}

/**
 * Measures every call to SQLite of this thread from here on. Taken off is the time in which the thread was ready to run and had no
 * processor, where the system tells it (Linux), and that of garbage collections: more processes than processors make both long.
 */
export function measureWaits(): () => Waits {
  const calls: Call[] = [];
  const collections: PerformanceEntry[] = [];
  const count = { busy: 0, commits: 0 };
  let [transactionMs, eventLoopMs, begun] = [0, 0, 0];
  const clock = runningTime();

  function timed<T>(sql: string, call: () => T): T {
    const [startTime, since] = [performance.now(), clock()];
    if (sql === 'BEGIN IMMEDIATE') begun = since;
    try {
      return call();
    } catch (error) {
      if (sql === 'BEGIN IMMEDIATE') count.busy += 1;
      throw error;
    } finally {
      const now = clock();
      if (now - since > remarkable) calls.push({ sql, startTime, duration: performance.now() - startTime, took: now - since });
      if (sql === 'COMMIT') {
        count.commits += 1;
        transactionMs = Math.max(transactionMs, now - begun);
      }
    }
  }

  measured(DatabaseSync.prototype, ['exec'], (_, sql, call) => timed(String(sql), call));
  measured(StatementSync.prototype, ['run', 'all', 'get'], (statement, _, call) => timed((statement as StatementSync).sourceSQL, call));
  const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  let turned = clock();
  setInterval(() => {
    eventLoopMs = Math.max(eventLoopMs, clock() - turned - turnMs);
    turned = clock();
  }, turnMs).unref();

  return () => {
    collections.push(...observer.takeRecords());
    const took = calls.map((call) => ({ sql: call.sql, ms: call.took - collected(call, collections) }));
    const commits = took.filter(({ sql }) => sql === 'COMMIT').map(({ ms }) => ms);
    const others = took.filter(({ sql }) => mayWait.test(sql)).toSorted((one, other) => other.ms - one.ms);
    return {
      ...count,
      otherMs: others[0]?.ms ?? remarkable,
      otherIn: (others[0]?.sql ?? '').slice(0, 40),
      slowOthers: others.filter(({ ms }) => ms > noticeable).length,
      commitMs: Math.max(remarkable, ...commits),
      slowCommits: commits.filter((ms) => ms > noticeable).length,
      transactionMs,
      eventLoopMs,
      garbageCollectionMs: Math.max(0, ...collections.map(({ duration }) => duration)),
    };
  };
}

/** How much of a call was spent on garbage, in ms. */
function collected({ startTime, duration }: Call, collections: readonly PerformanceEntry[]): number {
  const overlaps = collections.map(
    (each) => Math.min(startTime + duration, each.startTime + each.duration) - Math.max(startTime, each.startTime),
  );
  return overlaps.filter((ms) => ms > 0).reduce((sum, ms) => sum + ms, 0);
}

function measured(
  prototype: object,
  names: readonly string[],
  around: (self: object, first: unknown, call: () => unknown) => unknown,
): void {
  const methods = prototype as Record<string, Method>;
  for (const name of names) {
    const original = methods[name];
    if (original === undefined) throw new Error(`There is no method ${name}.`);
    methods[name] = function (this: object, ...parameters: unknown[]): unknown {
      return around(this, parameters[0], () => original.apply(this, parameters));
    };
  }
}

/** Time in ms without that in which this thread was ready and had no processor, where the system tells it. */
function runningTime(): () => number {
  if (process.platform !== 'linux') return () => performance.now();
  const file = openSync('/proc/thread-self/schedstat', 'r');
  process.once('exit', () => closeSync(file));
  const buffer = Buffer.alloc(100);
  return () => performance.now() - Number(buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0)).split(' ')[1]) / 1e6;
}
