import { z } from 'zod';
import type { JobId } from './ids.ts';

declare const brand: unique symbol;
/** 32 hexadecimal digits, in lower case. */
export type TraceId = string & { readonly [brand]: 'TraceId' };
/** 16 hexadecimal digits, in lower case. */
export type SpanId = string & { readonly [brand]: 'SpanId' };

/** One span among all traces. */
export interface SpanReference {
  readonly trace: TraceId;
  readonly span: SpanId;
}

/** The same as it is stored. */
export const spanReferenceSchema = z.object({
  trace: z.custom<TraceId>((value) => typeof value === 'string' && /^[\da-f]{32}$/.test(value)),
  span: z.custom<SpanId>((value) => typeof value === 'string' && /^[\da-f]{16}$/.test(value)),
});

/** What led to a run, as its traces tell it; kept with the run. */
export const causeSchema = z.object({
  /** The task that took in what was told of it: the run goes on in the trace of that. Absent for a run with a trace of its own. */
  within: spanReferenceSchema.optional(),
  /** What else led to it, in other traces. */
  links: z.array(spanReferenceSchema).max(8).optional(),
});
export type Cause = z.infer<typeof causeSchema>;

/**
 * The trace of a job: that of the news of a forge with which it began, else one of its own, which has the digits of its id. So every process on every
 * machine names it alike, before and after a restart, and whoever has the one can find the other.
 *
 * @param attributes of the job, as they are stored.
 */
export function traceOf(jobId: JobId, attributes: unknown): TraceId {
  return causeIn(attributes)?.within?.trace ?? (jobId.replaceAll('-', '') as TraceId);
}

/** What led to a job, where that is known. @param attributes as they are stored; those of other jobs than runs have none. */
export function causeIn(attributes: unknown): Cause | undefined {
  if (typeof attributes !== 'object' || attributes === null || !('cause' in attributes)) return undefined;
  return causeSchema.safeParse(attributes.cause).data;
}

/** The span of a job, a task or an attempt: the last digits of its id, which are random. @param id a UUID of version 7. */
export function spanOf(id: string): SpanId {
  return id.replaceAll('-', '').slice(-16) as SpanId;
}

/** Where a job's own span stands. */
export function spanOfJob(jobId: JobId, attributes: unknown): SpanReference {
  return { trace: traceOf(jobId, attributes), span: spanOf(jobId) };
}

const traceparent = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(?:$|-)/;

/** The span that somebody names who asks us for something (the header `traceparent` of W3C Trace Context). @returns undefined where it is none. */
export function parseTraceparent(header: string | undefined): SpanReference | undefined {
  const [, trace, span] = traceparent.exec(header ?? '') ?? [];
  return trace === undefined || span === undefined ? undefined : { trace: trace as TraceId, span: span as SpanId };
}

const digits = 13;

/** Whether a trace is among those that are kept: whole ones, and every process says the same. @param share from 0, none, to 1, all. */
export function isSampled(trace: TraceId, share: number): boolean {
  return Number.parseInt(trace.slice(-digits), 16) < share * 16 ** digits;
}
