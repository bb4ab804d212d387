import { systemClock } from '../../src/adapters/clock.ts';
import type { OperationEnd, Place, Signal } from '../../src/domain/signals.ts';
import { createTelemetry } from '../../src/telemetry/create-telemetry.ts';
import type { TelemetryHub } from '../../src/telemetry/create-telemetry.ts';

export interface HeardOperation extends OperationEnd {
  readonly name: string;
  readonly kind: string;
  readonly place: Place;
}

/** A telemetry, and all that was told of it. */
export interface HeardTelemetry {
  readonly telemetry: TelemetryHub;
  readonly signals: Signal[];
  /** In the order in which they ended. */
  readonly operations: HeardOperation[];
}

export function heardTelemetry(): HeardTelemetry {
  const telemetry = createTelemetry(systemClock, (text) => {
    throw new Error(text);
  });
  const signals: Signal[] = [];
  const operations: HeardOperation[] = [];
  telemetry.listen({
    told: (signal) => void signals.push(signal),
    ended: ({ operation, place }, end) => void operations.push({ ...end, kind: operation.kind, name: operation.name, place }),
  });
  return { telemetry, signals, operations };
}
