import type { JobId } from '../../domain/ids.ts';
import { displayId } from '../../domain/ids.ts';
import type { LogNews } from '../../operations/logs/follow-logs.ts';
import { followLogs } from '../../operations/logs/follow-logs.ts';
import type { LogTools } from '../../operations/logs/list-logs.ts';

/** Lines that were printed into a log of a run; where there are none it is said where it stands. */
export interface LogPiece {
  readonly run: string;
  readonly log: string;
  /** Number of the first of them, from 1; of the next one where there are none. */
  readonly from: number;
  readonly lines: readonly string[];
  /** Lines before `from` that are not told. */
  readonly skipped?: number;
}

/** Whoever is told what is printed. */
export interface LogListener {
  log(piece: LogPiece): void;
  /** Nothing more is told. */
  end(): void;
}

/** Runs that are read at a time: each is looked at several times a second. */
const usualMostRuns = 50;

interface Following {
  readonly over: AbortController;
  isRead: boolean;
  readonly listeners: Set<LogListener>;
  /** Of each log the number of its next line. */
  readonly next: Map<string, number>;
}

/**
 * One reader of the logs of a run for any number of listeners; it reads while there is one. Nobody is refused: the logs of a run that is one too many are read
 * once those of another are listened to no more.
 */
export class LogHub {
  readonly #tools: Pick<LogTools, 'logs' | 'redact'>;
  readonly #failed: (error: unknown) => void;
  readonly #mostRuns: number;
  readonly #runs = new Map<JobId, Following>();

  /** @param failed hears what ended a reading. */
  constructor(tools: Pick<LogTools, 'logs' | 'redact'>, failed: (error: unknown) => void, mostRuns = usualMostRuns) {
    this.#tools = tools;
    this.#failed = failed;
    this.#mostRuns = mostRuns;
  }

  /** Tells first where each log stands, and then what is printed. @returns what ends it. */
  follow(run: JobId, listener: LogListener): () => void {
    const following = this.#runs.get(run) ?? this.#begin(run);
    for (const [log, from] of following.next) listener.log({ run: displayId('run', run), log, from, lines: [] });
    following.listeners.add(listener);
    return () => {
      following.listeners.delete(listener);
      if (following.listeners.size > 0 || this.#runs.get(run) !== following) return;
      this.#end(run, following);
      following.over.abort();
    };
  }

  /** Runs that are read, or wait for their turn. */
  get size(): number {
    return this.#runs.size;
  }

  #begin(run: JobId): Following {
    const following: Following = { over: new AbortController(), isRead: false, listeners: new Set(), next: new Map() };
    this.#runs.set(run, following);
    this.#readMore();
    return following;
  }

  #end(run: JobId, following: Following): void {
    if (this.#runs.get(run) === following) this.#runs.delete(run);
    this.#readMore();
  }

  /** In the order in which they were asked for. */
  #readMore(): void {
    const left = this.#mostRuns - this.#runs.values().reduce((count, { isRead }) => count + Number(isRead), 0);
    for (const [run, following] of this.#runs
      .entries()
      .filter(([, { isRead }]) => !isRead)
      .take(Math.max(0, left))
      .toArray()) {
      following.isRead = true;
      void this.#read(run, following).catch((error: unknown) => {
        this.#failed(error);
        // Whoever comes again has another reader, which fails where this one is at fault.
        this.#end(run, following);
        for (const listener of Array.from(following.listeners)) listener.end();
      });
    }
  }

  async #read(run: JobId, { over, listeners, next }: Following): Promise<void> {
    for await (const news of followLogs(this.#tools, run, { signal: over.signal })) {
      next.set(news.log, news.from + news.lines.length);
      const piece = pieceOf(run, news);
      for (const listener of Array.from(listeners)) listener.log(piece);
    }
  }
}

function pieceOf(run: JobId, { log, from, lines, skipped }: LogNews): LogPiece {
  return { run: displayId('run', run), log, from, lines, ...(skipped === 0 ? {} : { skipped }) };
}
