import type { Redact } from '../../domain/redact.ts';
import type { TraceId } from '../../domain/trace.ts';
import { isSampled } from '../../domain/trace.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Traces } from '../../ports/traces.ts';
import { TracesNotTaken } from '../../ports/traces.ts';
import type { Listener } from '../create-telemetry.ts';
import { listenForTraces } from './listen.ts';
import type { OtlpSettings } from './otlp.ts';
import { openOtlp } from './otlp.ts';
import { spansOfEnded } from './spans-of-ended.ts';

export interface TracesSettings extends OtlpSettings {
  /** The share of all runs, from 0 to 1. */
  readonly sample: number;
  readonly content: boolean;
}

/** What traces need of the rest. */
interface TracesParts {
  readonly clock: Clock;
  readonly redact: Redact;
  readonly telemetry: Pick<Telemetry, 'tell'>;
  /** Hears what went wrong, in a sentence. */
  readonly tell: (text: string) => void;
}

/** Traces of this process: what it hears by telemetry, and what is handed to it from the records. */
export interface OpenTraces extends Traces {
  readonly listener: Listener;
}

/** Sends traces by OTLP. */
export function createTraces({ sample, content, ...otlp }: TracesSettings, { clock, redact, telemetry, tell }: TracesParts): OpenTraces {
  const read = content ? (text: string): string => redact(text).text : undefined;
  const keeps = (trace: TraceId): boolean => isSampled(trace, sample);
  const sender = openOtlp(otlp, {
    sent: (count) => telemetry.tell({ type: 'spans.exported', result: 'ok', count }),
    failed: (count) => telemetry.tell({ type: 'spans.exported', result: 'failed', count }),
    tell,
  });
  return {
    keeps,
    ended: async (all) => {
      try {
        await sender.deliver(all.flatMap((each) => spansOfEnded(each, read)));
      } catch (cause) {
        throw new TracesNotTaken('the collector did not take them', { cause });
      }
    },
    listener: {
      ...listenForTraces({ keeps, content: read, now: () => clock.now(), send: sender.send }),
      flush: sender.flush,
    },
  };
}
