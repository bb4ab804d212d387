import type { Bench, Part as AnyPart } from '../support/parts.ts';

/** What the parts of this benchmark are given. */
export interface UiBench extends Bench {
  /** For how long a page is looked at while logs grow. */
  readonly minutes: number;
}

export type Part = AnyPart<UiBench>;
