import type { JobEvent } from '../domain/events.ts';
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

/**
 * Reads all events from where it stopped the last time, and then as they happen, until it is disposed. What happened before its first time is passed
 * over. A fault is told, and the event read again a little later.
 */
export function followEvents(
  { engine, ledger, clock }: Pick<OperationTools, 'engine' | 'ledger' | 'clock'>,
  reader: EventReader,
): AsyncDisposable {
  const over = new AbortController();
  const begin = clock.now();

  async function follow(): Promise<void> {
    const after = await ledger.readers.cursor(reader.name);
    let passed = 0;
    for await (const event of engine.eventsOfAll({ ...(after === undefined ? {} : { after }), follow: true, signal: over.signal })) {
      const isOld = after === undefined && event.at < begin;
      const did = !isOld && (await reader.read(event));
      passed = did ? 0 : passed + 1;
      if (did || passed % idleEvents === 0) await ledger.readers.save(reader.name, event.position);
    }
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

  const following = untilOver();
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await following;
    },
  };
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
