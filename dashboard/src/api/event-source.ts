import type { Connection, LogPiece, RunEvent } from './stream.ts';

/** Types of events that the engine tells; see `src/domain/events.ts`. */
const eventTypes = [
  'job.submitted',
  'job.state',
  'job.sealed',
  'job.paused',
  'job.resumed',
  'task.created',
  'task.started',
  'task.state',
  'task.answered',
  'lease.lost',
] as const;

/** Whoever was refused comes again after so long, in ms; the browser itself does only where nobody answered. */
const againMs = 3_000;
/** Runs whose logs one connection tells of. */
const mostLogs = 8;
const address = '/api/v1/events';

/** What hears of a connection. */
export interface Hears {
  /** @param id by which the stream is taken up behind it. */
  event(event: RunEvent, id: string): void;
  log(piece: LogPiece): void;
  /** Something may have been missed: all is to be read anew. */
  reset(): void;
  become(connection: Connection): void;
}

/** A connection to the service that comes again by itself, until it is disposed. */
export interface Connected extends Disposable {
  /** Hears of the logs of these runs, too, from now on. */
  follow(runs: readonly string[]): void;
}

/** @param lastId of the last event that was heard; undefined: from now on. */
export function connect(hears: Hears, runs: readonly string[], lastId: string | undefined): Connected {
  let wanted = runs;
  let last = lastId;
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let wasCut = false;

  function open(): void {
    source?.close();
    clearTimeout(again);
    const search = new URLSearchParams();
    if (wanted.length > 0) search.set('logs', wanted.slice(0, mostLogs).join(','));
    if (last !== undefined) search.set('after', last);
    const opened = new EventSource(search.size === 0 ? address : `${address}?${search.toString()}`);
    source = opened;
    opened.addEventListener('open', () => {
      hears.become('live');
      // What was asked while nobody answered failed, and nothing else says that it is to be asked again.
      if (wasCut) hears.reset();
      wasCut = false;
    });
    opened.addEventListener('error', () => {
      wasCut = true;
      hears.become('reconnecting');
      if (opened.readyState === EventSource.CLOSED) again = setTimeout(open, againMs);
    });
    opened.addEventListener('reset', () => hears.reset());
    opened.addEventListener('log', ({ data }: MessageEvent<string>) => hears.log(JSON.parse(data) as LogPiece));
    for (const type of eventTypes)
      opened.addEventListener(type, ({ data, lastEventId }: MessageEvent<string>) => {
        last = lastEventId;
        hears.event(JSON.parse(data) as RunEvent, lastEventId);
      });
  }

  open();
  return {
    follow: (next) => {
      if (next.join(',') === wanted.join(',')) return;
      wanted = next;
      open();
    },
    [Symbol.dispose]: () => {
      clearTimeout(again);
      source?.close();
    },
  };
}
