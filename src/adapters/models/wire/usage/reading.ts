import type { ModelUsage } from '../../../../domain/model.ts';
import type { ProviderFailure } from '../../../../domain/provider-failure.ts';

/** What an answer says of itself, in the end. */
export interface AnswerReport {
  /** Undefined where the answer does not say it to its end, or says what cannot be: then the most that it can cost counts. */
  readonly usage: ModelUsage | undefined;
  /** The model came to its end, by the protocol's own sign. */
  readonly isComplete: boolean;
  /**
   * An error in the midst of the answer. `refused` in an answer that is complete: the model says no, or what it said is held back; that is
   * an answer, and costs. `unreadable`: none of the protocol.
   */
  readonly failure?: ProviderFailure;
}

/** One answer in one protocol, as it is read. */
export interface Reading {
  /** Whether an event of a stream says something that counts here, told without decoding it: most events are a few letters of text. */
  concerns(name: string | undefined, data: string): boolean;
  /** An event of a stream, decoded. */
  event(value: unknown): void;
  /** An answer that came in one, decoded. */
  whole(value: unknown): void;
  report(): AnswerReport;
}

/** Reads an error that comes with the status of an answer. */
export type ReadError = (body: unknown, status?: number) => ProviderFailure;

export function refused(message: string): ProviderFailure {
  return { kind: 'refused', message };
}
