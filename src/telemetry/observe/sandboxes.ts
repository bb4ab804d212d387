import type { Incident, IncidentKind } from '../../domain/incident.ts';
import type { Signal } from '../../domain/signals.ts';
import type { Sandboxes } from '../../ports/sandbox.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { observeCalls } from './calls.ts';

type Denied = Extract<Signal, { readonly type: 'sandbox.denied' }>['of'];

/** The same sandboxes: opening one says how strong its walls are, and what its programs are refused is told, each kind once as it is first met. */
export function observeSandboxes(sandboxes: Sandboxes, telemetry: Telemetry): Sandboxes {
  const observed = observeCalls(sandboxes, telemetry, { kind: 'sandbox', methods: ['sweep'] });
  return new Proxy(observed, {
    get(target, property) {
      if (property !== 'open') return Reflect.get(target, property, target);
      return async (request: Parameters<Sandboxes['open']>[0]) => {
        const counted = new Map<string, number>();
        const onIncident = (incident: Incident): void => {
          tellDenials(telemetry, counted, incident);
          request.onIncident(incident);
        };
        const operation = { kind: 'sandbox', name: 'sandbox open', facts: { level: request.level } } as const;
        return await telemetry.measure(operation, async () => await sandboxes.open({ ...request, onIncident }));
      };
    },
  });
}

/** An incident is reported again when its count has risen: what is told is how much. */
function tellDenials(telemetry: Telemetry, counted: Map<string, number>, { kind, detail, count }: Incident): void {
  const of = denied(kind);
  if (of === undefined) return;
  const key = `${kind} ${detail}`;
  const more = count - (counted.get(key) ?? 0);
  counted.set(key, count);
  for (let told = 0; told < more; told += 1) telemetry.tell({ type: 'sandbox.denied', of });
}

/** @returns undefined for what nobody was refused or stopped for. */
function denied(kind: IncidentKind): Denied | undefined {
  switch (kind) {
    case 'network':
      return 'net';
    case 'memory':
      return 'mem';
    case 'processes':
      return 'pid';
    case 'cpu':
      return 'cpu';
    case 'output':
      return 'output';
    case 'file-size':
    case 'disk':
    case 'system-call':
    case 'outside':
      return 'fs';
    case 'left-over':
      return undefined;
  }
}
