import type { Ledger } from '../../ports/ledger.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { observeCalls } from './calls.ts';

/**
 * The same ledger for the tasks of runs: each change of what they keep, and of what is known of bases, worlds and choices, is an operation. What is read is
 * read many times as often.
 */
export function observeLedger(ledger: Ledger, telemetry: Telemetry): Ledger {
  const own = observeCalls(ledger, telemetry, {
    kind: 'store',
    methods: ['keep', 'saveBaseEvidence', 'saveRunEvidence', 'recordFolder', 'forgetFolder'],
  });
  const worlds = observeCalls(ledger.worlds, telemetry, {
    kind: 'store',
    name: 'store world',
    methods: ['begin', 'environment', 'used', 'incident', 'ran', 'checked', 'judged'],
  });
  const choices = observeCalls(ledger.choices, telemetry, { kind: 'store', name: 'store choice', methods: ['record', 'became'] });
  const parts: Readonly<Record<PropertyKey, unknown>> = { worlds, choices };
  return new Proxy(own, {
    get: (target, property) => parts[property] ?? (Reflect.get(target, property, target) as unknown),
  });
}
