import type { EventCursor, JobEvent } from '../domain/events.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { OperationTools } from './tools.ts';

/** Somebody who reads the stream of all events and does something about each, at least once. */
export interface EventReader {
  /** Under which it is kept how far it has come. */
  readonly name: string;
  /** @returns whether it did something: then its place is kept at once. */
  read(event: JobEvent): Promise<boolean>;
  /** Hears what went wrong, in a sentence. */
  readonly tell: (text: string) => void;
}

/** After how many events in which there was nothing the place is kept, and how long is waited after a fault (ms). */
const idleEvents = 500;
const afterFaultMs = 5_000;
/** How long reading may take once it is over, in ms. */
const mostRestMs = 5_000;

/**
 * Reads all events from where it stopped the last time, and then as they happen, until it is disposed: then it still reads what has happened by
 * then. What happened before its first time is passed over. A fault is told, and the event read again a little later.
 */
export function followEvents(
  { engine, ledger, clock }: Pick<OperationTools, 'engine' | 'clock'> & { readonly ledger: Pick<Ledger, 'readers'> },
  reader: EventReader,
): AsyncDisposable {
  const over = new AbortController();
  const begin = clock.now();
  let position: EventCursor | undefined;
  let isFirstTime = false;
  let passed = 0;

  async function read(event: JobEvent): Promise<void> {
    const isOld = isFirstTime && event.at < begin;
    const did = !isOld && (await reader.read(event));
    position = event.position;
    passed = did ? 0 : passed + 1;
    if (did || passed % idleEvents === 0) await ledger.readers.save(reader.name, position);
  }

  async function follow(): Promise<void> {
    position ??= await ledger.readers.cursor(reader.name);
    isFirstTime ||= position === undefined;
    for await (const event of engine.eventsOfAll({ ...from(position), follow: true, signal: over.signal })) await read(event);
  }

  async function untilOver(): Promise<void> {
    while (!over.signal.aborted) {
      try {
        await follow();
      } catch (error) {
        if (over.signal.aborted) return;
        reader.tell(`${reader.name}: ${error instanceof Error ? error.message : String(error)}; it is tried again.`);
        await pause(afterFaultMs, over.signal);
      }
    }
  }

  /** What cannot be read any more is read by whoever follows next. */
  async function readTheRest(): Promise<void> {
    const signal = AbortSignal.timeout(mostRestMs);
    try {
      for await (const event of engine.eventsOfAll({ ...from(position), signal })) await read(event);
    } catch (error) {
      reader.tell(`${reader.name}: ${error instanceof Error ? error.message : String(error)}; the rest is read the next time.`);
    }
  }

  const following = untilOver();
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await following;
      await readTheRest();
    },
  };
}

function from(after: EventCursor | undefined): { readonly after?: EventCursor } {
  return after === undefined ? {} : { after };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
