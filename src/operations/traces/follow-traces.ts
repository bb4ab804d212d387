import type { JobEvent } from '../../domain/events.ts';
import type { Held } from '../../ports/lock.ts';
import type { Ended, Traces } from '../../ports/traces.ts';
import { TracesNotTaken } from '../../ports/traces.ts';
import { aborted } from '../aborted.ts';
import type { OperationTools } from '../tools.ts';
import type { ReadEnded } from './ended-of-event.ts';
import { readEnded } from './ended-of-event.ts';
import { gather } from './gather.ts';

/** Under which it is kept how far the records were read, and who reads them: one process of all that work on one database. */
const reader = 'traces';
/** Another process may have died that read, or whoever collects traces may be there again. */
const againMs = 5_000;
/** What ends within so long is read together, in ms. */
const paceMs = 1_000;
/** How long what is left may take once it is over, in ms. */
const mostRestMs = 8_000;

interface Followed {
  readonly traces: Traces;
  /** What happened before is none of ours where nobody has read before. Epoch ms. */
  readonly since: number;
  /** Hears what went wrong, in a sentence. */
  readonly tell: (text: string) => void;
}

/**
 * Hands over what ended in runs, from where it was read the last time, as long as it is not disposed; then what has ended by then. It is handed over
 * first, and then kept that it was: a process that is killed between the two hands it over once more, as the same spans.
 *
 * Where several processes follow one reads, and the others wait for its end. Who collects traces and cannot be reached holds nothing up: what has
 * ended stays in the records until then.
 */
export function followTraces(
  tools: Pick<OperationTools, 'engine' | 'ledger' | 'locks'>,
  { traces, since, tell }: Followed,
): AsyncDisposable {
  const over = new AbortController();
  const read = readEnded(tools, traces);
  let hasFailed = false;

  async function untilOver(): Promise<void> {
    while (!over.signal.aborted) {
      await readAlone({ follow: true, signal: over.signal });
      if (!over.signal.aborted) await pause(againMs, over.signal);
    }
  }

  /** Reads on where nobody else does. A fault is told once, until something could be handed over again. */
  async function readAlone(how: { readonly follow: boolean; readonly signal: AbortSignal }): Promise<void> {
    let held: Held | undefined;
    try {
      held = await tools.locks.tryAcquire(reader);
      if (held !== undefined) await readOn(held, how);
    } catch (error) {
      if (!hasFailed && !(error instanceof TracesNotTaken)) {
        tell(`What ended in runs cannot be traced for now: ${inWords(error)}. It is tried again.`);
      }
      hasFailed = true;
    } finally {
      await held?.release();
    }
  }

  async function readOn(held: Held, { follow, signal }: { readonly follow: boolean; readonly signal: AbortSignal }): Promise<void> {
    const kept = await tools.ledger.readers.cursor(reader);
    const gathered = gather(async (all, position) => {
      await traces.ended(all);
      if (held.isIntact?.() === false) throw new Error('another process reads on');
      await tools.ledger.readers.save(reader, position);
      hasFailed = false;
    });
    const from = kept === undefined ? {} : { after: kept };
    const events = tools.engine.eventsOfAll({ ...from, follow, paceMs, signal: AbortSignal.any([signal, gathered.failed]) });
    for await (const event of events) {
      if (kept === undefined && event.at < since) continue;
      await gathered.add(await readOr(read, event), event.position);
    }
    await gathered.handOver();
  }

  /** What cannot be read stays so: it is told, and the rest goes on. */
  async function readOr(ended: ReadEnded, event: JobEvent): Promise<readonly Ended[]> {
    try {
      return await ended(event);
    } catch (error) {
      if (over.signal.aborted) throw error;
      tell(`An end in ${event.stream} is not traced: ${inWords(error)}.`);
      return [];
    }
  }

  const following = untilOver();
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      const signal = AbortSignal.timeout(mostRestMs);
      // Who was not there a moment ago is not waited for once more: it stays in the records.
      const rest = following.then(async () => (hasFailed ? undefined : await readAlone({ follow: false, signal })));
      await Promise.race([rest, aborted(signal)]);
    },
  };
}

function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
