import type { Decider, DecisionInput } from './decision.ts';
import type { TaskSpec } from './job.ts';

/** How payloads that do not decode are mended. */
export interface RepairPolicy {
  /** How often the payload of one task may be sent to be repaired; then it is dead. */
  readonly maxRepairs: number;
  /** The task that writes a new payload: its result. Undefined where this payload cannot be repaired. */
  readonly repairer: (input: DecisionInput) => TaskSpec | undefined;
}

/** Sends payloads that do not decode to a task that writes new ones; everything else is left to `decider`. */
export function repairingPayloads(decider: Decider, { maxRepairs, repairer }: RepairPolicy): Decider {
  return {
    name: `${decider.name}, repairing payloads`,
    decide: (input) => {
      if (input.end.kind !== 'error' || input.end.cause !== 'payload') return decider.decide(input);
      const task = repairer(input);
      if (task === undefined) return decider.decide(input);
      const { repairs } = input.task;
      if (repairs >= maxRepairs) return { kind: 'markDead', reason: `Max repairs reached: ${repairs}/${maxRepairs}` };
      return { kind: 'repair', task, reason: `Repair ${repairs + 1}/${maxRepairs} of its payload` };
    },
  };
}
