import type { EventCursor, JobEvent } from '../../domain/events.ts';
import type { JobId } from '../../domain/ids.ts';
import { displayId } from '../../domain/ids.ts';
import type { EventHub, Listener } from './event-hub.ts';
import type { LogHub, LogListener, LogPiece } from './log-hub.ts';
import { unreadLogs } from './unread-logs.ts';

/** A piece counts as many as it has of these, at least one; in bytes. */
const unitBytes = 4_096;
/** What may wait for a reader, in such units; beyond that its stream ends, and it comes again for the rest. */
const mostBehind = 2_000;
/** How much of that logs may take; beyond that lines are left out, and read anew by whoever wants them. */
const mostLogsBehind = 64;

/** What one reader wants. */
export interface WantedEvents {
  /** Only of this stream of the engine; of all when absent. */
  readonly only: string | undefined;
  /** The runs of which it is also told what is printed. */
  readonly logs: readonly JobId[];
  /** What has happened since its reader was here; `too-many` where that is to be read anew; undefined for one that comes for the first time. */
  readonly missed: (() => Promise<readonly JobEvent[] | 'too-many'>) | undefined;
  /** Whether its reader is still let in: asked with each beat. */
  readonly isLetIn: () => Promise<boolean>;
}

/** Where all that is told comes from. */
export interface Hubs {
  readonly events: EventHub;
  readonly logs: LogHub;
}

/** Events as they are sent: first what was missed, then what happens, until the reader goes, is let in no more, or is too far behind. */
export function eventStream(hubs: Hubs, wanted: WantedEvents): ReadableStream<Uint8Array> {
  let reader: Reader | undefined;
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        reader = new Reader(hubs, wanted, controller);
        void reader.begin();
      },
      pull: () => reader?.goOn(),
      cancel: () => reader?.leave(),
    },
    { highWaterMark: mostBehind, size: (piece) => Math.ceil((piece?.length ?? 0) / unitBytes) },
  );
}

class Reader implements Listener, LogListener {
  readonly #hubs: Hubs;
  readonly #wanted: WantedEvents;
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  /** What happens while it is looked for what was missed. */
  #waiting: JobEvent[] | undefined = [];
  /** What was told as missed and may be told by the hub, too. */
  readonly #told = new Set<EventCursor>();
  readonly #unread = unreadLogs();
  #endLogs: readonly (() => void)[] = [];
  #isHere = true;

  constructor(hubs: Hubs, wanted: WantedEvents, controller: ReadableStreamDefaultController<Uint8Array>) {
    this.#hubs = hubs;
    this.#wanted = wanted;
    this.#controller = controller;
  }

  /** What is missed is read once the hub tells what follows on it: nothing lies between. */
  async begin(): Promise<void> {
    try {
      const position = await this.#hubs.events.add(this);
      const missed = await this.#wanted.missed?.();
      this.#send(encoded('retry: 2000\n\n'));
      const from = position === undefined ? '' : `id: ${position}\n`;
      if (missed === undefined && from !== '') this.#send(encoded(`${from}\n`));
      else if (missed === 'too-many') this.#send(encoded(`${from}event: reset\ndata: {}\n\n`));
      else for (const event of missed ?? []) this.#tellMissed(event);
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const event of waiting) this.event(event);
      if (this.#isHere) this.#endLogs = this.#wanted.logs.map((run) => this.#hubs.logs.follow(run, this));
    } catch {
      // It comes again, and is told why nothing can be read where that lasts.
      this.end();
    }
  }

  event(event: JobEvent): void {
    if (this.#waiting !== undefined) this.#waiting.push(event);
    else if (!this.#told.delete(event.position)) this.#tell(event);
  }

  log(piece: LogPiece): void {
    this.goOn();
    if (this.#unread.isEmpty && this.#hasRoom()) this.#send(inWords(piece, wordsOfPiece));
    else this.#unread.leaveOut(piece);
  }

  /** Something of what waited was read. */
  goOn(): void {
    if (!this.#isHere || this.#unread.isEmpty || !this.#hasRoom()) return;
    for (const piece of this.#unread.take()) this.#send(encoded(wordsOfPiece(piece)));
  }

  beat(): void {
    this.#send(encoded(': beat\n\n'));
    void this.#wanted.isLetIn().then(
      (isIn) => (isIn ? undefined : this.end()),
      () => this.end(),
    );
  }

  end(): void {
    if (!this.#isHere) return;
    this.leave();
    this.#controller.close();
  }

  close(): void {
    this.#send(encoded('event: closing\ndata: {}\n\n'));
    this.end();
  }

  leave(): void {
    this.#isHere = false;
    this.#hubs.events.remove(this);
    for (const end of this.#endLogs) end();
  }

  #tellMissed(event: JobEvent): void {
    this.#told.add(event.position);
    this.#tell(event);
  }

  #tell(event: JobEvent): void {
    if (this.#wanted.only === undefined || event.stream === this.#wanted.only) this.#send(inWords(event, wordsOfEvent));
  }

  /** Whether so little waits that logs may be told. */
  #hasRoom(): boolean {
    return (this.#controller.desiredSize ?? 0) > mostBehind - mostLogsBehind;
  }

  #send(piece: Uint8Array): void {
    if (!this.#isHere) return;
    if ((this.#controller.desiredSize ?? 0) <= 0) this.end();
    else this.#controller.enqueue(piece);
  }
}

const encoder = new TextEncoder();

function encoded(text: string): Uint8Array {
  return encoder.encode(text);
}

const words = new WeakMap<object, Uint8Array>();

/** As `text/event-stream`; written once for all who are told. */
function inWords<Told extends object>(told: Told, wordsOf: (told: Told) => string): Uint8Array {
  const known = words.get(told);
  if (known !== undefined) return known;
  const text = encoded(wordsOf(told));
  words.set(told, text);
  return text;
}

function wordsOfEvent({ stream, position, type, seq, at, data }: JobEvent): string {
  const told = JSON.stringify({ run: displayId('run', stream.slice('job:'.length)), seq, at, type, data });
  return `id: ${position}\nevent: ${type}\ndata: ${told}\n\n`;
}

/** Without an id: whoever comes again is told where logs stand, and reads what it has missed of them. */
function wordsOfPiece(piece: LogPiece): string {
  return `event: log\ndata: ${JSON.stringify(piece)}\n\n`;
}
