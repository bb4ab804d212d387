import { z } from 'zod';
import type { TaskSpec } from '../../src/domain/job.ts';
import type { Join } from '../../src/domain/outcome.ts';
import { defineTaskType } from '../../src/domain/task-type.ts';

/** How one execution ends. */
export type Ending =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure'; readonly hint?: 'never' | number; readonly alternative?: Behaviour }
  | { readonly kind: 'throw' | 'garbage' | 'deaf' }
  /** It turns out not to be needed. */
  | { readonly kind: 'skip' }
  | { readonly kind: 'blocked'; readonly from: 'person' | 'event' | 'budget' | 'nobody' | 'deadline'; readonly untilMs?: number }
  /** `next` of `broken`: a payload that does not decode. */
  | { readonly kind: 'decompose'; readonly join: Join; readonly children: readonly TaskSpec[]; readonly next?: Behaviour | 'broken' }
  /** It goes on when these have ended. */
  | { readonly kind: 'depend'; readonly on: readonly TaskSpec[]; readonly until: 'succeeded' | 'settled' };

/** One execution. */
export interface Act {
  readonly takesMs: number;
  /** Whether it stops when it is asked to. */
  readonly heeds: boolean;
  /** Effects outside. */
  readonly effects: number;
  readonly costMicroUsd: number;
  readonly ending: Ending;
}

/** What a task does: the first time it is executed the first act, and so on; the last one again and again. */
export interface Behaviour {
  readonly acts: readonly Act[];
}

const payload = z.custom<Behaviour>((value) => typeof value === 'object' && value !== null && 'acts' in value, 'has no acts');

export const stepType = defineTaskType({ name: 'sim.step', schemaVersion: 1, payload, result: z.unknown() });
/** The same; what it does may cost money. */
export const paidType = defineTaskType({ name: 'sim.paid', schemaVersion: 1, payload, result: z.unknown() });
/** Writes a payload that decodes. */
export const repairType = defineTaskType({ name: 'sim.repair', schemaVersion: 1, payload, result: z.unknown() });

/** What a repaired task does. */
export const repaired: Behaviour = { acts: [{ takesMs: 1, heeds: true, effects: 0, costMicroUsd: 0, ending: { kind: 'success' } }] };
