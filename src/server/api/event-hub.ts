import type { EventCursor, JobEvent } from '../../domain/events.ts';
import { aborted } from '../../operations/aborted.ts';
import type { Engine } from '../../weaver/engine.ts';

/** Whoever is told what happens. */
export interface Listener {
  event(event: JobEvent): void;
  /** Every now and then, so that it can be seen that both are there. */
  beat(): void;
  /** Nothing more is told. */
  end(): void;
  /** The same, because the service is stopped. */
  close(): void;
}

interface Reading {
  readonly over: AbortController;
  readonly begun: Promise<void>;
  /** Of what was told last, or from where it began. */
  position: EventCursor | undefined;
}

/** How often listeners are told that nothing is wrong, in ms. */
const usualBeatMs = 15_000;

/** One reader of all events for any number of listeners; it reads while there is one. */
export class EventHub {
  readonly #listeners = new Set<Listener>();
  readonly #engine: Pick<Engine, 'eventsOfAll' | 'newestEvent'>;
  readonly #failed: (error: unknown) => void;
  readonly #beatMs: number;
  #reading: Reading | undefined;

  /** @param failed hears what ended the reading. */
  constructor(engine: Pick<Engine, 'eventsOfAll' | 'newestEvent'>, failed: (error: unknown) => void, beatMs = usualBeatMs) {
    this.#engine = engine;
    this.#failed = failed;
    this.#beatMs = beatMs;
  }

  /** Tells from now on. @returns the position behind which it does. */
  async add(listener: Listener): Promise<EventCursor | undefined> {
    this.#listeners.add(listener);
    const reading = (this.#reading ??= this.#read());
    await reading.begun;
    return reading.position;
  }

  /** The service is stopped: whoever listens is told so, and nothing after it. */
  close(): void {
    this.#each((listener) => listener.close());
  }

  remove(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#reading?.over.abort();
    this.#reading = undefined;
  }

  get size(): number {
    return this.#listeners.size;
  }

  #read(): Reading {
    const begun = Promise.withResolvers<void>();
    const reading: Reading = { over: new AbortController(), begun: begun.promise, position: undefined };
    void this.#follow(reading, begun.resolve)
      .catch(this.#failed)
      .finally(() => this.#end(reading));
    return reading;
  }

  async #follow(reading: Reading, begun: () => void): Promise<void> {
    const { signal } = reading.over;
    const beats = setInterval(() => this.#each((listener) => listener.beat()), this.#beatMs);
    void aborted(signal).then(() => clearInterval(beats));
    try {
      reading.position = await this.#engine.newestEvent();
      begun();
      const after = reading.position === undefined ? {} : { after: reading.position };
      for await (const event of this.#engine.eventsOfAll({ ...after, follow: true, signal })) {
        reading.position = event.position;
        this.#each((listener) => listener.event(event));
      }
    } finally {
      begun();
      clearInterval(beats);
    }
  }

  /** The storage fails, or the service ends: whoever comes again has another reader, which fails where this one is at fault. */
  #end(reading: Reading): void {
    if (this.#reading !== reading) return;
    this.#reading = undefined;
    this.#each((listener) => listener.end());
  }

  /** A listener may leave while it is told. */
  #each(tell: (listener: Listener) => void): void {
    for (const listener of Array.from(this.#listeners)) tell(listener);
  }
}
