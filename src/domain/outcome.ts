import { z } from 'zod';
import type { TaskSpec } from './job.ts';
import { endOfTime } from './time.ts';

/** A reference to something a task produced; never the large value itself. */
export interface Artifact {
  readonly kind: 'file' | 'diff' | 'log' | 'url' | 'report' | 'commit';
  readonly name: string;
  /** A path, an address, or an object name, according to `kind`. */
  readonly reference: string;
}

/**
 * How a parent goes on once it has children.
 * `none`: its part is over, the children stand on their own. `resume`: it is made ready again when all of
 * them have settled, with their results at hand. `compose`: it succeeds when all of them did, and dies when one did not.
 */
export type Join = 'none' | 'resume' | 'compose';

/** Children that a handler proposes. */
export interface Decomposition {
  readonly join: Join;
  readonly children: readonly TaskSpec[];
  /** With `resume`: the payload with which the parent goes on; unchanged when absent. */
  readonly nextPayload?: unknown;
}

/** What a blocked task is missing, and who can supply it. */
export type Need = {
  /** The name of the signal that answers, such as `approval`. */
  readonly signal: string;
  /** The question, in a sentence, for whoever answers. */
  readonly question: string;
  /** Details for the one who decides (a plan, a report): small, plain JSON. */
  readonly details?: unknown;
} & (
  | {
      /** `budget`: somebody who may allow more. `nobody`: nobody known can supply it, and unless something else moves the job is stuck. */
      readonly from: 'person' | 'event' | 'budget' | 'nobody';
      /** Epoch ms at which the wait ends by itself, with an answer {@link answeredByTime}; absent means never. */
      readonly until?: number;
    }
  | { readonly from: 'deadline'; readonly until: number }
);

/** Stands in an answer for who gave it when nobody did before the time that was set. */
export const answeredByTime = 'deadline';

interface OutcomeCommon {
  readonly artifacts?: readonly Artifact[];
  /** What was seen on the way, in sentences; kept with the attempt. */
  readonly observations?: readonly string[];
  /** Cost of this attempt in micro-USD; no more than a million USD. */
  readonly costMicroUsd?: number;
}

/**
 * What an attempt reports. An exception is none of these: it is an infrastructure error.
 * Any outcome may propose children; a success that does carries no result yet.
 */
export type Outcome<Result = unknown> = OutcomeCommon &
  (
    | { readonly kind: 'success'; readonly result: Result; readonly decomposition?: never }
    | { readonly kind: 'success'; readonly decomposition: Decomposition; readonly result?: never }
    | {
        readonly kind: 'failure';
        readonly reason: string;
        /** A delay replaces the backoff; `never` asks for no further attempt. */
        readonly retryHint?: { readonly delayMs: number } | 'never';
        /** Payloads that might do better, best first; they feed the decision `switch`. */
        readonly alternatives?: readonly unknown[];
        readonly decomposition?: Decomposition;
      }
    | { readonly kind: 'blocked'; readonly reason: string; readonly need: Need; readonly decomposition?: never }
  );

/** Why an attempt could not be executed, or not to its end. */
export type ErrorCause =
  | 'thrown'
  | 'payload'
  | 'outcome'
  | 'no-handler'
  /** The lease ran out while its process lived: it hung. */
  | 'lease-lost'
  /** The process ended in the middle of it. */
  | 'process-died';

/** How an attempt ended: what the handler reported, or that it could not be executed (an infrastructure error). */
export type AttemptEnd =
  | Outcome
  | {
      readonly kind: 'error';
      readonly cause: ErrorCause;
      readonly reason: string;
      /** Where a defect of ours was thrown; kept with the attempt, not meant for users. */
      readonly observations?: readonly string[];
    };

const time = z.number().int().nonnegative().max(endOfTime);
/** A million USD: what is above it is a mistake, and sums of many such costs could not be stored. */
const cost = z.number().int().nonnegative().max(1_000_000_000_000);
const taskSpec = z.object({
  type: z.string().min(1),
  key: z.string().min(1),
  payload: z.unknown(),
  dependencies: z.array(z.object({ on: z.string(), until: z.enum(['succeeded', 'settled']) })).optional(),
  budget: z.record(z.string(), z.unknown()).optional(),
  priority: z.number().int().optional(),
  concurrencyKey: z.string().min(1).optional(),
});
const decomposition = z.object({
  join: z.enum(['none', 'resume', 'compose']),
  children: z.array(taskSpec).min(1),
  nextPayload: z.unknown().optional(),
});
const common = {
  artifacts: z
    .array(z.object({ kind: z.enum(['file', 'diff', 'log', 'url', 'report', 'commit']), name: z.string(), reference: z.string() }))
    .optional(),
  observations: z.array(z.string()).optional(),
  costMicroUsd: cost.optional(),
};
const asked = { signal: z.string().min(1), question: z.string(), details: z.unknown().optional() };
/** The shape of a {@link Need}, also as it is stored. */
export const storedNeed = z.discriminatedUnion('from', [
  z.object({ ...asked, from: z.enum(['person', 'event', 'budget', 'nobody']), until: time.optional() }),
  z.object({ ...asked, from: z.literal('deadline'), until: time }),
]);
const outcome = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('success'), result: z.unknown().optional(), decomposition: decomposition.optional() }),
  z.object({
    ...common,
    kind: z.literal('failure'),
    reason: z.string(),
    retryHint: z.union([z.literal('never'), z.object({ delayMs: z.number().nonnegative() })]).optional(),
    alternatives: z.array(z.unknown()).optional(),
    decomposition: decomposition.optional(),
  }),
  z.object({
    ...common,
    kind: z.literal('blocked'),
    reason: z.string(),
    need: storedNeed,
    decomposition: z.never().optional(),
  }),
]);

/** Says where a value that a handler returned is no {@link Outcome}; undefined when it is one. */
export function outcomeFault(value: unknown): string | undefined {
  const read = outcome.safeParse(value);
  if (!read.success) return read.error.issues.map((issue) => `${['outcome', ...issue.path].join('.')}: ${issue.message}`).join('; ');
  if (read.data.kind === 'success' && read.data.decomposition !== undefined && read.data.result !== undefined) {
    return 'outcome.result: a success that proposes children carries no result';
  }
  return undefined;
}

/** Says where a value that a decider returned is no {@link Need}; undefined when it is one. */
export function needFault(value: unknown): string | undefined {
  const read = storedNeed.safeParse(value);
  return read.success ? undefined : read.error.issues.map((issue) => `${['need', ...issue.path].join('.')}: ${issue.message}`).join('; ');
}
