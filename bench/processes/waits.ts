import { closeSync, openSync, readSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { DatabaseSync, StatementSync } from 'node:sqlite';

/** What held up the event loop of this process, in ms; each is the longest of its kind. */
export interface Waits {
  /** To begin a transaction, or for a statement in one: beyond the computing, this is where one would wait for another's commit. */
  readonly beginMs: number;
  readonly statementMs: number;
  /** How often either of them took more than 50 ms. */
  readonly slowWaits: number;
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

type Kind = 'begin' | 'statement' | 'commit';
type Method = (...parameters: unknown[]) => unknown;

/**
 * Measures every call to SQLite of this thread from here on. Time in which the thread was ready to run and had no processor is
 * taken off where the system tells it (Linux): more processes than processors make every call long.
 */
export function measureWaits(): () => Waits {
  const longest = { begin: 0, statement: 0, commit: 0, transaction: 0, turn: 0, collection: 0 };
  const count = { busy: 0, commits: 0, slowCommits: 0, slowWaits: 0 };
  const clock = runningTime();
  let begun = 0;

  function timed<T>(kind: Kind, call: () => T): T {
    const since = clock();
    if (kind === 'begin') begun = since;
    try {
      return call();
    } catch (error) {
      if (kind === 'begin') count.busy += 1;
      throw error;
    } finally {
      const took = clock() - since;
      longest[kind] = Math.max(longest[kind], took);
      if (kind === 'commit') {
        longest.transaction = Math.max(longest.transaction, clock() - begun);
        count.commits += 1;
        if (took > noticeable) count.slowCommits += 1;
      } else if (took > noticeable) {
        count.slowWaits += 1;
      }
    }
  }

  const kinds = (sql: unknown): Kind => (String(sql).startsWith('BEGIN') ? 'begin' : sql === 'COMMIT' ? 'commit' : 'statement');
  measured(DatabaseSync.prototype, ['exec'], (sql, call) => timed(kinds(sql), call));
  measured(StatementSync.prototype, ['run', 'all', 'get'], (_, call) => timed('statement', call));
  const collections = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest.collection = Math.max(longest.collection, duration);
  });
  collections.observe({ entryTypes: ['gc'] });
  let turned = clock();
  setInterval(() => {
    longest.turn = Math.max(longest.turn, clock() - turned - turnMs);
    turned = clock();
  }, turnMs).unref();
  return () => ({
    beginMs: longest.begin,
    statementMs: longest.statement,
    commitMs: longest.commit,
    ...count,
    transactionMs: longest.transaction,
    eventLoopMs: longest.turn,
    garbageCollectionMs: longest.collection,
  });
}

function measured(prototype: object, names: readonly string[], around: (first: unknown, call: () => unknown) => unknown): void {
  const methods = prototype as Record<string, Method>;
  for (const name of names) {
    const original = methods[name];
    if (original === undefined) throw new Error(`There is no method ${name}.`);
    methods[name] = function (this: object, ...parameters: unknown[]): unknown {
      return around(parameters[0], () => original.apply(this, parameters));
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
