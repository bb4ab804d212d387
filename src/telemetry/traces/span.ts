import type { SpanId, SpanReference, TraceId } from '../../domain/trace.ts';

/** What is known of a span; lists hold short words. */
export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Something that happened in the midst of a span. */
export interface SpanEvent {
  readonly name: string;
  /** Epoch ms. */
  readonly at: number;
  readonly attributes: Attributes;
}

/** A span that is over, before it has the form in which it is sent. */
export interface FinishedSpan {
  readonly trace: TraceId;
  readonly id: SpanId;
  /** Undefined for the first of a trace. */
  readonly parent: SpanId | undefined;
  readonly name: string;
  /** As the conventions have it: `server` what was asked of us, `client` what we ask of others, `consumer` what was left for us. */
  readonly kind: 'internal' | 'server' | 'client' | 'consumer';
  /** Epoch ms, with fractions where they are known. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Attributes;
  /** The class of what went wrong, in a word; undefined where nothing did. */
  readonly error: string | undefined;
  readonly links: readonly SpanLink[];
  readonly events: readonly SpanEvent[];
}

/** Another span that this one hangs together with. */
export interface SpanLink extends SpanReference {
  /** How, in a few words. */
  readonly why: string;
}
