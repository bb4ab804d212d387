import { z } from 'zod';
import type { TaskSpec } from './job.ts';
import { taskSpecSchema } from './specs.ts';
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
      /**
       * Epoch ms at which the wait ends by itself, with an answer {@link answeredByTime}; absent means never. A time that has gone by, or is
       * nearer than a second, ends it a second after it began, so that what waits for nothing cannot spin.
       */
      readonly until?: number;
    }
  | { readonly from: 'deadline'; readonly until: number }
);

/** Stands in an answer for who gave it when nobody did before the time that was set. */
export const answeredByTime = 'deadline';

interface OutcomeCommon {
  /** At most {@link mostArtifacts}. */
  readonly artifacts?: readonly Artifact[];
  /** What was seen on the way, in sentences; kept with the attempt, {@link longestObservations} characters of it. */
  readonly observations?: readonly string[];
  /** Cost of this attempt in micro-USD; no more than a million USD. */
  readonly costMicroUsd?: number;
}

/** Characters of a text that says why; what is longer is cut, and says so at its end. Longer texts belong into an artifact. */
export const longestText = 8_000;
/** Characters of all observations of an attempt together, one more for each; what comes after them is left out, and the last one says so. */
export const longestObservations = 64_000;
/** Artifacts of one attempt. */
export const mostArtifacts = 1_000;

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
        /** Kept up to {@link longestText} characters, as every reason is. */
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
const decomposition = z.object({
  join: z.enum(['none', 'resume', 'compose']),
  children: z.array(taskSpecSchema).min(1),
  nextPayload: z.unknown().optional(),
});
const common = {
  artifacts: z
    .array(
      z.object({
        kind: z.enum(['file', 'diff', 'log', 'url', 'report', 'commit']),
        name: z.string().max(longestText),
        reference: z.string().max(longestText),
      }),
    )
    .max(mostArtifacts)
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

export type ReadOutcome =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  /** `reason` begins with the path, such as `outcome.reason`. */
  | { readonly kind: 'fault'; readonly reason: string };

/**
 * Reads what a handler returned: a copy with the fields of an {@link Outcome} and no others. What may be anything (a result, a payload,
 * the details of a need) is still what the handler handed in. Throws what a getter of the value throws.
 */
export function readOutcome(value: unknown): ReadOutcome {
  const read = outcome.safeParse(value);
  if (!read.success) {
    const problems = read.error.issues.map((issue) => `${['outcome', ...issue.path].join('.')}: ${issue.message}`);
    return { kind: 'fault', reason: problems.join('; ') };
  }
  const { data } = read;
  if (data.kind === 'success' && data.decomposition !== undefined && data.result !== undefined) {
    return { kind: 'fault', reason: 'outcome.result: a success that proposes children carries no result' };
  }
  // Optional fields that were handed in as undefined are as good as absent.
  return { kind: 'outcome', outcome: data as Outcome };
}

/** A text as it is kept: at most {@link longestText} characters, and a mark where it was cut. */
export function keptText(text: string): string {
  if (text.length <= longestText) return text;
  const mark = ` [cut: ${text.length} characters]`;
  // Half of a pair of surrogates is no character.
  return `${text.slice(0, longestText - mark.length).replace(/[\uD800-\uDBFF]$/u, '')}${mark}`;
}

/** Observations as they are kept: at most {@link longestObservations} characters, and a mark in place of what was left out. */
export function keptObservations(observations: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let left = longestObservations;
  for (const observation of observations) {
    const text = keptText(observation);
    left -= text.length + 1;
    if (left < 0) return [...kept, `[left out: ${observations.length - kept.length} more]`];
    kept.push(text);
  }
  return kept;
}

/** Says where a value that a decider returned is no {@link Need}; undefined when it is one. */
export function needFault(value: unknown): string | undefined {
  const read = storedNeed.safeParse(value);
  return read.success ? undefined : read.error.issues.map((issue) => `${['need', ...issue.path].join('.')}: ${issue.message}`).join('; ');
}
