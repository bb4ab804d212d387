import type { EventCursor, JobEvent } from '../../domain/events.ts';
import { displayId } from '../../domain/ids.ts';
import type { EventHub, Listener } from './event-hub.ts';

/** Pieces that a stream may be behind what it was told; then it ends, and its reader comes again for the rest. */
const mostBehind = 2_000;

/** What one reader wants. */
export interface WantedEvents {
  /** Only of this stream of the engine; of all when absent. */
  readonly only: string | undefined;
  /** What has happened since its reader was here; `too-many` where that is to be read anew; undefined for one that comes for the first time. */
  readonly missed: (() => Promise<readonly JobEvent[] | 'too-many'>) | undefined;
  /** Whether its reader is still let in: asked with each beat. */
  readonly isLetIn: () => Promise<boolean>;
}

/** Events as they are sent: first what was missed, then what happens, until the reader goes, is let in no more, or is too far behind. */
export function eventStream(hub: EventHub, wanted: WantedEvents): ReadableStream<Uint8Array> {
  let reader: Reader | undefined;
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        reader = new Reader(hub, wanted, controller);
        void reader.begin();
      },
      cancel: () => reader?.leave(),
    },
    new CountQueuingStrategy({ highWaterMark: mostBehind }),
  );
}

const encoder = new TextEncoder();

class Reader implements Listener {
  readonly #hub: EventHub;
  readonly #wanted: WantedEvents;
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  /** What happens while it is looked for what was missed. */
  #waiting: JobEvent[] | undefined = [];
  /** What was told as missed and may be told by the hub, too. */
  readonly #told = new Set<EventCursor>();
  #isHere = true;

  constructor(hub: EventHub, wanted: WantedEvents, controller: ReadableStreamDefaultController<Uint8Array>) {
    this.#hub = hub;
    this.#wanted = wanted;
    this.#controller = controller;
  }

  /** What is missed is read once the hub tells what follows on it: nothing lies between. */
  async begin(): Promise<void> {
    try {
      const position = await this.#hub.add(this);
      const missed = await this.#wanted.missed?.();
      this.#send('retry: 2000\n\n');
      const from = position === undefined ? '' : `id: ${position}\n`;
      if (missed === undefined && from !== '') this.#send(`${from}\n`);
      else if (missed === 'too-many') this.#send(`${from}event: reset\ndata: {}\n\n`);
      else for (const event of missed ?? []) this.#tellMissed(event);
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const event of waiting) this.event(event);
    } catch {
      // It comes again, and is told why nothing can be read where that lasts.
      this.end();
    }
  }

  event(event: JobEvent): void {
    if (this.#waiting !== undefined) this.#waiting.push(event);
    else if (!this.#told.delete(event.position)) this.#tell(event);
  }

  beat(): void {
    this.#send(': beat\n\n');
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

  leave(): void {
    this.#isHere = false;
    this.#hub.remove(this);
  }

  #tellMissed(event: JobEvent): void {
    this.#told.add(event.position);
    this.#tell(event);
  }

  #tell(event: JobEvent): void {
    if (this.#wanted.only === undefined || event.stream === this.#wanted.only) this.#send(inWords(event));
  }

  #send(text: string): void {
    if (!this.#isHere) return;
    if ((this.#controller.desiredSize ?? 0) <= 0) this.end();
    else this.#controller.enqueue(encoder.encode(text));
  }
}

const words = new WeakMap<JobEvent, string>();

/** As `text/event-stream`; written once for all who are told. */
function inWords(event: JobEvent): string {
  const known = words.get(event);
  if (known !== undefined) return known;
  const { stream, position, type, seq, at, data } = event;
  const told = JSON.stringify({ run: displayId('run', stream.slice('job:'.length)), seq, at, type, data });
  const text = `id: ${position}\nevent: ${type}\ndata: ${told}\n\n`;
  words.set(event, text);
  return text;
}
