import { z } from 'zod';
import { defaultDecider } from '../../src/domain/decision.ts';
import type { Decider } from '../../src/domain/decision.ts';
import { repairingPayloads } from '../../src/domain/repairing-payloads.ts';
import { repaired, repairType } from './behaviour.ts';
import type { Ending } from './behaviour.ts';

/** In front of the reason of a failure that stands for another decision; the rest is JSON. */
const marker = 'decide: ';

/** The reason of a failure that asks the decider for something else than another attempt. */
export function asking(ending: Extract<Ending, { readonly kind: 'skip' | 'depend' }>): string {
  return `${marker}${JSON.stringify(ending)}`;
}

const short = defaultDecider({ baseMs: 100, factor: 2, capMs: 2_000, jitter: 'full' });

/** Takes every decision there is, with short waits. */
export const simulatedDecider: Decider = repairingPayloads(
  {
    name: 'simulated',
    decide: (input) => {
      const { end } = input;
      const usual = short.decide(input);
      if (end.kind !== 'failure' || !end.reason.startsWith(marker) || usual.kind !== 'retry') return usual;
      const ending = asked.parse(JSON.parse(end.reason.slice(marker.length))) as Extract<Ending, { readonly kind: 'skip' | 'depend' }>;
      if (ending.kind === 'skip') return { kind: 'skip', reason: 'Not needed' };
      const dependencies = ending.on.map(({ key }) => ({ on: key, until: ending.until }));
      return { kind: 'addDependency', reason: 'Needs more', dependencies, tasks: ending.on };
    },
  },
  { maxRepairs: 2, repairer: () => ({ type: repairType.name, key: 'repair', payload: repaired }) },
);

const asked = z.object({ kind: z.enum(['skip', 'depend']) }).loose();
